import assert from "node:assert/strict";
import { test } from "node:test";
import { connect } from "@witwire/node";
import { createClient, type DynamicResource, pipelined } from "@witwire/rpc";
import { findInterface } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";
import { guestFile } from "../../component/src/testing/guest-files.ts";
import { resourcesGuest } from "./testing/guests.ts";
import { serveOverTcp } from "./testing/served.ts";

const contract = parseWit(await guestFile("resources.wit"));
const component = await resourcesGuest();
/** What the component imports; these tests bring items of their own. */
class Item {
  get(): number {
    return 0;
  }

  static larger(): number {
    return 0;
  }
}

const host = { Item, make: () => new Item(), take: () => {}, trade: (item: Item) => item, look: () => 0 };

async function eventually(condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 15_000;
  while (!(await condition())) {
    assert.ok(Date.now() < end, `this never became true: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test("over a session a dropped resource of a component is destroyed in the guest", async () => {
  await using served = await serveOverTcp(component, { local: { "test:resources/host": host } });
  const address = served.address.replace("wrpc+", "");
  await using first = closing(address);
  const things = createClient(findInterface(contract, "things"), first.transport);
  const a = (await things.Thing?.new(40)) as DynamicResource;
  const b = things.Thing?.new(2) as Promise<DynamicResource>;
  assert.equal(await pipelined(b).get?.(), 2);
  await a.add?.(1);
  assert.equal(await things.Thing?.sum?.([a, await b]), 43);
  assert.equal(served.server.stats().handles, 2);
  a[Symbol.dispose]();
  await eventually(() => served.server.stats().handles === 1);
  const fresh = (await things.Thing?.fresh?.(3)) as DynamicResource[];
  assert.equal(await things.consume?.([await b, ...fresh.slice(0, 2)]), 3);
  const last = fresh[2] as DynamicResource;
  assert.equal(await last.get?.(), 2);
  await assert.rejects((await b).get?.() as Promise<unknown>, { code: "invalid-argument" });
  const destroyed = (await things.destroyed?.()) as number[];
  assert.equal(destroyed[1], 41 + 3, "sum of those that were dropped and consumed");
});

test("what a caller holds when its connection ends is destroyed in the guest", async () => {
  await using served = await serveOverTcp(component, { local: { "test:resources/host": host } });
  const address = served.address.replace("wrpc+", "");
  const lost = connect(address as `tcp://${string}`);
  const things = createClient(findInterface(contract, "things"), lost);
  const fresh = (await things.Thing?.fresh?.(50)) as DynamicResource[];
  assert.equal(await fresh[49]?.get?.(), 49);
  assert.equal(served.server.stats().handles, 50);
  await lost.close({ force: true });
  await eventually(() => served.server.stats().handles === 0);
  const others = createClient(findInterface(contract, "things"), served.transport);
  await eventually(async () => ((await others.destroyed?.()) as number[] | undefined)?.[0] === 50);
  await assert.rejects(fresh[0]?.get?.() as Promise<unknown>, { code: "unavailable", started: "no" });
  assert.equal(served.host.stats().instances, 1);
});

test("a guest calls the resources of whoever calls it", async () => {
  await using served = await serveOverTcp(component, { local: { "test:resources/host": host } });
  await using caller = closing(served.address.replace("wrpc+", ""));
  const raw = createClient(findInterface(contract, "raw"), caller.transport);
  let disposed = false;
  const item = {
    get: () => 77,
    [Symbol.dispose]() {
      disposed = true;
    },
  };
  assert.equal(await raw.peek?.(item), 77);
  assert.equal(caller.transport.stats().handles, 0);
  const handle = (await raw.keepItem?.(item)) as number;
  assert.equal(await raw.getItem?.(handle), 77);
  assert.equal(await raw.giveItem?.(handle), item, "it comes home");
  const again = (await raw.keepItem?.(item)) as number;
  assert.equal(disposed, false);
  await raw.dropItem?.(again);
  await eventually(() => disposed);
  await eventually(() => served.server.stats().handles === 0);
});

function closing(address: string): AsyncDisposable & { readonly transport: ReturnType<typeof connect> } {
  const transport = connect(address as `tcp://${string}`);
  return { transport, [Symbol.asyncDispose]: () => transport.close() };
}
