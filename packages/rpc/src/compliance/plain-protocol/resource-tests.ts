import assert from "node:assert/strict";
import { test } from "node:test";
import { construct, isWitError, WitError } from "@witwire/wit/values";
import { createClient, type DynamicClient, type DynamicResource } from "../../client/create-client.ts";
import { counters } from "../contracts.ts";
import type { Harness } from "../harness.ts";
import { eventually, failsWith, HANG_GUARD, Scene } from "../scene.ts";
import { concat, frame, toHex, wire } from "../wire-bytes.ts";
import { header } from "./golden.ts";

class Counter {
  value: number;
  disposed = false;

  constructor(start: number) {
    this.value = start;
  }

  increment(by: number): number {
    this.value += by;
    return this.value;
  }

  fail(): number {
    throw new WitError("it fails");
  }

  async wait(): Promise<void> {}

  static open(name: string): Counter {
    if (name === "") throw new WitError("no name");
    return new Counter(name.length);
  }

  [Symbol.dispose](): void {
    this.disposed = true;
  }
}

class Gate {
  readonly #name: string;

  private constructor(name: string) {
    this.#name = name;
  }

  static async [construct](name: string): Promise<Gate> {
    if (name === "closed") throw new WitError("closed");
    return new Gate(name);
  }

  name(): string {
    return this.#name;
  }

  toString(): string {
    return `gate ${this.#name}`;
  }
}

const implementation = {
  Counter,
  Gate,
  consume: (c: Counter) => c.value,
  read: (c: Counter) => c.value,
  swap: (a: Counter, b: Counter) => [b, a],
  pass: (g: Gate) => g.name(),
  streamOf: (count: number) => Array.from({ length: count }, (_, i) => new Counter(i)),
};

/** List C, number 11: resources, and their names on the wire. */
export function resourceTests(harness: Harness): void {
  const guarded = (name: string, body: () => Promise<void>): void => void test(name, { timeout: HANG_GUARD }, body);

  guarded("C11 constructors, methods and statics have their names on the wire, handles are 16 bytes", async () => {
    await using scene = await Scene.open(harness);
    scene.server.serve(counters, implementation);
    const ask = async (name: string, params: Uint8Array): Promise<Uint8Array> => {
      const peer = scene.dial();
      peer.send(header("test:counters/counters", name), frame([], params));
      peer.end();
      return peer.rest();
    };
    const created = await ask("counter", wire("07"));
    assert.equal(created.length, 19);
    assert.equal(toHex(created.slice(0, 3)), "001110", "a root frame of 17 bytes, of which 16 are the handle");
    const handle = created.slice(2);
    assert.equal(toHex(await ask("counter.increment", concat(handle, wire("02")))), "000109");
    assert.equal(toHex(await ask("read", handle)), "000109");
    assert.equal(toHex((await ask("counter.open", wire("02 'ab'"))).slice(0, 4)), "00120010", "ok, then a handle");
    assert.equal(toHex(await ask("counter.open", wire("00"))), toHex(frame([], "01 07 'no name'")));
    assert.equal(toHex((await ask("gate", wire("01 'g'"))).slice(0, 4)), "00120010");
    assert.equal(toHex(await ask("gate", wire("06 'closed'"))), toHex(frame([], "01 06 'closed'")));
    assert.deepEqual(scene.failures, []);
  });

  guarded("C11 resources through a client: plain, fallible and async constructors, methods, statics", async () => {
    await using scene = await Scene.open(harness);
    scene.server.serve(counters, implementation);
    const client = scene.client(counters);
    const counter = await create(client, "Counter", 5);
    assert.equal(await counter.increment?.(2), 7);
    assert.equal(await client.read?.(counter), 7);
    await assert.rejects(counter.fail?.() as Promise<unknown>, isWitError);
    assert.equal(await counter.wait?.(), undefined);
    const opened = (await client.Counter?.open?.("four")) as DynamicResource;
    assert.equal(await opened.increment?.(0), 4);
    await assert.rejects(client.Counter?.open?.("") as Promise<unknown>, { payload: "no name" });
    const gate = await create(client, "Gate", "north");
    assert.equal(await gate.name?.(), "north");
    assert.equal(await gate.toString?.(), "gate north");
    await assert.rejects(create(client, "Gate", "closed"), { payload: "closed" });
    assert.throws(() => Reflect.construct(client.Counter as never, []), /lives at the peer/);
    const tagged = gate.$tagged as unknown as DynamicResource;
    assert.equal(await tagged.name?.(), "north");
    assert.deepEqual(await (counter.$tagged as unknown as DynamicResource).fail?.(), { tag: "err", val: "it fails" });
  });

  guarded("C11 what was given away as own is dead on both sides", async () => {
    await using scene = await Scene.open(harness);
    scene.server.serve(counters, implementation);
    const client = scene.client(counters);
    const counter = await create(client, "Counter", 5);
    assert.equal(scene.server.stats().handles, 1);
    assert.equal(await client.consume?.(counter), 5);
    assert.equal(scene.server.stats().handles, 0);
    await failsWith(counter.increment?.(1), "invalid-argument", /disposed or given away/);
    const [a, b] = [await create(client, "Counter", 1), await create(client, "Counter", 2)];
    const [c, d] = ((await client.swap?.(a, b)) ?? []) as DynamicResource[];
    assert.deepEqual([await c?.increment?.(0), await d?.increment?.(0)], [2, 1]);
    await failsWith(client.swap?.(c, c), "invalid-argument", /twice/);
    assert.equal(await c?.increment?.(1), 3, "a call that was never sent gives nothing away");
  });

  guarded("C11 disposing is local, since the protocol cannot say it", async () => {
    await using scene = await Scene.open(harness);
    scene.server.serve(counters, implementation);
    const counter = await create(scene.client(counters), "Counter", 5);
    counter[Symbol.dispose]();
    counter[Symbol.dispose]();
    await failsWith(counter.increment?.(1), "invalid-argument", /disposed/);
    assert.equal(scene.server.stats().handles, 1);
  });

  guarded("C11 forged, stale and ill-typed handles are not found, and the caller sees a failed call", async () => {
    await using scene = await Scene.open(harness);
    scene.server.serve(counters, implementation);
    const client = scene.client(counters, { rawHandles: true });
    const gate = await create(client, "Gate", "north");
    const counter = await create(client, "Counter", 1);
    const bytes = handleBytes(counter);
    for (const forged of [new Uint8Array(16), new Uint8Array(0), new Uint8Array(1000), handleBytes(gate)]) {
      await failsWith(client.read?.(forged), "unknown");
    }
    await failsWith(client.swap?.(bytes, bytes.slice()), "unknown");
    assert.equal(await client.consume?.(bytes), 1);
    await failsWith(client.read?.(bytes), "unknown");
    assert.deepEqual(new Set(await scene.failureCodes(6)), new Set(["not-found"]));
    await failsWith(
      scene.client(counters).read?.(gate),
      "invalid-argument",
      /expected a test:counters\/counters#counter/,
    );
    await failsWith(scene.client(counters).read?.(bytes), "invalid-argument");
    await failsWith(scene.client(counters).read?.(new Counter(1)), "invalid-argument");
  });

  guarded("C11 handles that nobody uses expire, and used ones do not", async () => {
    await using scene = await Scene.open(harness, { server: { limits: { handleIdleTimeout: 400 } } });
    const made: Counter[] = [];
    class Observed extends Counter {
      constructor(start: number) {
        super(start);
        made.push(this);
      }
    }
    scene.server.serve(counters, { ...implementation, Counter: Observed });
    const client = scene.client(counters);
    const used = await create(client, "Counter", 1);
    await create(client, "Counter", 2);
    let unused: Counter | undefined;
    while (unused === undefined) {
      assert.ok(await used.increment?.(1));
      unused = made.find((counter) => counter.disposed);
    }
    assert.equal(unused, made[1]);
    await eventually(() => scene.server.stats().handles === 0);
    assert.equal(scene.server.stats().timers, 0);
    await failsWith(used.increment?.(1), "unknown");
  });

  guarded("C11 a full table refuses new handles and keeps the live ones", async () => {
    await using scene = await Scene.open(harness, { server: { limits: { maxHandles: 2 } } });
    scene.server.serve(counters, implementation);
    const client = scene.client(counters);
    const [one] = [await create(client, "Counter", 1), await create(client, "Counter", 2)];
    await failsWith(create(client, "Counter", 3), "unknown");
    assert.deepEqual(await scene.failureCodes(1), ["resource-exhausted"]);
    assert.equal(await one.increment?.(1), 2);
    assert.equal(await client.consume?.(one), 2);
    await create(client, "Counter", 3);
  });

  guarded("C11 the server frees handles when it wants to, and all of them when it closes", async () => {
    await using scene = await Scene.open(harness);
    const single = new Counter(1);
    scene.server.serve(counters, {
      ...implementation,
      Counter: Object.assign(class extends Counter {}, { open: () => single }),
    });
    const client = scene.client(counters);
    const [one, two] = [await client.Counter?.open?.("a"), await client.Counter?.open?.("b")] as DynamicResource[];
    assert.deepEqual([await one?.increment?.(1), await two?.increment?.(1)], [2, 3], "one resource with two handles");
    assert.equal(await client.consume?.(one), 3);
    assert.equal(scene.server.freeHandle(single), true);
    assert.equal(scene.server.freeHandle(single), false);
    await failsWith(two?.increment?.(1), "unknown");
    await client.Counter?.open?.("c");
    await scene.server.close();
    assert.equal(single.disposed, true);
  });

  guarded("C11 owned resources in a stream", async () => {
    await using scene = await Scene.open(harness);
    scene.server.serve(counters, implementation);
    const stream = (await scene.client(counters).streamOf?.(3)) as AsyncIterable<DynamicResource>;
    const values: unknown[] = [];
    for await (const counter of stream) values.push(await counter.increment?.(10));
    assert.deepEqual(values, [10, 11, 12]);
  });

  guarded("C11 a client serves as an implementation, so that a server can stand in front of another", async () => {
    await using behind = await Scene.open(harness);
    behind.server.serve(counters, implementation);
    await using front = await Scene.open(harness);
    front.server.serve(counters, behind.client(counters));
    const client = front.client(counters);
    const counter = await create(client, "Counter", 5);
    assert.equal(await counter.increment?.(2), 7);
    await assert.rejects(counter.fail?.() as Promise<unknown>, { payload: "it fails" });
    await assert.rejects(create(client, "Gate", "closed"), { payload: "closed" });
    assert.equal(await client.consume?.(counter), 7);
    assert.equal(behind.server.stats().handles, 0);
    assert.equal(front.server.stats().handles, 0);
  });

  guarded("C11 a stub of another peer is refused, unless raw handles are wanted", async () => {
    await using one = await Scene.open(harness);
    await using other = await Scene.open(harness);
    for (const { server } of [one, other]) server.serve(counters, implementation);
    const stub = await create(one.client(counters), "Counter", 5);
    await failsWith(other.client(counters).read?.(stub), "invalid-argument", /belongs to another peer/);
    await failsWith(other.client(counters, { rawHandles: true }).read?.(stub), "unknown");
    assert.equal(await createClient(counters, one.transport).read?.(stub), 5, "clients of one transport share handles");
  });

  guarded("C11 raw handles pass through a server that did not give them out", async () => {
    await using scene = await Scene.open(harness, { server: { rawHandles: true } });
    scene.server.serve(counters, {
      ...implementation,
      consume: (c: Uint8Array) => c.length,
      swap: (a: Uint8Array, b: Uint8Array) => [b, a],
    });
    const client = scene.client(counters, { rawHandles: true });
    assert.equal(await client.consume?.(new Uint8Array(3)), 3);
    const swapped = (await client.swap?.(Uint8Array.of(1), Uint8Array.of(2))) as DynamicResource[];
    assert.deepEqual(swapped.map(handleBytes), [Uint8Array.of(2), Uint8Array.of(1)]);
  });

  guarded("C11 a result that is no resource of its class", async () => {
    await using scene = await Scene.open(harness);
    scene.server.serve(counters, { ...implementation, swap: (a: unknown) => [a, {}] });
    const client = scene.client(counters);
    const swapped = client.swap?.(await create(client, "Counter", 1), await create(client, "Counter", 2));
    const [, wrong] = (await swapped) as DynamicResource[];
    await failsWith(wrong?.increment?.(1), "unknown");
    assert.deepEqual(await scene.failureCodes(1), ["internal"]);
    assert.match(scene.failures[0]?.error.message ?? "", /has no method increment/);
  });

  guarded("C11 what an implementation lacks is said when it is served", async () => {
    await using scene = await Scene.open(harness);
    assert.throws(() => scene.server.serve(counters, {}), /the class Counter/);
    const partial = { ...implementation, Counter: class {}, Gate: () => {} };
    assert.throws(
      () => scene.server.serve(counters, partial),
      /the method Counter\.increment.*the static function Counter\.open.*the method Gate\.name/,
    );
  });
}

async function create(client: DynamicClient, name: string, param: unknown): Promise<DynamicResource> {
  const created = await client[name]?.new(param);
  assert.ok(created);
  return created;
}

function handleBytes(resource: DynamicResource): Uint8Array {
  return (resource as unknown as Record<symbol, { bytes: Uint8Array }>)[Symbol.for("witwire.remote-handle")]
    ?.bytes as Uint8Array;
}
