import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import type { Component, ComponentInstance } from "../../index.ts";
import { guestOf } from "../guest-files.ts";
import type { Engine, Functions } from "./engine.ts";
import { trap } from "./memory-guest-session.ts";

type Api = Functions<"behave" | "take" | "takeWords" | "takeMany" | "ask" | "askAll" | "give">;
const behaviour = {
  answer: 1,
  trap: 2,
  callOut: 3,
  callOutAfterReturn: 4,
  trapAfterReturn: 5,
  makeResource: 6,
  dropResource: 7,
  dropResourceAfterReturn: 8,
};

/** Guests whose allocator or `post-return` breaks the rules. */
export function allocationCompliance(engine: Engine): void {
  describe("a guest that allocates", () => {
    let component: Component;
    before(async () => {
      component = await engine.compile(await guestOf("allocation", "allocation", "guest"));
    });
    const memory = 2 * 65_536;
    const notes: number[] = [];
    const start = async (): Promise<{ api: Api; instance: ComponentInstance } & Disposable> => {
      const instance = await component.instantiate({
        "test:allocation/host": {
          note: (n: number) => void notes.push(n),
          text: async () => "naïve",
          texts: () => ["one", "two", "three"],
        },
      });
      const api = instance.exports["test:allocation/api"] as unknown as Api;
      return { api, instance, [Symbol.dispose]: () => instance[Symbol.dispose]() };
    };
    const seventeen = Array.from({ length: 17 }, (_, index) => BigInt(index + 1));
    const uses: Readonly<Record<string, (api: Api) => Promise<unknown>>> = {
      "for a string": (api) => api.take("naïve"),
      "for a list": (api) => api.takeWords([1, 2, 3]),
      "for parameters": (api) => api.takeMany(...seventeen),
      "for the answer of an import": (api) => api.ask(),
      "for a list of strings as the answer of an import": (api) => api.askAll(),
    };
    const traps = async (title: string, how: number, pointer: number): Promise<void> => {
      for (const [use, body] of Object.entries(uses)) {
        using guest = await start();
        await guest.api.behave(how, pointer);
        await assert.rejects(body(guest.api), trap(), `${title}, ${use}`);
        assert.equal(guest.instance.state, "poisoned");
        await assert.rejects(guest.api.give(), trap());
      }
    };

    test("well", async () => {
      using guest = await start();
      assert.equal(await guest.api.take("naïve"), 6);
      assert.equal(await guest.api.takeWords([1, 2, 3]), 3);
      assert.equal(await guest.api.takeMany(...seventeen), 1n);
      assert.equal(await guest.api.ask(), 6);
      assert.equal(await guest.api.askAll(), 3);
      assert.equal(await guest.api.give(), "given");
    });

    test("outside its memory", async () => {
      await traps("at the end", behaviour.answer, memory);
      await traps("close to the end", behaviour.answer, memory - 4);
      await traps("far out", behaviour.answer, 0xffff_fff8);
      await traps("all ones", behaviour.answer, 0xffff_ffff);
    });

    test("without regard for alignment", async () => {
      for (const [use, body] of Object.entries(uses)) {
        if (use === "for a string" || use === "for the answer of an import") continue;
        using guest = await start();
        await guest.api.behave(behaviour.answer, 1_025);
        await assert.rejects(body(guest.api), trap(), use);
      }
      using guest = await start();
      await guest.api.behave(behaviour.answer, 1_025);
      assert.equal(await guest.api.take("abc"), 3, "a string in UTF-8 needs no alignment");
    });

    test("with a trap", async () => {
      await traps("unreachable", behaviour.trap, 0);
    });

    test("while calling out, or making and dropping resources, which is not allowed", async () => {
      notes.length = 0;
      await traps("calls an import", behaviour.callOut, 0);
      await traps("makes a resource", behaviour.makeResource, 0);
      await traps("drops a resource", behaviour.dropResource, 0);
      assert.deepEqual(notes, []);
    });

    test("and calls out or traps in post-return", async () => {
      notes.length = 0;
      for (const how of [behaviour.callOutAfterReturn, behaviour.trapAfterReturn, behaviour.dropResourceAfterReturn]) {
        using guest = await start();
        await guest.api.behave(how, 0);
        await assert.rejects(guest.api.give(), trap());
        assert.equal(guest.instance.state, "poisoned");
      }
      assert.deepEqual(notes, []);
    });
  });
}
