import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { construct, type WitError } from "@witwire/wit/values";
import type { Component, ComponentInstance } from "../../index.ts";
import { compose, guestOf } from "../guest-files.ts";
import { forceGarbageCollection } from "../heap.ts";
import type { Engine, Functions } from "./engine.ts";
import { trap } from "./memory-guest-session.ts";

interface Thing extends AsyncDisposable, Disposable {
  get(): Promise<number>;
  add(n: number): Promise<void>;
}

interface ThingClass {
  [construct](n: number): Promise<Thing>;
  sum(things: readonly Thing[]): Promise<number>;
  fresh(count: number): Promise<Thing[]>;
}

type Things = { readonly Thing: ThingClass } & Functions<
  "weigh" | "consume" | "passRecord" | "passOption" | "passVariant" | "passResult" | "destroyed"
>;
type Raw = Functions<
  | "newThing"
  | "dropThing"
  | "repThing"
  | "giveThing"
  | "giveThings"
  | "newItem"
  | "makeItem"
  | "dropItem"
  | "getItem"
  | "largerItem"
  | "takeItem"
  | "lookItem"
  | "tradeItem"
  | "giveItem"
  | "keepItem"
  | "peek"
  | "peekBoth"
  | "hold"
  | "giveBorrowed"
  | "linger"
  | "pairUp"
  | "churn"
>;
type Lending = Functions<
  "make" | "read" | "twice" | "pass" | "sum" | "keep" | "kept" | "release" | "giveBorrowed" | "hold" | "churn"
>;

/** The host's side of the guest's imports, with what became of its resources. */
function makeHost(): { imports: object; dropped: number[]; taken: number[] } {
  const dropped: number[] = [];
  const taken: number[] = [];
  class Item implements Disposable {
    readonly n: number;
    constructor(n: number) {
      this.n = n;
    }
    get(): number {
      return this.n;
    }
    static async larger(a: Item, b: Item): Promise<number> {
      return Math.max(a.n, b.n);
    }
    [Symbol.dispose](): void {
      dropped.push(this.n);
    }
  }
  const host = {
    Item,
    make: async (n: number) => new Item(n + 1_000),
    take: (item: Item) => void taken.push(item.n),
    look: async (item: Item) => item.n * 2,
    trade: (_lent: Item, given: Item) => void taken.push(given.n),
  };
  return { imports: { "test:resources/host": host }, dropped, taken };
}

interface Session extends Disposable {
  readonly instance: ComponentInstance;
  readonly things: Things;
  readonly raw: Raw;
  readonly host: ReturnType<typeof makeHost>;
}

/** Handles across the border of a component, in both directions, and every way to misuse them. */
export function resourceCompliance(engine: Engine): void {
  let component: Component;
  before(async () => {
    component = await engine.compile(await guestOf("resources", "resources", "guest"));
  });
  const start = async (): Promise<Session> => {
    const host = makeHost();
    const instance = await component.instantiate({ ...host.imports });
    return {
      instance,
      host,
      things: instance.exports["test:resources/things"] as unknown as Things,
      raw: instance.exports["test:resources/raw"] as unknown as Raw,
      [Symbol.dispose]: () => instance[Symbol.dispose](),
    };
  };
  const invalid = { code: "invalid-argument" };
  const traps = async (title: string, body: (session: Session) => Promise<unknown>): Promise<void> => {
    using session = await start();
    await assert.rejects(body(session), trap(), `${title} must trap`);
    assert.equal(session.instance.state, "poisoned", title);
    await assert.rejects(session.things.destroyed(), trap());
  };

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

  test("handles misused: each way is a trap", async () => {
    const withThing = (use: (raw: Raw, handle: number) => unknown) => async (session: Session) => {
      const raw = session.raw;
      await use(raw, await raw.newThing(1));
    };
    const withItem = (use: (raw: Raw, handle: number) => unknown) => async (session: Session) => {
      const raw = session.raw;
      await use(raw, await raw.newItem(1));
    };
    await traps(
      "dropping a thing twice",
      withThing(async (raw, handle) => {
        await raw.dropThing(handle);
        await raw.dropThing(handle);
      }),
    );
    await traps(
      "using a thing after it was dropped",
      withThing(async (raw, handle) => {
        await raw.dropThing(handle);
        await raw.repThing(handle);
      }),
    );
    await traps(
      "giving a thing away after it was dropped",
      withThing(async (raw, handle) => {
        await raw.dropThing(handle);
        await raw.giveThing(handle);
      }),
    );
    await traps(
      "giving a thing away twice",
      withThing(async (raw, handle) => {
        await raw.giveThing(handle);
        await raw.giveThing(handle);
      }),
    );
    await traps(
      "giving a thing away twice at once",
      withThing((raw, handle) => raw.giveThings(handle, handle)),
    );
    await traps(
      "taking a thing for an item",
      withThing((raw, handle) => raw.getItem(handle)),
    );
    await traps(
      "dropping a thing as an item",
      withThing((raw, handle) => raw.dropItem(handle)),
    );
    await traps(
      "giving a thing away as an item",
      withThing((raw, handle) => raw.giveItem(handle)),
    );
    await traps(
      "taking an item for a thing",
      withItem((raw, handle) => raw.repThing(handle)),
    );
    await traps(
      "dropping an item as a thing",
      withItem((raw, handle) => raw.dropThing(handle)),
    );
    await traps(
      "dropping an item twice",
      withItem(async (raw, handle) => {
        await raw.dropItem(handle);
        await raw.dropItem(handle);
      }),
    );
    await traps(
      "using an item after it was dropped",
      withItem(async (raw, handle) => {
        await raw.dropItem(handle);
        await raw.getItem(handle);
      }),
    );
    await traps(
      "using an item after it was given away",
      withItem(async (raw, handle) => {
        await raw.takeItem(handle);
        await raw.lookItem(handle);
      }),
    );
    await traps(
      "lending an item and giving it away in one call",
      withItem((raw, handle) => raw.tradeItem(handle, handle)),
    );
    for (const handle of [0, 77, 0x7fff_ffff, 0xffff_ffff]) {
      await traps(`handle ${handle}, dropped`, ({ raw }) => raw.dropThing(handle));
      await traps(`handle ${handle}, used`, ({ raw }) => raw.getItem(handle));
      await traps(`handle ${handle}, given away`, ({ raw }) => raw.giveThing(handle));
    }
    await traps("a borrow that outlives its call", ({ raw }) => raw.hold({ get: () => 1 }));
    await traps("a borrow given away", ({ raw }) => raw.giveBorrowed({ n: 1, get: () => 1 }));
  });

  describe("resources between components", () => {
    interface Pair extends Disposable {
      readonly lending: Lending;
      readonly things: Things;
      readonly instances: readonly ComponentInstance[];
    }
    const pairs: Readonly<Record<string, () => Promise<Pair>>> = {
      "two instances that the host links": async () => {
        const user = await engine.compile(await guestOf("resource-user", "resources", "user"));
        const inner = await component.instantiate({ ...makeHost().imports });
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
