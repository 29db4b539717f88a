import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { MessageChannel, Worker } from "node:worker_threads";
import { createClient, createServer, type DuplexEvents } from "@witwire/rpc";
import type { Stream } from "@witwire/wit/values";
import type { StreamPort } from "./port-link.ts";
import { acceptPort, connectPort, portDuplex } from "./ports.ts";
import { echo } from "./testing/echo-contract.ts";

const GUARD = { timeout: 60_000 };

/** What a byte stream reports, in order. */
function recorded(port: unknown): { log: unknown[]; duplex: ReturnType<typeof portDuplex> } {
  const log: unknown[] = [];
  const duplex = portDuplex(port as StreamPort);
  const events: DuplexEvents = {
    data: (bytes) => log.push(bytes),
    end: () => log.push("end"),
    flushed: () => log.push("flushed"),
    error: (error) => log.push(error),
  };
  duplex.start(events);
  return { log, duplex };
}

async function eventually(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}

test("a thread answers calls, and the death of it is a typed error", GUARD, async () => {
  const worker = new Worker(new URL("testing/echo-worker.ts", import.meta.url));
  const transport = connectPort(worker);
  const client = createClient(echo, transport);
  const chunks = Array.from({ length: 100 }, (_, index) => new Uint8Array(50_000).fill(index));
  const echoed = (await client.bytes?.(chunks)) as Stream<Uint8Array>;
  let sum = 0;
  for await (const chunk of echoed) for (const byte of chunk) sum += byte;
  assert.equal(sum, (50_000 * (99 * 100)) / 2);
  assert.ok(
    chunks.every((chunk) => chunk.length === 50_000),
    "what was sent is still the caller's",
  );
  const waiting = assert.rejects(client.wait?.() as Promise<unknown>, { code: "unavailable", started: "maybe" });
  await new Promise((resolve) => setTimeout(resolve, 50));
  await worker.terminate();
  await waiting;
  await transport.close();
});

test("other messages on the same port are left alone, and so is a server by forged ones", GUARD, async () => {
  const { port1, port2 } = new MessageChannel();
  const server = createServer();
  server.serve(echo, { bytes: (v: unknown) => v, wait: () => "done" });
  const accepting = acceptPort(server, port2);
  const heard = once(port2, "message");
  for (const message of ["hello", null, 7, { witwire: "stream" }, { witwire: "stream", port: {} }]) {
    port1.postMessage(message);
  }
  assert.equal((await heard)[0], "hello");
  const transport = connectPort(port1);
  assert.equal(await createClient(echo, transport).wait?.(), "done");
  await transport.close();
  accepting[Symbol.dispose]();
  await server.close();
  assert.deepEqual(server.stats(), { connections: 0, calls: 0, handles: 0, timers: 0 });
  port1.close();
});

test("no buffer of a writer is detached, and what arrives is the receiver's own", GUARD, async () => {
  const { port1, port2 } = new MessageChannel();
  const [sender, receiver] = [recorded(port1), recorded(port2)];
  const shared = new Uint8Array(100_000).fill(1);
  sender.duplex.write([shared, shared.subarray(5, 10)]);
  sender.duplex.write([new Uint8Array(new SharedArrayBuffer(3))]);
  await eventually(() => receiver.log.length > 0);
  await eventually(() => receiver.log.reduce<number>((sum, item) => sum + (item as Uint8Array).length, 0) === 100_008);
  for (const item of receiver.log) (item as Uint8Array).fill(9);
  assert.equal(shared.length, 100_000);
  assert.ok(shared.every((byte) => byte === 1));
  sender.duplex.abort();
  await eventually(() => receiver.log.at(-1) instanceof Error);
});

test("a writer waits for a reader that has paused, and hears of it when that goes on", GUARD, async () => {
  const { port1, port2 } = new MessageChannel();
  const [sender, receiver] = [recorded(port1), recorded(port2)];
  receiver.duplex.pause();
  let drained = 0;
  sender.duplex.onDrain = () => drained++;
  let written = 0;
  while (sender.duplex.write([new Uint8Array(65_536)])) {
    written++;
    await new Promise((resolve) => setTimeout(resolve, 1));
    assert.ok(written < 100, "the writer is never asked to wait");
  }
  sender.duplex.end();
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual([drained, receiver.log.length, sender.log.length], [0, 0, 0]);
  receiver.duplex.resume();
  await eventually(() => receiver.log.at(-1) === "end");
  assert.equal(drained, 1);
  await eventually(() => sender.log.at(-1) === "flushed");
  receiver.duplex.end();
  await eventually(() => sender.log.at(-1) === "end");
});

test("messages that no byte stream sends break it off", GUARD, async () => {
  const wrong = ["text", -1, 0.5, 10, true, { a: 1 }, [], new Uint16Array(2), new Uint8Array(new SharedArrayBuffer(8))];
  for (const message of wrong) {
    const { port1, port2 } = new MessageChannel();
    const receiver = recorded(port2);
    port1.postMessage(message);
    await eventually(() => receiver.log.length > 0);
    assert.equal((receiver.log[0] as { code?: string }).code, "protocol", String(message));
    port1.close();
  }
  const { port1, port2 } = new MessageChannel();
  const receiver = recorded(port2);
  receiver.duplex.pause();
  for (let sent = 0; sent < 5; sent++) port1.postMessage(new Uint8Array(1_000_000));
  await eventually(() => receiver.log.length > 0);
  assert.equal((receiver.log[0] as { code?: string }).code, "resource-exhausted", "credit is not a request");
  port1.close();
});
