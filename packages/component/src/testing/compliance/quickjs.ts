import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { before, describe, test } from "node:test";
import { construct, WitError } from "@witwire/wit/values";
import type { Component, ComponentInstance } from "../../index.ts";
import { buildQuickJs } from "../guest-builder.ts";
import { idle } from "./calls-guest.ts";
import type { Engine, Exported, Functions } from "./engine.ts";
import { trap } from "./memory-guest-session.ts";

type Catalogue = Functions<"add" | "summary" | "same"> & AsyncDisposable;
type LibraryApi = Functions<
  "stock" | "makeShelf" | "divide" | "labels" | "enter" | "download" | "tryFailing" | "throwUp" | "long" | "elapsed"
> & {
  readonly Catalogue: { [construct](name: string): Promise<Catalogue>; open(names: string[]): Promise<Catalogue[]> };
};

const folder = new URL("../../../guests/quickjs/", import.meta.url);

/** A JavaScript engine as a guest, as componentize-qjs makes it: many core modules, shared memory and tables, indirect calls. */
export function quickJsCompliance(engine: Engine): void {
  describe("a guest in TypeScript, run by QuickJS", () => {
    let component: Component;
    before(async () => {
      const [wit, source] = await Promise.all(
        ["library.wit", "library.ts"].map((name) => readFile(new URL(name, folder), "utf8")),
      );
      component = await engine.compile(await buildQuickJs(wit as string, "library", source as string));
    });

    const disposed: string[] = [];
    class Shelf {
      readonly #label: string;
      readonly titles: string[] = [];
      constructor(label: string) {
        this.#label = label;
      }
      async label(): Promise<string> {
        await idle();
        return this.#label;
      }
      async put(title: string): Promise<number> {
        await idle();
        if (title === "Ulysses") throw new WitError("it does not fit");
        return this.titles.push(title);
      }
      static all(): string[] {
        return [];
      }
      [Symbol.dispose](): void {
        disposed.push(this.#label);
      }
    }
    let clock = 0n;
    const host = {
      Shelf,
      split: async (shelf: Shelf) => [
        new Shelf(`${await shelf.label()}, left`),
        new Shelf(`${await shelf.label()}, right`),
      ],
      fetch: async (title: string) => {
        await idle();
        if (title === "") throw new WitError("no title");
        return Uint8Array.from(Buffer.from(title));
      },
      fail: async () => {
        await idle();
        throw new Error("the roof leaks");
      },
      now: () => (clock += 5n),
    };
    const start = async (): Promise<{ api: LibraryApi; instance: ComponentInstance } & Disposable> => {
      const instance = await component.instantiate({ "guests:library/host": host });
      const api = instance.exports["guests:library/api"] as unknown as LibraryApi;
      return { api, instance, [Symbol.dispose]: () => instance[Symbol.dispose]() };
    };

    test("offers resources", async () => {
      using guest = await start();
      const { Catalogue } = guest.api;
      const one = await Catalogue[construct]("novels");
      assert.equal(await one.add("Emma"), 1);
      assert.equal(await one.add("Middlemarch"), 2);
      assert.deepEqual(await one.summary(), {
        label: "novels",
        titles: ["Emma", "Middlemarch"],
        longest: "Middlemarch",
      });
      await assert.rejects(one.add(""), (error) => {
        assert.deepEqual((error as WitError).payload, { tag: "refused", val: "a title must not be empty" });
        return true;
      });
      await assert.rejects(one.add("Emma"), (error) => {
        assert.deepEqual((error as WitError).payload, { tag: "nothing" });
        return true;
      });
      assert.equal(await one.same(one), true);
      const opened = await Catalogue.open(["a", "b", "c"]);
      const entries = opened.map((catalogue, index) => ({ catalogue, title: `no. ${index}` }));
      assert.equal(await guest.api.enter(entries), 3);
      assert.deepEqual(await opened[2]?.summary(), { label: "c", titles: ["no. 2"], longest: "no. 2" });
      assert.deepEqual(await (await Catalogue[construct]("")).summary(), { label: "", titles: [], longest: undefined });
      for (const catalogue of [one, ...opened]) await catalogue[Symbol.asyncDispose]();
      await assert.rejects(one.summary(), { code: "invalid-argument" });
    });

    test("uses resources of the host, whose methods await", async () => {
      using guest = await start();
      const shelf = new Shelf("top");
      const [back, outcomes] = await guest.api.stock(shelf, ["Emma", "Ulysses", "Persuasion"]);
      assert.equal(back, shelf);
      assert.deepEqual(shelf.titles, ["Emma", "Persuasion"]);
      assert.deepEqual(outcomes, [
        { tag: "stored", val: 1 },
        { tag: "refused", val: "it does not fit" },
        { tag: "stored", val: 2 },
      ]);
      const made: Shelf = await guest.api.makeShelf("new");
      assert.ok(made instanceof Shelf);
      assert.equal(await made.label(), "new");
      const halves: Shelf[] = await guest.api.divide(shelf);
      assert.deepEqual(await Promise.all(halves.map((half) => half.label())), ["top, left", "top, right"]);
      assert.deepEqual(await guest.api.labels([new Shelf("x"), new Shelf("y")]), ["x", "y"]);
    });

    test("answers with results, long integers and strings", async () => {
      using guest = await start();
      assert.equal(await guest.api.download("hé"), "68 c3 a9");
      await assert.rejects(guest.api.download(""), (error) => (error as WitError).payload === "no title");
      assert.deepEqual(await guest.api.long(-(2n ** 52n), 2n ** 52n), [-(2n ** 52n), 2n ** 52n]);
      assert.equal(await guest.api.elapsed(), 5n);
      assert.equal(await (guest.instance.exports.shout as unknown as Exported)("grüße 🚩"), "GRÜSSE 🚩!");
    });

    test("answers in a form that does not throw, where that is wanted", async () => {
      using guest = await start();
      const { $tagged: api } = guest.api as unknown as { $tagged: Functions<"download" | "elapsed"> };
      assert.deepEqual(await api.download("h"), { tag: "ok", val: "68" });
      assert.deepEqual(await api.download(""), { tag: "err", val: "no title" });
      assert.equal(await api.elapsed(), 5n);
      await using novels = await guest.api.Catalogue[construct]("novels");
      const { $tagged: catalogue } = novels as unknown as { $tagged: Functions<"add"> };
      assert.deepEqual(await catalogue.add("Emma"), { tag: "ok", val: 1 });
      assert.deepEqual(await catalogue.add("Emma"), { tag: "err", val: { tag: "nothing" } });
    });

    test("cannot swallow a failed import with try and catch", async () => {
      using guest = await start();
      await assert.rejects(guest.api.tryFailing(), trap(/guests:library\/host#fail.*the roof leaks/));
      assert.equal(guest.instance.state, "poisoned");
    });

    test("traps where it throws what its type does not declare", async () => {
      using guest = await start();
      await assert.rejects(guest.api.throwUp(), trap());
      using another = await start();
      assert.equal(await another.api.elapsed(), 5n);
    });

    test("100 calls at once, whose imports await, get their own answers", async () => {
      using guest = await start();
      const titles = Array.from({ length: 100 }, (_, index) => `${index} bottles`);
      const answers = await Promise.all(titles.map((title) => guest.api.download(title)));
      assert.deepEqual(
        answers,
        titles.map((title) =>
          Buffer.from(title)
            .toString("hex")
            .replace(/..(?!$)/g, "$& "),
        ),
      );
    });
  });
}
