/** Connections of HTTP/2 that are dead and do not say so. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createConnection, createServer as createTcpServer, type Socket } from "node:net";
import { test } from "node:test";
import { createClient, createServer, type DynamicClient, isRpcError, type Limits } from "@witwire/rpc";
import { findInterface } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";
import { connect } from "../connect.ts";
import { listen } from "../listen.ts";

const GUARD = { timeout: 30_000 };
const contract = findInterface(
  parseWit("package test:pulse; interface door { knock: func() -> string; wait: func() -> string; }"),
  "door",
);

/** A network in which connections can stop to carry anything, without an end. */
async function startFreezer(port: number): Promise<AsyncDisposable & { port: number; made: number; freeze(): void }> {
  const sockets = new Set<Socket>();
  const proxy = createTcpServer((client) => {
    const server = createConnection({ host: "127.0.0.1", port });
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on("error", () => {});
    }
    freezer.made++;
    client.pipe(server).pipe(client);
  });
  await once(proxy.listen(0, "127.0.0.1"), "listening");
  const freezer = {
    port: (proxy.address() as AddressInfo).port,
    made: 0,
    freeze: () => {
      for (const socket of sockets) socket.unpipe().pause();
    },
    [Symbol.asyncDispose]: async () => {
      proxy.close();
      for (const socket of sockets) socket.destroy();
    },
  };
  return freezer;
}

type Scene = { client: DynamicClient; freezer: Awaited<ReturnType<typeof startFreezer>>; calls: () => number };

async function play(limits: Partial<Limits>, scene: (scene: Scene) => Promise<void>): Promise<void> {
  const server = createServer({ onFailure: () => {}, limits });
  server.serve(contract, {
    knock: () => "come in",
    wait: ({ signal }: { signal: AbortSignal }) =>
      new Promise((resolve) => signal.addEventListener("abort", () => resolve("gone"))),
  });
  const http = { version: "2" } as const;
  await using listener = await listen(server, "http://127.0.0.1:0", { http });
  await using freezer = await startFreezer(Number(new URL(listener.address).port));
  const transport = connect(`http://127.0.0.1:${freezer.port}`, { http, limits });
  const client = createClient(contract, transport);
  assert.equal(await client.knock?.(), "come in");
  await scene({ client, freezer, calls: () => server.stats().calls });
  assert.equal(await client.knock?.(), "come in");
  await transport.close({ force: true });
  await server.close({ grace: 0 });
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

test("calls on a connection that died without a word fail on both sides", GUARD, async () => {
  await play({ keepaliveInterval: 100, keepaliveTimeout: 100 }, async ({ client, freezer, calls }) => {
    const waiting = client.wait?.() as Promise<string>;
    await until(() => calls() === 1);
    freezer.freeze();
    await assert.rejects(waiting, (error) => isRpcError(error) && error.code === "unavailable");
    await until(() => calls() === 0);
  });
});

test("a connection on which a call was in vain is not used again before it has answered", GUARD, async () => {
  await play({}, async ({ client, freezer }) => {
    freezer.freeze();
    await assert.rejects(client.knock?.({ timeout: 50 }) as Promise<string>, { code: "deadline-exceeded" });
    assert.equal(await client.knock?.(), "come in");
    assert.equal(freezer.made, 2);
  });
});

test("a connection that is only quiet is kept", GUARD, async () => {
  await play({ keepaliveInterval: 50, keepaliveTimeout: 5000 }, async ({ client, freezer }) => {
    const call = client.wait?.({ timeout: 400 }) as Promise<string>;
    await assert.rejects(call, { code: "deadline-exceeded" });
    assert.equal(await client.knock?.(), "come in");
    assert.equal(freezer.made, 1);
  });
});
