import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient } from "../client/create-client.ts";
import { calls } from "../compliance/contracts.ts";
import { eventually } from "../compliance/scene.ts";
import { createSessionTransport } from "../peer/session-transport.ts";
import { createMemoryDuplexPair } from "../transport/memory-duplex.ts";
import { dialMemory } from "../transport/memory-transport.ts";
import { createServer, type Server } from "./create-server.ts";

const NOT_TAKEN = { code: "unavailable", started: "no", retryable: true };

/** A server whose only function waits until it is let go. */
function waiting(): { server: Server; letGo: () => void } {
  const gate = Promise.withResolvers<string>();
  const server = createServer({ onFailure: () => {} });
  const func = calls.functions.find(({ name }) => name === "wait");
  assert.ok(func !== undefined);
  server.serve({ ...calls, functions: [func] }, { wait: () => gate.promise });
  return { server, letGo: () => gate.resolve("done") };
}

test("a call that is on its way when its server begins to drain learns that it was not taken", async () => {
  const { server } = waiting();
  const transport = createSessionTransport(() => dialMemory(server));
  const call = createClient(calls, transport).wait?.();
  assert.equal(server.stats().connections, 1, "it is connected, and nothing was heard of it");
  const drained = server.drain();
  await assert.rejects(async () => call, NOT_TAKEN);
  await drained;
  await transport.close();
});

test("calls that come while a server drains are told so, and those under way end as if nothing were", async () => {
  const { server, letGo } = waiting();
  const early = createSessionTransport(() => dialMemory(server));
  const running = createClient(calls, early).wait?.();
  await eventually(() => server.stats().calls === 1);
  const drained = server.drain();
  for (let count = 0; count < 3; count++) {
    const late = createSessionTransport(() => dialMemory(server));
    await assert.rejects(async () => createClient(calls, late).wait?.(), NOT_TAKEN);
    await late.close();
  }
  await assert.rejects(async () => createClient(calls, early).wait?.(), NOT_TAKEN);
  letGo();
  assert.equal(await running, "done");
  await drained;
  await early.close();
});

test("who connects late and says nothing does not keep a server from closing", async () => {
  const { server } = waiting();
  const transport = createSessionTransport(() => dialMemory(server));
  const running = createClient(calls, transport).wait?.() as Promise<unknown>;
  running.catch(() => {});
  await eventually(() => server.stats().calls === 1);
  const closed = server.close({ grace: 50 });
  const [silent, accepted] = createMemoryDuplexPair();
  const broken = Promise.withResolvers<void>();
  silent.start({ data: () => {}, end: () => {}, flushed: () => {}, error: () => broken.resolve() });
  server.accept(accepted);
  await closed;
  assert.equal(server.stats().connections, 1, "the late one is still there");
  await broken.promise;
  await eventually(() => server.stats().connections === 0 && server.stats().timers === 0);
  await transport.close({ force: true });
});
