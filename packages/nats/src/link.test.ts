/** Connections to the broker that cannot be had, or are lost. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient, createServer, type RpcError } from "@witwire/rpc";
import { connect } from "./connect.ts";
import { listen } from "./listen.ts";
import { calls, flows } from "./testing/contracts.ts";
import type { Scheme } from "./testing/harness.ts";
import { eventually, failsWith, quiet, Stage, untilAborted } from "./testing/stage.ts";

const GUARD = { timeout: 30_000 };
const add = (a: number, b: number): number => a + b;

for (const scheme of ["nats", "wrpc+nats"] satisfies Scheme[]) {
  test(`${scheme}: calls under way fail with their connection, and later ones are made on another`, GUARD, async () => {
    await using stage = new Stage(scheme);
    const aborted = Promise.withResolvers<void>();
    await stage.serve(calls, {
      add,
      wait: async (context: never) => {
        await untilAborted(context);
        aborted.resolve();
      },
    });
    const client = stage.client(calls);
    assert.equal(await client.add?.(1, 2), 3);
    const waiting = Array.from({ length: 20 }, () => client.wait?.() as Promise<unknown>);
    await eventually(() => stage.servers[0]?.stats().calls === 20);
    stage.broker.breakAll();
    for (const outcome of waiting) await failsWith(outcome, "unavailable", { message: /lost/ });
    await aborted.promise;
    await eventually(() => stage.connections.length > 2);
    await quiet();
    assert.equal(await client.add?.(1, 2), 3);
  });

  test(`${scheme}: streams fail with their connection, on both sides`, GUARD, async () => {
    await using stage = new Stage(scheme);
    const ended = Promise.withResolvers<unknown>();
    await stage.serve(flows, {
      bytes: (v: unknown) => v,
      upload: async (v: AsyncIterable<unknown>) => Array.fromAsync(v).catch((error: unknown) => ended.resolve(error)),
    });
    const client = stage.client(flows);
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      for (;;) {
        yield Uint8Array.of(1);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    };
    const uploading = client.upload?.(endless()) as Promise<unknown>;
    const echoed = (await client.bytes?.(endless())) as AsyncIterable<Uint8Array>;
    const reading = Array.fromAsync(echoed);
    await eventually(() => stage.servers[0]?.stats().calls === 2);
    await new Promise((resolve) => setTimeout(resolve, 10));
    stage.broker.breakAll();
    await failsWith(uploading, "unavailable");
    await failsWith(reading, "unavailable");
    assert.equal(((await ended.promise) as RpcError).code, "unavailable");
  });

  test(`${scheme}: nothing is kept for a connection that may come`, GUARD, async () => {
    await using stage = new Stage(scheme);
    let ran = 0;
    await stage.serve(calls, { add: () => ++ran });
    const client = stage.client(calls);
    await client.add?.(0, 0);
    stage.reachable = false;
    stage.broker.breakAll();
    await quiet();
    for (let call = 0; call < 5; call++) await failsWith(client.add?.(0, 0), "unavailable", { started: "no" });
    stage.reachable = true;
    await eventually(() => stage.connections.length > 2);
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(ran, 1, "what failed does not run later");
  });
}

test("calls wait for a connection that is being made, under their deadlines", GUARD, async () => {
  await using stage = new Stage();
  await stage.serve(calls, { add });
  const client = stage.client(calls);
  const outcomes = await Promise.all([client.add?.(1, 1), client.add?.(2, 2)]);
  assert.deepEqual(outcomes, [2, 4]);
  assert.equal(stage.connections.length, 2, "one connection each for server and client");
});

test("a broker that cannot be reached is unavailable, and tried again after a while", GUARD, async () => {
  await using stage = new Stage();
  stage.reachable = false;
  const client = stage.client(calls);
  await failsWith(client.add?.(1, 2), "unavailable", {
    started: "no",
    message: /cannot connect .*: connection refused/,
  });
  await failsWith(client.add?.(1, 2), "unavailable", { started: "no", message: /next attempt is due/ });
  await assert.rejects(listen(createServer(), "nats://memory", { link: stage.link() }), { code: "unavailable" });
  stage.reachable = true;
  await stage.serve(calls, { add });
  let sum: unknown;
  await eventually(() => {
    Promise.resolve(client.add?.(1, 2)).then(
      (value) => {
        sum = value;
      },
      () => {},
    );
    return sum === 3;
  });
});

test("a link says how it stands, and closing it fails what is under way", GUARD, async () => {
  await using stage = new Stage();
  await stage.serve(calls, { wait: untilAborted, add });
  const link = stage.link();
  const states: string[] = [];
  link.onStateChange = (state) => states.push(state);
  const transport = connect("nats://memory", { link });
  const client = createClient(calls, transport);
  await client.add?.(1, 2);
  const waiting = client.wait?.();
  await eventually(() => stage.servers[0]?.stats().calls === 1);
  const failed = failsWith(waiting, "cancelled");
  await link.close();
  await failed;
  await failsWith(client.add?.(1, 2), "unavailable", { started: "no", message: /was closed/ });
  assert.deepEqual(states, ["connecting", "ready", "closed"]);
  await transport.close();
});

test("a peer that is silent is asked, and its calls fail when it does not answer", GUARD, async () => {
  await using stage = new Stage();
  const limits = { keepaliveInterval: 40, keepaliveTimeout: 40 };
  await stage.serve(calls, { wait: untilAborted, add });
  const client = stage.client(calls, limits);
  const waiting = client.wait?.() as Promise<unknown>;
  await eventually(() => stage.servers[0]?.stats().calls === 1);
  // As long as it answers, a call may take as long as it likes.
  await new Promise((resolve) => setTimeout(resolve, 300));
  const [serving] = stage.connections;
  if (serving !== undefined) serving.paused = true;
  await failsWith(waiting, "unavailable", { message: /has not answered a ping/ });
});

test("a caller that is gone ends its calls on the server", GUARD, async () => {
  await using stage = new Stage();
  await stage.serve(calls, { wait: untilAborted }, { limits: { keepaliveInterval: 40, keepaliveTimeout: 40 } });
  using stranger = stage.stranger();
  stranger.send("witwire.1.test:calls/calls.wait", "00 03 11 01 00", { reply: stranger.own });
  await stranger.next(0);
  stranger[Symbol.dispose]();
  await eventually(() => stage.failures.length === 1);
  assert.equal(stage.failures[0]?.error.code, "unavailable");
});
