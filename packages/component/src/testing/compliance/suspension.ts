import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { construct } from "@witwire/wit/values";
import { compose, guestOf } from "../guest-files.ts";
import { idle } from "./calls-guest.ts";
import type { Engine, Functions } from "./engine.ts";
import { trap } from "./memory-guest-session.ts";

type Thing = AsyncDisposable;
type Api = Functions<"told" | "steps"> & { readonly Thing: { [construct](n: number): Promise<Thing> } };
type Outer = Functions<"told" | "steps" | "makeAndDrop">;

const hangGuard = { timeout: 120_000 };

/** Imports that are awaited from wherever a guest can call one. */
export function suspensionCompliance(engine: Engine): void {
  const slow = (log: number[]) => ({
    step: async (n: number): Promise<number> => {
      log.push(n);
      await idle();
      return n * 10;
    },
  });
  const failing = {
    step: async (): Promise<number> => {
      await idle();
      throw new Error("no step");
    },
  };

  describe("imports that are awaited", hangGuard, () => {
    test("from a start function and from a destructor", async () => {
      const component = await engine.compile(await guestOf("start", "start", "guest"));
      const log: number[] = [];
      using instance = await component.instantiate({ "test:start/host": slow(log) });
      const api = instance.exports["test:start/api"] as unknown as Api;
      assert.deepEqual(log, [1], "it has started before anybody can call it");
      assert.equal(await api.told(), 10);
      const thing = await api.Thing[construct](7);
      await thing[Symbol.asyncDispose]();
      assert.equal(await api.told(), 70);
      assert.deepEqual(log, [1, 7]);
    });

    test("from a start function, and fail: there is no instance", async () => {
      const component = await engine.compile(await guestOf("start", "start", "guest"));
      await assert.rejects(component.instantiate({ "test:start/host": failing }), trap(/no step/));
      const log: number[] = [];
      using instance = await component.instantiate({ "test:start/host": slow(log) });
      assert.equal(await (instance.exports["test:start/api"] as unknown as Api).told(), 10);
    });

    test("from a destructor, and fail: the instance is poisoned", async () => {
      const component = await engine.compile(await guestOf("start", "start", "guest"));
      let broken = false;
      const host = { step: async (n: number) => (broken ? failing.step() : n) };
      using instance = await component.instantiate({ "test:start/host": host });
      const api = instance.exports["test:start/api"] as unknown as Api;
      const thing = await api.Thing[construct](7);
      broken = true;
      await assert.rejects(Promise.resolve(thing[Symbol.asyncDispose]()), trap(/no step/));
      assert.equal(instance.state, "poisoned");
    });

    const compositions: Readonly<Record<string, (host: object) => Promise<{ outer: Outer } & Disposable>>> = {
      "one component made of two": async (host) => {
        const parts = {
          guest: await guestOf("start", "start", "guest"),
          user: await guestOf("start-user", "start", "user"),
        };
        const component = await engine.compile(await compose(parts, composition));
        const instance = await component.instantiate({ "test:start/host": host });
        const outer = instance.exports["test:start/outer"] as unknown as Outer;
        return { outer, [Symbol.dispose]: () => instance[Symbol.dispose]() };
      },
      "two instances that the host links": async (host) => {
        const inner = await (await engine.compile(await guestOf("start", "start", "guest"))).instantiate({
          "test:start/host": host,
        });
        const user = await engine.compile(await guestOf("start-user", "start", "user"));
        const instance = await user.instantiate(inner.exports);
        const outer = instance.exports["test:start/outer"] as unknown as Outer;
        return {
          outer,
          [Symbol.dispose]: () => {
            instance[Symbol.dispose]();
            inner[Symbol.dispose]();
          },
        };
      },
    };
    for (const [title, link] of Object.entries(compositions)) {
      test(`across ${title}`, async () => {
        const log: number[] = [];
        using linked = await link(slow(log));
        const { outer } = linked;
        assert.deepEqual(log, [1, 10, 100]);
        assert.equal(await outer.told(), 1010);
        assert.equal(await outer.steps(2), 20_000);
        log.length = 0;
        const told = await Promise.all([outer.makeAndDrop(3), outer.steps(1), outer.told()]);
        assert.deepEqual(told.slice(1), [10_000, 1030]);
        assert.equal(told[0], 30, "dropping a thing waits for its destructor");
        assert.deepEqual(log, [3, 1, 10, 100, 1_000]);
      });

      test(`across ${title}, and fail`, async () => {
        let broken = false;
        using linked = await link({ step: async (n: number) => (broken ? failing.step() : n) });
        broken = true;
        await assert.rejects(linked.outer.steps(2), trap(/no step/));
        await assert.rejects(linked.outer.told(), trap(/no step/));
      });
    }
  });
}

const composition = `
  (import "test:start/host" (instance $host (export "step" (func (param "n" u32) (result u32)))))
  (instance $g (instantiate $guest (with "test:start/host" (instance $host))))
  (instance $u (instantiate $user (with "test:start/api" (instance $g "test:start/api"))))
  (export "test:start/outer" (instance $u "test:start/outer"))`;
