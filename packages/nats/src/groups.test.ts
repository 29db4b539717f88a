/** Several servers: queue groups, prefixes, refusals, and leaving in order. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { calls, flows, hello } from "./testing/contracts.ts";
import type { Scheme } from "./testing/harness.ts";
import { eventually, failsWith, quiet, Stage } from "./testing/stage.ts";

const GUARD = { timeout: 30_000 };

test("the members of a group share calls, and two prefixes are worlds apart", GUARD, async () => {
  await using stage = new Stage();
  for (const [name, address] of [
    ["a1", "a?group=g"],
    ["a2", "a?group=g"],
    ["b", "b"],
  ] as const) {
    await stage.serve(calls, { who: () => name }, { address });
  }
  const answers = async (address: string): Promise<Set<unknown>> => {
    const client = stage.client(calls, {}, address);
    return new Set(await Promise.all(Array.from({ length: 20 }, () => client.who?.())));
  };
  assert.deepEqual(await answers("a"), new Set(["a1", "a2"]));
  assert.deepEqual(await answers("b"), new Set(["b"]));
  await failsWith(stage.client(calls).who?.(), "unavailable", {
    started: "no",
    message: /nobody serves test:calls\/calls\.who/,
  });
});

test("two servers without a group of their own still run a call once", GUARD, async () => {
  await using stage = new Stage();
  let ran = 0;
  for (let server = 0; server < 2; server++) await stage.serve(calls, { add: () => ++ran });
  const client = stage.client(calls);
  for (let call = 1; call <= 10; call++) await client.add?.(0, 0);
  assert.equal(ran, 10);
});

test("a call that a busy member refuses is taken by another one", GUARD, async () => {
  await using stage = new Stage();
  const release = Promise.withResolvers<string>();
  for (let server = 0; server < 2; server++) {
    await stage.serve(calls, { wait: () => release.promise, who: () => "free" }, { limits: { maxCalls: 4 } });
  }
  const client = stage.client(calls);
  // Each member has room for four, and takes turns make the eighth go anywhere.
  const waiting = Array.from({ length: 7 }, () => client.wait?.());
  await eventually(() => stage.servers.reduce((sum, server) => sum + server.stats().calls, 0) === 7);
  for (let call = 0; call < 6; call++) assert.equal(await client.who?.(), "free");
  release.resolve("done");
  assert.deepEqual(new Set(await Promise.all(waiting)), new Set(["done"]));
});

test("a call that all members refuse fails as the last of them said", GUARD, async () => {
  await using stage = new Stage();
  const release = Promise.withResolvers<string>();
  await stage.serve(calls, { wait: () => release.promise }, { limits: { maxCalls: 1 } });
  const client = stage.client(calls);
  const waiting = client.wait?.();
  await eventually(() => stage.servers[0]?.stats().calls === 1);
  await failsWith(client.wait?.(), "resource-exhausted", { started: "no", message: /maxCalls/ });
  assert.equal(stage.failures.length, 8, "it was offered so often");
  await failsWith(client.wait?.({ timeout: 3 }), "deadline-exceeded");
  release.resolve("done");
  assert.equal(await waiting, "done");
});

for (const scheme of ["nats", "wrpc+nats"] satisfies Scheme[]) {
  test(`${scheme}: a server that leaves loses no call: those that came are answered`, GUARD, async () => {
    await using stage = new Stage(scheme);
    const later = async (a: number, b: number): Promise<number> => {
      await new Promise((resolve) => setTimeout(resolve, 10));
      return a + b;
    };
    const [leaving] = [await stage.serve(calls, { add: later }, { address: "?group=g" })];
    await stage.serve(calls, { add: later }, { address: "?group=g" });
    const client = stage.client(calls);
    const sums: unknown[] = [];
    for (let call = 0; call < 50; call++) sums.push(client.add?.(call, 1));
    await quiet();
    const closed = leaving.server.drain();
    for (let call = 50; call < 100; call++) sums.push(client.add?.(call, 1));
    await closed;
    for (let call = 100; call < 120; call++) sums.push(client.add?.(call, 1));
    assert.deepEqual(
      await Promise.all(sums),
      Array.from({ length: 120 }, (_, call) => call + 1),
    );
  });

  test(`${scheme}: nothing stays subscribed behind a call, and functions come and go`, GUARD, async () => {
    await using stage = new Stage(scheme);
    const { server, listener } = await stage.serve(calls, { add: (a: number, b: number) => a + b });
    const before = stage.broker.subscriptions;
    const client = stage.client(calls);
    for (let call = 0; call < 20; call++) await client.add?.(call, 1);
    assert.equal(stage.broker.subscriptions, before + 1, "the client's inbox");
    const remove = server.serve(hello, { hello: () => "hi" });
    await listener.settled();
    assert.equal(stage.broker.subscriptions, before + 2);
    assert.equal(await stage.client(hello).hello?.(), "hi");
    remove();
    assert.equal(stage.broker.subscriptions, before + 2, "with another client's inbox");
  });

  test(`${scheme}: values and streams that need many messages`, GUARD, async () => {
    const { MemoryBroker } = await import("./testing/memory-broker.ts");
    await using stage = new Stage(scheme, new MemoryBroker(100));
    await stage.serve(calls, { measure: (data: Uint8Array) => data.length });
    await stage.serve(flows, { bytes: (v: unknown) => v });
    assert.equal(await stage.client(calls).measure?.(new Uint8Array(100_000)), 100_000);
    const echoed = (await stage
      .client(flows)
      .bytes?.([new Uint8Array(5000), new Uint8Array(70_000)])) as AsyncIterable<Uint8Array>;
    let bytes = 0;
    for await (const chunk of echoed) bytes += chunk.length;
    assert.equal(bytes, 75_000);
  });

  test(`${scheme}: metadata`, GUARD, async () => {
    await using stage = new Stage(scheme);
    await stage.serve(calls, { who: ({ metadata }: { metadata: object }) => JSON.stringify(metadata) });
    const client = stage.client(calls);
    const metadata = { traceparent: "00-1-2-3", "x-e": "ő" };
    assert.deepEqual(JSON.parse(String(await client.who?.({ metadata }))), metadata);
    await failsWith(client.who?.({ metadata: { large: "x".repeat(20_000) } }), "resource-exhausted", { started: "no" });
    await failsWith(client.who?.({ metadata: { "Upper-Case": "x" } }), "invalid-argument", { started: "no" });
    if (scheme === "wrpc+nats") {
      await failsWith(client.who?.({ metadata: { a: " x" } }), "invalid-argument", { message: /white space/ });
      await failsWith(client.who?.({ metadata: { "a:b": "x" } }), "invalid-argument", { message: /colon/ });
    }
  });
}
