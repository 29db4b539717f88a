import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { construct, type WitError } from "@witwire/wit/values";
import { guestOf } from "../guest-files.ts";
import { forceGarbageCollection } from "../heap.ts";
import type { Engine } from "./engine.ts";
import { invalid, makeHost, type Raw, sessions, type Thing, type Things } from "./resources-guest.ts";

/** Handles across the border of a component, in both directions. */
export function resourceCompliance(engine: Engine): void {
  const start = sessions(engine);

  describe("resources that a component exports", () => {
    test("are made, used, lent and dropped", async () => {
      using session = await start();
      const { Thing, destroyed } = session.things;
      const a = await Thing[construct](3);
      const b = await Thing[construct](4);
      assert.ok(a instanceof (Thing as unknown as new () => Thing));
      await a.add(7);
      assert.equal(await a.get(), 10);
      assert.equal(await Thing.sum([a, b, a]), 24);
      assert.equal(session.instance.stats().handles, 0, "what the host owns is in no table of the guest");
      assert.deepEqual(await destroyed(), [0, 0]);
      await a[Symbol.asyncDispose]();
      assert.deepEqual(await destroyed(), [1, 10]);
      await a[Symbol.asyncDispose]();
      assert.deepEqual(await destroyed(), [1, 10], "disposing twice drops once");
      await assert.rejects(a.get(), invalid);
      b[Symbol.dispose]();
      assert.deepEqual(await destroyed(), [2, 14]);
    });

    test("borrowed in a record", async () => {
      using session = await start();
      const { Thing, weigh } = session.things;
      const [a, b] = [await Thing[construct](3), await Thing[construct](4)];
      assert.equal(await weigh({ first: a, n: 100, second: b }), 403);
      assert.equal(await weigh({ first: a, n: 2, second: a }), 9);
      assert.equal(await a.get(), 3);
    });

    test("owned in a list", async () => {
      using session = await start();
      const { Thing, consume, destroyed } = session.things;
      const all = await Thing.fresh(5);
      assert.equal(await Thing.sum(all), 10);
      assert.equal(await consume(all), 10);
      assert.deepEqual(await destroyed(), [5, 10]);
      for (const thing of all) await assert.rejects(thing.get(), invalid);
      assert.equal(session.instance.stats().handles, 0);
    });

    test("owned in records, options, variants and results", async () => {
      using session = await start();
      const { Thing, passRecord, passOption, passVariant, passResult } = session.things;
      const thing = await Thing[construct](8);
      const record = await passRecord({ n: 5, thing });
      await assert.rejects(thing.get(), invalid, "it was given away");
      assert.equal(record.n, 5);
      const some = await passOption(record.thing);
      assert.equal(await passOption(undefined), undefined);
      const variant = await passVariant({ tag: "thing", val: some });
      assert.deepEqual(await passVariant({ tag: "number", val: 2n ** 60n }), { tag: "number", val: 2n ** 60n });
      assert.deepEqual(await passVariant({ tag: "nothing" }), { tag: "nothing" });
      assert.equal(variant.tag, "thing");
      const back = await passResult({ tag: "ok", val: variant.val });
      assert.equal(await back.get(), 8);
      await assert.rejects(passResult({ tag: "err", val: 5 }), (error) => (error as WitError).payload === 5);
      assert.equal(session.instance.stats().handles, 0);
    });

    test("are refused, and kept, when they are given twice in one call, or beside a wrong value", async () => {
      using session = await start();
      const { Thing, consume, passRecord } = session.things;
      const thing = await Thing[construct](6);
      await assert.rejects(consume([thing, thing]), invalid);
      await assert.rejects(consume([thing, {}]), invalid);
      await assert.rejects(passRecord({ n: 256, thing }), invalid);
      await assert.rejects(consume([thing, undefined]), invalid);
      await assert.rejects(session.raw.pairUp(thing, thing), invalid);
      assert.equal(await thing.get(), 6);
      assert.equal(session.instance.stats().handles, 0);
      assert.equal(session.instance.state, "ready");
      assert.equal(await session.raw.pairUp(thing, await Thing[construct](5)), 11);
    });

    test("are refused by another instance", async () => {
      using one = await start();
      using other = await start();
      const thing = await one.things.Thing[construct](1);
      await assert.rejects(other.things.consume([thing]), invalid);
      await assert.rejects(other.things.Thing.sum([thing]), invalid);
      assert.equal(await thing.get(), 1);
    });
  });

  describe("resources that the host implements", () => {
    test("are made, used, lent and dropped by the guest", async () => {
      using session = await start();
      const { raw, host, instance } = session;
      const a = await raw.newItem(5);
      const b = await raw.makeItem(6);
      assert.equal(instance.stats().importedResources, 2);
      assert.equal(await raw.getItem(a), 5);
      assert.equal(await raw.largerItem(a, b), 1006);
      assert.equal(await raw.lookItem(b), 2012);
      await raw.tradeItem(a, b);
      assert.deepEqual(host.taken, [1006]);
      assert.deepEqual(host.dropped, [], "the host has it back");
      await raw.dropItem(a);
      assert.deepEqual(host.dropped, [5]);
      assert.deepEqual([instance.stats().handles, instance.stats().importedResources], [0, 0]);
    });

    test("are the same objects when they come back, and borrows of them end with the call", async () => {
      using session = await start();
      const { raw, instance } = session;
      const item = { n: 9, get: () => 9 };
      assert.equal(await raw.peek(item), 9);
      assert.equal(await raw.peekBoth(item, { n: 12, get: () => 12 }), 12);
      assert.equal(instance.stats().importedResources, 0);
      const handle = await raw.keepItem(item);
      assert.equal(await raw.giveItem(handle), item);
      assert.deepEqual([instance.stats().handles, instance.stats().importedResources], [0, 0]);
    });

    test("are disposed with the instance that owns them", async () => {
      const session = await start();
      await session.raw.newItem(1);
      await session.raw.newItem(2);
      session[Symbol.dispose]();
      assert.deepEqual(session.host.dropped.sort(), [1, 2]);
    });
  });

  describe("resources and calls that go on meanwhile", () => {
    test("what is lent to a running call can neither be given away nor disposed", async () => {
      using session = await start();
      const { Thing, consume, destroyed } = session.things;
      const thing = await Thing[construct](4);
      const running = session.raw.linger(thing, 0);
      assert.throws(() => thing[Symbol.dispose](), TypeError);
      const given = consume([thing]);
      assert.equal(await running, 4);
      assert.equal(await given, 4, "when its turn comes, the thing is free again");
      assert.deepEqual(await destroyed(), [1, 4]);
    });

    test("what an import drops is destroyed when the call is over", async () => {
      let drop = (): void => {};
      const host = makeHost();
      const { Item } = (host.imports as { "test:resources/host": { Item: new (n: number) => object } })[
        "test:resources/host"
      ];
      const imports = {
        "test:resources/host": {
          ...(host.imports as Record<string, object>)["test:resources/host"],
          make: async (n: number) => {
            drop();
            return new Item(n);
          },
        },
      };
      const component = await engine.compile(await guestOf("resources", "resources", "guest"));
      using instance = await component.instantiate(imports);
      const things = instance.exports["test:resources/things"] as unknown as Things;
      const raw = instance.exports["test:resources/raw"] as unknown as Raw;
      const [lent, dropped] = [await things.Thing[construct](1), await things.Thing[construct](2)];
      drop = () => dropped[Symbol.dispose]();
      assert.equal(await raw.linger(lent, 5), 1);
      assert.deepEqual(await things.destroyed(), [1, 2]);
      assert.equal(instance.state, "ready");
    });
  });

  describe("resources in great numbers", () => {
    test("100,000 made and dropped by the guest leave nothing behind", async () => {
      using session = await start();
      await session.raw.churn(1);
      const { memoryBytes } = session.instance.stats();
      await session.raw.churn(100_000);
      assert.equal((await session.things.destroyed())[0], 100_001);
      assert.equal(session.host.dropped.length, 100_001);
      const { handles, importedResources, memoryBytes: after } = session.instance.stats();
      assert.deepEqual([handles, importedResources, after], [0, 0, memoryBytes]);
    });

    test("thousands made and dropped by the host leave nothing behind", async () => {
      using session = await start();
      const { Thing } = session.things;
      const cycles = async (count: number): Promise<number> => {
        for (let index = 0; index < count; index++) {
          await using thing = await Thing[construct](index);
          thing satisfies Thing;
        }
        return forceGarbageCollection();
      };
      const early = await cycles(5_000);
      const { memoryBytes } = session.instance.stats();
      const late = await cycles(20_000);
      assert.ok(late <= early * 1.05, `the heap grew from ${early} to ${late} bytes`);
      assert.equal((await session.things.destroyed())[0], 25_000);
      const { handles, importedResources, memoryBytes: after } = session.instance.stats();
      assert.deepEqual([handles, importedResources, after], [0, 0, memoryBytes]);
    });

    test("there is a limit to the handles of an instance", async () => {
      const limited = await engine.compile(await guestOf("resources", "resources", "guest"), {
        limits: { maxHandles: 100 },
      });
      using instance = await limited.instantiate({ ...makeHost().imports });
      const raw = instance.exports["test:resources/raw"] as unknown as Raw;
      for (let index = 0; index < 100; index++) await raw.newThing(index);
      await assert.rejects(raw.newThing(100), {
        code: "resource-exhausted",
        message: /maxHandles/,
      });
    });
  });
}
