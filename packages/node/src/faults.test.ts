import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer as createSocketServer } from "node:net";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { createClient, createServer, isRpcError, processBufferedBytes, type Server } from "@witwire/rpc";
import { findInterface } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";
import { Stream } from "@witwire/wit/values";
import { connect } from "./connect.ts";
import { listen } from "./listen.ts";
import { doomedWit } from "./testing/doomed-wit.ts";
import { type Direction, killingProxy } from "./testing/killing-proxy.ts";
import { seededRandom } from "./testing/seeded-random.ts";
import { dialRaw, freshSocketAddress, listenRaw } from "./testing/socket-harness.ts";

const contract = findInterface(parseWit(doomedWit), "doomed");
const GUARD = { timeout: 60_000 };

for (const direction of ["requests", "responses"] as const) {
  test(`a connection that dies after every number of bytes of ${direction} is a typed error`, GUARD, async () => {
    const server = quietServer();
    await using listener = await listen(server, "wrpc+tcp://[::1]:0");
    for (let bytes = 0; ; bytes++) {
      const { completed, killed } = await echoThroughProxy(listener.address, direction, bytes);
      if (!killed) {
        assert.ok(completed && bytes > 20, `the whole of it is ${bytes} bytes`);
        break;
      }
    }
    await nothingLeft(server);
    await server.close();
  });
}

for (const address of ["wrpc+tcp://[::1]:0", freshSocketAddress()]) {
  const name = address.slice(0, address.indexOf(":"));

  test(`random bytes do not hurt a server (${name})`, GUARD, async () => {
    const server = quietServer({ headerTimeout: 500, paramsTimeout: 500, lingerTimeout: 500 });
    await using listener = await listen(server, address);
    const random = seededRandom(1);
    const valid = [...new TextEncoder().encode("\0\u0012test:doomed/doomed\u0004echo"), 0, 1, 0, 1, 0, 2, 1, 7];
    await Promise.all(
      Array.from({ length: 200 }, async (_, round) => {
        const noise = Uint8Array.from({ length: 1 + random(200) }, () => random(256));
        // Every other one begins well, so that what is behind the header is reached too.
        const bytes = round % 2 === 0 ? noise : Uint8Array.from([...valid.slice(0, random(valid.length)), ...noise]);
        const socket = dialRaw(listener.address);
        socket.on("error", () => {}).resume();
        socket.end(bytes);
        await once(socket, "close").catch(() => {});
      }),
    );
    assert.equal(await createClient(contract, connect(listener.address)).ping?.(), "pong");
    await nothingLeft(server);
    await server.close();
  });

  test(`random bytes do not hurt a client (${name})`, GUARD, async () => {
    const random = seededRandom(2);
    const sockets = createSocketServer({ allowHalfOpen: true }, (socket) => {
      const head = [[0, 1, 0, 1, 0, 2, 1, 7], [0], [0, 1, 0], []][random(4)] ?? [];
      socket.on("error", () => {}).resume();
      socket.end(Uint8Array.from([...head, ...Array.from({ length: random(60) }, () => random(256))]));
    });
    const transport = connect(await listenRaw(sockets, address.replace(/\d+\.sock/, "raw.sock")), {
      limits: { lingerTimeout: 500 },
    });
    const client = createClient(contract, transport);
    for (let round = 0; round < 200; round++) {
      try {
        const stream = (await client.echo?.([Uint8Array.of(1)], { timeout: 10_000 })) as Stream<Uint8Array>;
        await Array.fromAsync(stream);
      } catch (error) {
        assert.ok(isRpcError(error), String(error));
        assert.ok(["unknown", "protocol", "resource-exhausted"].includes(error.code), error.code);
      }
    }
    await nothingLeft(undefined, transport);
    sockets.close();
  });

  test(`ten thousand calls one after the other, then a thousand at once (${name})`, GUARD, async () => {
    const server = quietServer();
    await using listener = await listen(server, address);
    const transport = connect(listener.address);
    const client = createClient(contract, transport);
    for (let i = 0; i < 10_000; i++) assert.equal(await client.ping?.(), "pong");
    const answers = await Promise.all(Array.from({ length: 1000 }, () => client.ping?.()));
    assert.ok(answers.every((answer) => answer === "pong"));
    await nothingLeft(server, transport);
    await server.close();
  });

  test(`a server process that is killed during calls and streams (${name})`, GUARD, async () => {
    const { child, address: reached } = await doomed(address);
    const transport = connect(reached);
    const client = createClient(contract, transport);
    assert.equal(await client.ping?.(), "pong");
    const waiting = Array.from({ length: 20 }, () => client.wait?.() as Promise<unknown>);
    const streams = await Promise.all(Array.from({ length: 5 }, () => client.endless?.()));
    const readings = streams.map((stream) => Array.fromAsync(stopAt(stream as Stream<Uint8Array>, 1e9)));
    const outcomes = Promise.allSettled([...waiting, ...readings]);
    await new Promise((resolve) => setTimeout(resolve, 50));
    // Its connections may break before it has let go of the socket on which it still seems to listen.
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
    for (const outcome of await outcomes) {
      assert.equal(outcome.status, "rejected");
      assert.ok(isRpcError(outcome.reason) && outcome.reason.code === "unknown", String(outcome.reason));
    }
    await assert.rejects(client.ping?.() as Promise<unknown>, { code: "unavailable", started: "no" });
    await nothingLeft(undefined, transport);
  });
}

test("a host that cannot be resolved, and a port where nobody listens, are unavailable", GUARD, async () => {
  const unresolvable = createClient(contract, connect("wrpc+tcp://no-such-host.invalid:1"));
  await assert.rejects(unresolvable.ping?.() as Promise<unknown>, (error) => {
    assert.ok(isRpcError(error));
    assert.equal(error.code, "unavailable");
    assert.equal(error.started, "no");
    assert.match(error.message, /no-such-host\.invalid.*cannot be resolved/);
    return true;
  });
  const nobody = createClient(contract, connect("wrpc+tcp://[::1]:1"));
  await assert.rejects(nobody.ping?.() as Promise<unknown>, { code: "unavailable", started: "no", retryable: true });
  const missing = createClient(contract, connect("wrpc+unix:///nowhere/at/all.sock"));
  await assert.rejects(missing.ping?.() as Promise<unknown>, { code: "unavailable", started: "no" });
});

/** A stream of 3 chunks there and back, through a proxy that dies. */
async function echoThroughProxy(
  target: string,
  direction: Direction,
  bytes: number,
): Promise<{ completed: boolean; killed: boolean }> {
  await using proxy = await killingProxy(target, direction, bytes);
  const transport = connect(proxy.address);
  const chunks = [Uint8Array.of(1), Uint8Array.of(2, 3), Uint8Array.of(4)];
  let completed = false;
  try {
    const stream = await createClient(contract, transport).echo?.(Stream.fromChunks(chunks), { timeout: 20_000 });
    const received = await Array.fromAsync(stream as Stream<Uint8Array>);
    assert.deepEqual(
      received.flatMap((chunk) => [...chunk]),
      [1, 2, 3, 4],
    );
    completed = true;
  } catch (error) {
    assert.ok(isRpcError(error), String(error));
    assert.ok(["unknown", "unavailable", "protocol"].includes(error.code), error.code);
  }
  await nothingLeft(undefined, transport);
  return { completed, killed: proxy.killed };
}

function quietServer(limits = {}): Server {
  const server = createServer({ onFailure: () => {}, limits });
  server.serve(contract, {
    ping: () => "pong",
    wait: () => new Promise(() => {}),
    echo: (v: unknown) => v,
    endless: () => [],
  });
  return server;
}

async function doomed(address: string): Promise<{ child: ChildProcess; address: string }> {
  const script = new URL("./testing/doomed-server.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [script, address], { stdio: ["ignore", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const [line] = (await once(lines, "line")) as [string];
  return { child, address: line };
}

/** A stream up to so many bytes. */
async function* stopAt(stream: Stream<Uint8Array>, most: number): AsyncGenerator<number> {
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += chunk.length;
    if (bytes > most) return;
  }
  yield bytes;
}

async function nothingLeft(server?: Server, transport?: ReturnType<typeof connect>): Promise<void> {
  const left = (): object => ({ ...server?.stats(), ...transport?.stats(), bytes: processBufferedBytes() });
  const end = Date.now() + 15_000;
  while (Object.values(left()).some((count) => count !== 0)) {
    assert.ok(Date.now() < end, `something is left behind: ${JSON.stringify(left())}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
