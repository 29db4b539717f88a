import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, statSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { createClient, createServer, type Server } from "@witwire/rpc";
import { findInterface } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";
import type { CallContext } from "@witwire/wit/values";
import { connect } from "./connect.ts";
import { listen } from "./listen.ts";
import { dialRaw, freshSocketAddress } from "./testing/socket-harness.ts";

const contract = findInterface(parseWit("package test:listen; interface who { peer: func() -> string; }"), "who");

function serve(): Server {
  const server = createServer();
  server.serve(contract, { peer: ({ peer }: CallContext) => `${peer.transport} ${peer.address ?? "nowhere"}` });
  return server;
}

function pathOf(address: string): string {
  return address.slice("wrpc+unix://".length);
}

test("the address has the real port, and implementations see the client's", async () => {
  await using listener = await listen(serve(), "wrpc+tcp://[::1]:0");
  assert.match(listener.address, /^wrpc\+tcp:\/\/\[::1\]:[1-9]\d*$/);
  assert.match(String(await createClient(contract, connect(listener.address)).peer?.()), /^tcp \[::1\]:\d+$/);
});

test("a failure is reported with the client's address, though its connection is gone", async () => {
  const failed = Promise.withResolvers<string | undefined>();
  const server = createServer({ onFailure: ({ peer }) => failed.resolve(peer?.address) });
  await using listener = await listen(server, "wrpc+tcp://[::1]:0");
  await assert.rejects(createClient(contract, connect(listener.address)).peer?.() as Promise<unknown>);
  assert.match((await failed.promise) ?? "nowhere", /^\[::1\]:\d+$/);
});

test("a port or socket that is in use is refused with a clear error", async () => {
  for (const wanted of ["wrpc+tcp://[::1]:0", freshSocketAddress()]) {
    await using listener = await listen(serve(), wanted);
    const { address } = listener;
    await assert.rejects(listen(serve(), address), /cannot listen on .*: another server listens there already/);
    assert.ok(await createClient(contract, connect(address)).peer?.(), "the first one goes on");
  }
});

test("a host or folder that is not there is refused with a clear error", async () => {
  await assert.rejects(listen(serve(), "wrpc+tcp://192.0.2.1:0"), /cannot listen on wrpc\+tcp:\/\/192\.0\.2\.1:0/);
  await assert.rejects(listen(serve(), "wrpc+unix:///nowhere/a.sock"), /cannot listen on wrpc\+unix/);
  await assert.rejects(listen(serve(), "nonsense"), RangeError);
});

test("a socket file of a killed process is replaced; a file that is no socket is not", async () => {
  const address = freshSocketAddress();
  const script = `require("net").createServer().listen(${JSON.stringify(pathOf(address))}, () => console.log("up"))`;
  const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  child.kill("SIGKILL");
  await once(child, "exit");
  assert.ok(existsSync(pathOf(address)));
  await using listener = await listen(serve(), address);
  assert.equal(await createClient(contract, connect(listener.address)).peer?.(), "unix nowhere");
  const file = freshSocketAddress();
  writeFileSync(pathOf(file), "precious");
  await assert.rejects(listen(serve(), file), /cannot listen/);
  assert.ok(existsSync(pathOf(file)));
});

test("a Unix socket gets the permissions that were asked for, and goes away with its listener", async () => {
  const address = freshSocketAddress();
  const listener = await listen(serve(), address, { mode: 0o600 });
  assert.equal(statSync(pathOf(address)).mode & 0o777, 0o600);
  await listener.close();
  await listener.close();
  assert.equal(existsSync(pathOf(address)), false);
});

test("a listener that closes takes no more connections, and leaves those that are there to the server", async () => {
  const server = serve();
  const listener = await listen(server, "wrpc+tcp://[::1]:0");
  const socket = dialRaw(listener.address);
  await once(socket, "connect");
  while (server.stats().connections === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  await listener.close();
  assert.equal(server.stats().connections, 1);
  await assert.rejects(createClient(contract, connect(listener.address)).peer?.() as Promise<unknown>, {
    code: "unavailable",
    started: "no",
  });
  const closed = new Promise((resolve) => socket.on("error", () => {}).once("close", resolve));
  await server.close();
  await closed;
});
