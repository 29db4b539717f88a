import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient, type InvocationTransport } from "@witwire/rpc";
import { createWasi } from "@witwire/wasi";
import { findInterface, type InterfaceRef } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";
import { Stream } from "@witwire/wit/values";
import { hostComponent } from "./component-host.ts";
import { serveNatively, serveOverTcp } from "./testing/served.ts";
import { askerGuest, callerGuest, pipeGuest } from "./testing/wire-guests.ts";

/** The same functions as other peers have them. */
const onTheWire = parseWit(`
package test:wire;
interface piping {
  count: func(data: stream<u8>) -> u64;
  pass: func(data: stream<u8>) -> stream<u8>;
  relay: func(data: stream<u8>) -> stream<u8>;
}
interface far {
  relay: func(data: stream<u8>) -> stream<u8>;
  ask: func() -> string;
}
interface asking {
  ask: func() -> string;
  why: func() -> string;
}
interface hello {
  far-away: func() -> string;
}
`);

const contract = (name: string): InterfaceRef => findInterface(onTheWire, name);
const perInstance = () => createWasi();

async function* chunks(count: number, size: number): AsyncGenerator<Uint8Array> {
  for (let index = 0; index < count; index++) yield new Uint8Array(size).fill(index);
}

async function sizeOf(stream: unknown): Promise<number> {
  let size = 0;
  for await (const chunk of stream as Stream<Uint8Array>) size += chunk.length;
  return size;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}

test("an input-stream is a stream<u8> on the wire, as parameter and as result", async () => {
  await using native = await serveNatively((server) =>
    server.serve(contract("far"), { ask: () => "", relay: (data: Stream<Uint8Array>) => data }),
  );
  await using served = await serveOverTcp(await pipeGuest(), { perInstance, remote: { transport: native.transport } });
  const piping = createClient(contract("piping"), served.transport);
  assert.equal(await piping.count?.(chunks(20, 30_000)), 600_000n);
  assert.equal(await piping.count?.([]), 0n);
  assert.equal(await sizeOf(await piping.pass?.(chunks(20, 30_000))), 600_000);
  assert.equal(await sizeOf(await piping.relay?.(chunks(20, 30_000))), 600_000);
  await until(() => served.host.stats().instances === 0);
  assert.deepEqual(served.failures, []);
});

test("an instance stays while a stream that it gave out is read, and no longer", async () => {
  await using served = await serveOverTcp(await pipeGuest(), {
    perInstance,
    local: { "test:wire/far": { ask: () => "", relay: (data: unknown) => data } },
  });
  const piping = createClient(contract("piping"), served.transport);
  const sender = Promise.withResolvers<void>();
  async function* slow(): AsyncGenerator<Uint8Array> {
    yield new Uint8Array(10);
    await sender.promise;
    yield new Uint8Array(20);
  }
  const back = (await piping.pass?.(slow())) as Stream<Uint8Array>;
  assert.equal(served.host.stats().instances, 1);
  sender.resolve();
  assert.equal(await sizeOf(back), 30);
  await until(() => served.host.stats().instances === 0);
  const left = (await piping.pass?.(chunks(1000, 60_000))) as Stream<Uint8Array>;
  left.cancel();
  await until(() => served.host.stats().instances === 0);
});

test("a stream breaks when the component is shut down, which does not wait for its reader", async () => {
  const host = hostComponent(await pipeGuest(), {
    perInstance,
    local: { "test:wire/far": { ask: () => "", relay: (data: unknown) => data } },
  });
  const { pass } = host.exports["test:wire/piping"] as { pass(data: unknown): Promise<Stream<Uint8Array>> };
  const never = Stream.fromChunks<Uint8Array, Uint8Array>(
    (async function* () {
      yield new Uint8Array(3);
      await new Promise(() => {});
    })(),
  );
  const stream = await pass(never);
  assert.equal((await stream.nextChunk())?.length, 3);
  const broken = assert.rejects(async () => stream.nextChunk(), { code: "unavailable" });
  await host[Symbol.asyncDispose]();
  await broken;
  assert.equal(host.stats().instances, 0);
});

test("a function that returns an error of wrpc:rpc gets failures as err, and fails with its own", async () => {
  const component = await askerGuest();
  const askWith = async (
    transport: InvocationTransport,
    body: (asking: Asking) => Promise<void>,
  ): Promise<string[]> => {
    await using served = await serveOverTcp(component, { remote: { transport } });
    const client = createClient(contract("asking"), served.transport);
    await body(client as unknown as Asking);
    return served.failures.map((failure) => `${failure.code}: ${failure.message}`);
  };
  type Asking = { ask(): Promise<string>; why(): Promise<string> };
  await using well = await serveNatively((server) =>
    server.serve(contract("far"), { ask: () => "well", relay: () => [] }),
  );
  const none = await askWith(well.transport, async (asking) => {
    assert.equal(await asking.ask(), "well");
    assert.equal(await asking.why(), "well");
  });
  assert.deepEqual(none, []);
  await using badly = await serveNatively((server) =>
    server.serve(contract("far"), {
      ask: () => {
        throw new Error("badly");
      },
      relay: () => [],
    }),
  );
  const failures = await askWith(badly.transport, async (asking) => {
    assert.match(await asking.why(), / \[unknown\]$/);
    await assert.rejects(asking.ask(), { code: "unknown" });
  });
  assert.equal(failures.length, 1);
  assert.match(String(failures[0]), /^internal: test:wire\/asking\.ask returned an error: .* \[unknown\]$/);
});

test("a component speaks wRPC by itself", async () => {
  await using native = await serveNatively((server) =>
    server.serve(contract("hello"), { farAway: () => "hello from far away" }),
  );
  await using host = hostComponent(await callerGuest(), { perInstance, remote: { transport: native.transport } });
  const { call } = host.exports["test:wire/calling"] as { call(): Promise<string> };
  assert.equal(await call(), "hello from far away");
  assert.equal(await call(), "hello from far away");
  await until(() => native.transport.stats().invocations === 0);
  assert.equal(native.transport.stats().timers, 0);
});
