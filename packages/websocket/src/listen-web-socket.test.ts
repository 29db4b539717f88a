import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { createClient } from "@witwire/rpc";
import { WebSocket, WebSocketServer } from "ws";
import { connectWebSocket } from "./connect-web-socket.ts";
import { listenWebSocket } from "./listen-web-socket.ts";
import { mountWebSocket } from "./mount-web-socket.ts";
import { echo } from "./testing/echo-contract.ts";
import { echoServer, eventually } from "./testing/echo-server.ts";
import { isWebSocketPeer } from "./web-socket-peer.ts";

const GUARD = { timeout: 60_000 };

/** The status with which a request to open a WebSocket is answered. */
async function statusOf(address: string, headers: Record<string, string> = {}): Promise<number> {
  const socket = new WebSocket(address, { headers });
  socket.on("error", () => {});
  return await new Promise((resolve) => {
    socket.on("unexpected-response", (request, response) => {
      resolve(response.statusCode ?? 0);
      request.destroy();
    });
    socket.on("open", () => {
      resolve(101);
      socket.terminate();
    });
  });
}

test("pages of other hosts are refused, clients that are no browsers are not", GUARD, async () => {
  const { server } = echoServer();
  await using listener = await listenWebSocket(server, "ws://127.0.0.1:0/");
  const { host } = new URL(listener.address);
  assert.equal(await statusOf(listener.address), 101);
  assert.equal(await statusOf(listener.address, { Origin: `http://${host}` }), 101);
  assert.equal(await statusOf(listener.address, { Origin: "http://127.0.0.1" }), 403);
  assert.equal(await statusOf(listener.address, { Origin: "https://evil.example" }), 403);
  assert.equal(await statusOf(listener.address, { Origin: "null" }), 403);
  await server.close();
});

test("origins that are named are let in and no others, or any", GUARD, async () => {
  const { server } = echoServer();
  await using listed = await listenWebSocket(server, "ws://127.0.0.1:0/", { origins: ["https://app.example"] });
  const { host } = new URL(listed.address);
  assert.equal(await statusOf(listed.address, { Origin: "https://app.example" }), 101);
  assert.equal(await statusOf(listed.address, { Origin: "https://app.example.evil.example" }), 403);
  assert.equal(await statusOf(listed.address, { Origin: `http://${host}` }), 403);
  await using open = await listenWebSocket(server, "ws://127.0.0.1:0/", { origins: "any" });
  assert.equal(await statusOf(open.address, { Origin: "https://evil.example" }), 101);
  await server.close();
});

test("who may connect is up to a function that sees the request", GUARD, async () => {
  const { server, contexts } = echoServer();
  await using listener = await listenWebSocket(server, "ws://127.0.0.1:0/rpc?x=1", {
    authorize: async ({ headers }) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return headers.authorization === "Bearer secret";
    },
  });
  const address = listener.address as `ws://${string}`;
  const stranger = connectWebSocket(address);
  await assert.rejects(createClient(echo, stranger).ping?.() as Promise<unknown>, {
    code: "unauthenticated",
    started: "no",
    message: /401/,
  });
  await stranger.close();
  const friend = connectWebSocket(address, { headers: { Authorization: "Bearer secret" } });
  assert.equal(await createClient(echo, friend).ping?.(), "pong");
  const peer = contexts[0]?.peer;
  assert.ok(peer !== undefined && isWebSocketPeer(peer));
  assert.equal(peer.headers.authorization, "Bearer secret");
  assert.match(peer.address ?? "", /^127\.0\.0\.1:\d+$/);
  await friend.close();
  await server.close();
});

test("more connections than allowed are told so", GUARD, async () => {
  const { server } = echoServer();
  await using listener = await listenWebSocket(server, "ws://127.0.0.1:0/", { maxConnections: 2 });
  const sockets = [new WebSocket(listener.address), new WebSocket(listener.address)];
  await Promise.all(sockets.map((socket) => once(socket, "open")));
  assert.equal(listener.connections, 2);
  assert.equal(await statusOf(listener.address), 503);
  for (const socket of sockets) socket.terminate();
  await eventually(() => listener.connections === 0);
  assert.equal(await statusOf(listener.address), 101);
  await server.close();
});

test("other paths and other requests get answers that say so", GUARD, async () => {
  const { server } = echoServer();
  await using listener = await listenWebSocket(server, "ws://127.0.0.1:0/rpc");
  const { host } = new URL(listener.address);
  assert.equal(await statusOf(`ws://${host}/`), 404);
  assert.equal(await statusOf(`ws://${host}/rpc?token=1`), 101);
  assert.equal((await fetch(`http://${host}/rpc`)).status, 426);
  await server.close();
});

test("an HTTP server of somebody else's keeps its pages and its own WebSockets", GUARD, async () => {
  const { server } = echoServer();
  const http = createHttpServer((_request, response) => response.end("a page"));
  const others = new WebSocketServer({ noServer: true });
  http.on("upgrade", (request, socket, head) => {
    if (request.url === "/chat") others.handleUpgrade(request, socket, head, (chat) => chat.send("hello"));
  });
  const mounted = mountWebSocket(server, http, { path: "/rpc" });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const host = `127.0.0.1:${(http.address() as AddressInfo).port}`;
  const transport = connectWebSocket(`ws://${host}/rpc`);
  assert.equal(await createClient(echo, transport).ping?.(), "pong");
  assert.equal(await (await fetch(`http://${host}/`)).text(), "a page");
  const chat = new WebSocket(`ws://${host}/chat`);
  assert.equal(String((await once(chat, "message"))[0]), "hello");
  chat.terminate();
  await mounted.close();
  assert.equal(await createClient(echo, transport).ping?.(), "pong", "what is connected stays so");
  await transport.close();
  await server.close();
  http.close();
  http.closeAllConnections();
});

test("a closed server takes no more calls, and lets a session end in order", GUARD, async () => {
  const { server } = echoServer();
  const listener = await listenWebSocket(server, "ws://127.0.0.1:0/");
  const transport = connectWebSocket(listener.address as `ws://${string}`);
  const client = createClient(echo, transport);
  assert.equal(await client.ping?.(), "pong");
  await server.close();
  await eventually(() => transport.state === "idle" && listener.connections === 0);
  await listener.close();
  await assert.rejects(client.ping?.() as Promise<unknown>, { code: "unavailable", started: "no" });
  await transport.close();
});

test("addresses and options that make no sense are refused at once", GUARD, async () => {
  const { server } = echoServer();
  await assert.rejects(listenWebSocket(server, "tcp://127.0.0.1:0"), RangeError);
  await assert.rejects(listenWebSocket(server, "wss://127.0.0.1:0"), /certificate/);
  await assert.rejects(listenWebSocket(server, "ws://127.0.0.1:0", { tls: {} }), /wss/);
  await assert.rejects(listenWebSocket(server, "ws://127.0.0.1:0", { maxConnections: 0 }), /maxConnections/);
  assert.throws(() => connectWebSocket("ws://user:secret@host/"), /password/);
  assert.throws(() => connectWebSocket("http://host/"), /ws:\/\//);
  await using listener = await listenWebSocket(server, "ws://127.0.0.1:0/");
  await assert.rejects(listenWebSocket(server, listener.address), /another server/);
});
