import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { construct } from "@witwire/wit/values";
import type { ComponentInstance } from "../../index.ts";
import { compose, guestOf } from "../guest-files.ts";
import type { Engine } from "./engine.ts";
import { trap } from "./memory-guest-session.ts";
import { invalid, type Lending, makeHost, type Thing, type Things } from "./resources-guest.ts";

/** Resources of one component in the hands of another. */
export function resourceLinkCompliance(engine: Engine): void {
  describe("resources between components", () => {
    interface Pair extends Disposable {
      readonly lending: Lending;
      readonly things: Things;
      readonly instances: readonly ComponentInstance[];
    }
    const pairs: Readonly<Record<string, () => Promise<Pair>>> = {
      "two instances that the host links": async () => {
        const user = await engine.compile(await guestOf("resource-user", "resources", "user"));
        const guest = await engine.compile(await guestOf("resources", "resources", "guest"));
        const inner = await guest.instantiate({ ...makeHost().imports });
        const outer = await user.instantiate(inner.exports);
        return {
          things: inner.exports["test:resources/things"] as unknown as Things,
          lending: outer.exports["test:resources/lending"] as unknown as Lending,
          instances: [inner, outer],
          [Symbol.dispose]: () => {
            outer[Symbol.dispose]();
            inner[Symbol.dispose]();
          },
        };
      },
      "one component made of both": async () => {
        const parts = {
          guest: await guestOf("resources", "resources", "guest"),
          user: await guestOf("resource-user", "resources", "user"),
        };
        const composed = await engine.compile(await compose(parts, resourceComposition));
        const instance = await composed.instantiate({ ...makeHost().imports });
        return {
          things: instance.exports["test:resources/things"] as unknown as Things,
          lending: instance.exports["test:resources/lending"] as unknown as Lending,
          instances: [instance],
          [Symbol.dispose]: () => instance[Symbol.dispose](),
        };
      },
    };
    const handles = (pair: Pair): number => pair.instances.reduce((sum, one) => sum + one.stats().handles, 0);

    for (const [title, link] of Object.entries(pairs)) {
      test(`${title}: made, lent, passed on and dropped`, async () => {
        using pair = await link();
        const { lending, things } = pair;
        const thing: Thing = await lending.make(5);
        assert.equal(await lending.read(thing), 5);
        assert.equal(await lending.twice(thing), 10);
        assert.equal(await thing.get(), 10);
        const passed: Thing = await lending.pass(thing);
        // Where the host links them, a thing that comes back is the very object that went in.
        if (passed !== thing) await assert.rejects(lending.read(thing), invalid);
        assert.equal(await passed.get(), 11);
        await lending.keep(passed);
        assert.equal(handles(pair), 1);
        assert.equal(await lending.kept(), 11);
        assert.deepEqual(await things.destroyed(), [0, 0]);
        await lending.release();
        assert.deepEqual(await things.destroyed(), [1, 11]);
        const more = await things.Thing.fresh(4);
        assert.equal(await lending.sum(more), 12);
        assert.deepEqual(await things.destroyed(), [5, 17]);
        assert.equal(await lending.churn(200), 400);
        assert.equal(handles(pair), 0);
        assert.equal((await things.destroyed())[0], 205);
      });

      test(`${title}: a borrow given away, or kept, is a trap`, async () => {
        for (const misuse of ["giveBorrowed", "hold"] as const) {
          using pair = await link();
          const thing: Thing = await pair.things.Thing[construct](5);
          await assert.rejects(pair.lending[misuse](thing), trap(), misuse);
        }
      });

      test(`${title}: use after drop is a trap`, async () => {
        for (const misuse of ["kept", "release"] as const) {
          using pair = await link();
          await pair.lending.keep(await pair.lending.make(5));
          await pair.lending.release();
          await assert.rejects(pair.lending[misuse](), trap(), misuse);
        }
      });
    }
  });
}

const resourceComposition = `
  (import "test:resources/host" (instance $host
    (export "item" (type $item (sub resource)))
    (type $new (func (param "n" u32) (result (own $item))))
    (export "[constructor]item" (func (type $new)))
    (export "[method]item.get" (func (param "self" (borrow $item)) (result u32)))
    (export "[static]item.larger" (func (param "a" (borrow $item)) (param "b" (borrow $item)) (result u32)))
    (export "make" (func (type $new)))
    (export "take" (func (param "i" (own $item))))
    (export "look" (func (param "i" (borrow $item)) (result u32)))
    (export "trade" (func (param "lent" (borrow $item)) (param "given" (own $item))))))
  (instance $g (instantiate $guest (with "test:resources/host" (instance $host))))
  (instance $u (instantiate $user (with "test:resources/things" (instance $g "test:resources/things"))))
  (export "test:resources/things" (instance $g "test:resources/things"))
  (export "test:resources/lending" (instance $u "test:resources/lending"))`;
