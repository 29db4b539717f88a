import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient, type DynamicResource, type RpcError } from "@witwire/rpc";
import { findInterface } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";
import type { CallContext } from "@witwire/wit/values";
import { guestFile } from "../../component/src/testing/guest-files.ts";
import { hostComponent } from "./component-host.ts";
import { resourcesGuest, resourcesUserGuest } from "./testing/guests.ts";
import { serveNatively, serveOverTcp } from "./testing/served.ts";

const contract = parseWit(await guestFile("resources.wit"));
const component = await resourcesGuest();

/** The host's side of resources.wit. */
class Item {
  static live = 0;
  readonly #n: number;

  constructor(n: number) {
    this.#n = n;
    Item.live++;
  }

  get(): number {
    return this.#n;
  }

  static larger(a: Item, b: Item): number {
    return Math.max(a.#n, b.#n);
  }

  [Symbol.dispose](): void {
    Item.live--;
  }
}

/** `gate` answers `make`, so that a call can be held inside the guest. */
function items(gate: () => Promise<void> = async () => {}): object {
  return {
    Item,
    make: async (n: number, _context: CallContext) => {
      await gate();
      return new Item(n);
    },
    take: () => {},
    trade: (item: Item) => item,
    look: (item: Item) => item.get(),
  };
}

test("exported resources live in one instance, and callers hold handles", async () => {
  await using served = await serveOverTcp(component, { local: { "test:resources/host": items() } });
  assert.equal(served.host.policy, "shared");
  const things = createClient(findInterface(contract, "things"), served.transport);
  const a = (await things.Thing?.new(40)) as DynamicResource;
  const b = (await things.Thing?.new(2)) as DynamicResource;
  await a.add?.(1);
  assert.equal(await a.get?.(), 41);
  assert.equal(await things.Thing?.sum?.([a, b]), 43);
  const fresh = (await things.Thing?.fresh?.(3)) as DynamicResource[];
  assert.deepEqual(await Promise.all(fresh.map((thing) => thing.get?.())), [0, 1, 2]);
  assert.deepEqual(await things.weigh?.({ first: a, n: 1, second: b }), 43);
  assert.equal(served.server.stats().handles, 5);
  assert.equal(await things.consume?.([a, ...fresh]), 44);
  assert.equal(served.server.stats().handles, 1);
  await assert.rejects(a.get?.() as Promise<unknown>, { code: "invalid-argument" });
  assert.deepEqual(await things.destroyed?.(), [4, 44]);
  const back = (await things.passOption?.(b)) as DynamicResource;
  assert.equal(await back.get?.(), 2);
  assert.equal(served.host.stats().instances, 1);
});

test("after a trap handles answer not-found, and new calls get a new instance", async () => {
  await using served = await serveOverTcp(component, { local: { "test:resources/host": items() } });
  const things = createClient(findInterface(contract, "things"), served.transport);
  const raw = createClient(findInterface(contract, "raw"), served.transport);
  const old = (await things.Thing?.new(1)) as DynamicResource;
  await assert.rejects(raw.dropThing?.(12345) as Promise<unknown>);
  assert.equal(served.failures.at(-1)?.code, "trap");
  await assert.rejects(old.get?.() as Promise<unknown>);
  assert.equal(served.failures.at(-1)?.code, "not-found");
  assert.match(String(served.failures.at(-1)?.message), /create it again/);
  const next = (await things.Thing?.new(7)) as DynamicResource;
  assert.equal(await next.get?.(), 7);
  await assert.rejects(things.consume?.([next, old]) as Promise<unknown>);
  assert.equal(served.failures.at(-1)?.code, "not-found");
  assert.equal(served.host.stats().instances, 1);
});

test("a caller that gives up while its call runs leaves the guest, and everybody's resources, as they are", async () => {
  const inside = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  await using host = hostComponent(component, {
    local: {
      "test:resources/host": items(async () => {
        inside.resolve();
        await gate.promise;
      }),
    },
  });
  type Thing = { get(): Promise<number> };
  const { Thing } = host.exports["test:resources/things"] as { Thing: { new: (n: number) => Promise<Thing> } };
  const raw = host.exports["test:resources/raw"] as {
    makeItem(n: number, options?: object): Promise<number>;
    getItem(handle: number): Promise<number>;
  };
  const thing = await Thing.new(5);
  const caller = new AbortController();
  const abandoned = assert.rejects(raw.makeItem(9, { signal: caller.signal }), { code: "cancelled", started: "yes" });
  await inside.promise;
  const waiting = assert.rejects(raw.makeItem(9, { timeout: 1 }), { code: "deadline-exceeded", started: "no" });
  const after = thing.get();
  await waiting;
  caller.abort();
  await abandoned;
  gate.resolve();
  assert.equal(await after, 5);
  assert.equal(await raw.getItem(1), 9, "the guest has finished what it was asked");
});

test("resources of imports are resources at the peer", async () => {
  await using native = await serveNatively((server) => server.serve(findInterface(contract, "host"), items()));
  await using served = await serveOverTcp(component, { remote: { transport: native.transport } });
  const raw = createClient(findInterface(contract, "raw"), served.transport);
  const one = (await raw.newItem?.(1)) as number;
  const two = (await raw.makeItem?.(2)) as number;
  assert.equal(await raw.getItem?.(two), 2);
  assert.equal(await raw.largerItem?.(one, two), 2);
  assert.equal(await raw.lookItem?.(one), 1);
  await raw.takeItem?.(one);
  await raw.dropItem?.(two);
});

test("a component uses the resources of another one: in process, and at a peer", async () => {
  const use = async (lending: Record<string, (...args: unknown[]) => Promise<unknown>>): Promise<unknown[]> => {
    const results: unknown[] = [];
    const thing = await lending.make?.(21);
    results.push(await lending.read?.(thing), await lending.twice?.(thing));
    const passed = await lending.pass?.(thing);
    results.push(await lending.take?.(passed));
    await lending.keep?.(await lending.make?.(3));
    results.push(await lending.kept?.());
    await lending.release?.();
    return results;
  };
  const local = { "test:resources/host": items() };
  const user = await resourcesUserGuest();
  await using provider = hostComponent(component, { local });
  await using inProcess = hostComponent(user, { local: provider.exports, reuse: 100 });
  const expected = [21, 42, 43, 3];
  assert.deepEqual(await use(inProcess.exports["test:resources/lending"] as never), expected);

  await using served = await serveOverTcp(component, { local });
  await using remote = hostComponent(user, { remote: { transport: served.transport }, reuse: 100 });
  assert.deepEqual(await use(remote.exports["test:resources/lending"] as never), expected);
});

test("arguments that are no resources are refused, and nothing is lost", async () => {
  await using host = hostComponent(component, { local: { "test:resources/host": items() } });
  const things = host.exports["test:resources/things"] as Record<string, (...args: unknown[]) => Promise<unknown>>;
  const { Thing } = host.exports["test:resources/things"] as { Thing: { new: (n: number) => Promise<object> } };
  const thing = await Thing.new(1);
  for (const wrong of [undefined, null, 7, {}, [{}], [thing, 7], { first: thing }]) {
    await assert.rejects(things.consume?.(wrong) as Promise<unknown>, { code: "invalid-argument", started: "no" });
    await assert.rejects(things.weigh?.(wrong) as Promise<unknown>, { code: "invalid-argument", started: "no" });
  }
  assert.equal(await things.consume?.([thing]), 1);
  await assert.rejects(things.consume?.([thing]) as Promise<unknown>, { code: "invalid-argument" });
});

test("a call that comes back to the shared instance from its own import is refused instead of waiting for itself", async () => {
  type Raw = { makeItem(n: number): Promise<number>; getItem(handle: number): Promise<number> };
  const refused = Promise.withResolvers<unknown>();
  await using host = hostComponent(component, {
    local: {
      "test:resources/host": items(async () => {
        await raw.getItem(1).catch(refused.resolve);
      }),
    },
  });
  const raw = host.exports["test:resources/raw"] as Raw;
  const item = await raw.makeItem(4);
  const error = (await refused.promise) as RpcError;
  assert.equal(error.code, "trap");
  assert.match(error.message, /cannot re-enter/);
  assert.equal(await raw.getItem(item), 4, "nothing was lost");
});
