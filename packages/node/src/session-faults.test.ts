import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { createClient, createServer, isRpcError, processBufferedBytes, type SessionTransport } from "@witwire/rpc";
import { findInterface } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";
import type { Stream } from "@witwire/wit/values";
import { connect } from "./connect.ts";
import { listen } from "./listen.ts";
import { doomedWit } from "./testing/doomed-wit.ts";
import { frameKillingProxy } from "./testing/frame-killing-proxy.ts";
import type { Direction } from "./testing/killing-proxy.ts";
import { freshSocketAddress } from "./testing/socket-harness.ts";

const contract = findInterface(parseWit(doomedWit), "doomed");
const GUARD = { timeout: 60_000 };

for (const direction of ["requests", "responses"] as const) {
  test(
    `a session that dies after every number of frames of ${direction} is a typed error, and leaves nothing`,
    GUARD,
    async () => {
      const server = createServer({ onFailure: () => {} });
      server.serve(contract, { ping: () => "pong", wait: () => "", echo: (v: unknown) => v, endless: () => [] });
      await using listener = await listen(server, "tcp://[::1]:0");
      for (let frames = 0; ; frames++) {
        const { completed, killed } = await echoThroughProxy(listener.address, direction, frames);
        if (!killed) {
          assert.ok(completed && frames > 4, `the whole of it is ${frames} frames`);
          break;
        }
      }
      await eventually(() => server.stats().calls === 0 && server.stats().connections === 0);
      await server.close();
      assert.deepEqual(server.stats(), { connections: 0, calls: 0, handles: 0, timers: 0 });
    },
  );
}

for (const address of ["tcp://[::1]:0", freshSocketAddress().replace("wrpc+", "")]) {
  const name = address.slice(0, address.indexOf(":"));

  test(`a server process that stops is found by asking it (${name})`, GUARD, async () => {
    const { child, address: reached } = await doomed(address);
    const limits = { keepaliveInterval: 200, keepaliveTimeout: 200 };
    const transport = connect(reached as `tcp://${string}`, { limits });
    const client = createClient(contract, transport);
    assert.equal(await client.ping?.(), "pong");
    child.kill("SIGSTOP");
    await assert.rejects(client.wait?.() as Promise<unknown>, (error) => {
      assert.ok(isRpcError(error) && error.code === "unavailable", String(error));
      assert.match(error.message, /has not answered a ping/);
      return true;
    });
    await nothingLeft(transport);
    child.kill("SIGKILL");
    await once(child, "exit");
  });

  test(`a server process that is killed during calls and streams of a session (${name})`, GUARD, async () => {
    const { child, address: reached } = await doomed(address);
    const transport = connect(reached as `tcp://${string}`);
    const client = createClient(contract, transport);
    const waiting = Array.from({ length: 20 }, () => client.wait?.() as Promise<unknown>);
    const streams = (await Promise.all(Array.from({ length: 5 }, () => client.endless?.()))) as Stream<Uint8Array>[];
    const outcomes = Promise.allSettled([...waiting, ...streams.map((stream) => readAll(stream))]);
    await new Promise((resolve) => setTimeout(resolve, 50));
    child.kill("SIGKILL");
    for (const outcome of await outcomes) {
      assert.ok(outcome.status === "rejected" && isRpcError(outcome.reason), String(outcome.status));
      assert.equal(outcome.reason.code, "unavailable");
    }
    await nothingLeft(transport);
  });
}

/** A stream of 3 chunks there and back, through a proxy that dies. */
async function echoThroughProxy(
  target: string,
  direction: Direction,
  frames: number,
): Promise<{ completed: boolean; killed: boolean }> {
  await using proxy = await frameKillingProxy(target, direction, frames);
  const transport = connect(proxy.address as `tcp://${string}`);
  const chunks = async function* (): AsyncGenerator<Uint8Array> {
    for (const byte of [1, 2, 3]) {
      yield Uint8Array.of(byte);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  let completed = false;
  try {
    const stream = await createClient(contract, transport).echo?.(chunks(), { timeout: 20_000 });
    const received = await Array.fromAsync(stream as Stream<Uint8Array>);
    assert.deepEqual(
      received.flatMap((chunk) => [...chunk]),
      [1, 2, 3],
    );
    completed = true;
  } catch (error) {
    assert.ok(isRpcError(error) && error.code === "unavailable", String(error));
  }
  await transport.close();
  await nothingLeft(transport);
  return { completed, killed: proxy.killed };
}

async function readAll(stream: Stream<Uint8Array>): Promise<void> {
  for await (const _ of stream);
}

async function doomed(address: string): Promise<{ child: ChildProcess; address: string }> {
  const script = new URL("./testing/doomed-server.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [script, address], { stdio: ["ignore", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const [line] = (await once(lines, "line")) as [string];
  return { child, address: line };
}

async function nothingLeft(transport: SessionTransport): Promise<void> {
  await eventually(() => transport.state !== "ready" && transport.stats().connections === 0);
  await transport.close();
  await eventually(() => processBufferedBytes() === 0);
  assert.deepEqual(transport.stats(), { invocations: 0, connections: 0, timers: 0, handles: 0 });
}

async function eventually(condition: () => boolean): Promise<void> {
  const end = Date.now() + 20_000;
  while (!condition()) {
    assert.ok(Date.now() < end, `this never became true: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
