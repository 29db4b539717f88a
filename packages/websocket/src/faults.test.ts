import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { createClient, createPlainTransport, createSessionTransport, isRpcError } from "@witwire/rpc";
import { dialWebSocket as dialStandardWebSocket } from "@witwire/web";
import type { Stream } from "@witwire/wit/values";
import { type RawData, WebSocket, WebSocketServer } from "ws";
import { connectWebSocket } from "./connect-web-socket.ts";
import { listenWebSocket } from "./listen-web-socket.ts";
import { echo } from "./testing/echo-contract.ts";
import { echoServer, eventually } from "./testing/echo-server.ts";

const GUARD = { timeout: 60_000 };

/** Plain wRPC: a call of `ping`. */
const pingRequest = new TextEncoder().encode("\0\u000etest:echo/echo\u0004ping\0\0");

/** Opens a WebSocket and tells with which code it was closed. */
async function opened(address: string): Promise<{ socket: WebSocket; closed: Promise<number> }> {
  const socket = new WebSocket(address, { perMessageDeflate: false });
  socket.on("error", () => {});
  const closed = once(socket, "close").then(([code]) => code as number);
  await once(socket, "open");
  return { socket, closed };
}

/** A server of nothing but WebSockets. */
async function rawServer(onSocket: (socket: WebSocket) => void): Promise<{ address: string } & AsyncDisposable> {
  const http = createHttpServer();
  const sockets = new WebSocketServer({ server: http });
  sockets.on("connection", (socket) => {
    socket.on("error", () => {});
    onSocket(socket);
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const { port } = http.address() as AddressInfo;
  return {
    address: `ws://127.0.0.1:${port}/`,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets.clients) socket.terminate();
      http.close();
    },
  };
}

test("a client that sends text is told so with code 1003", GUARD, async () => {
  const { server, failures } = echoServer();
  await using listener = await listenWebSocket(server, "ws://127.0.0.1:0/");
  const { socket, closed } = await opened(listener.address);
  socket.send(pingRequest.slice(0, 5));
  socket.send("hello");
  assert.equal(await closed, 1003);
  await eventually(() => server.stats().connections === 0);
  assert.deepEqual(
    failures.map(({ error }) => error.code),
    ["protocol"],
  );
  await server.close();
});

test("messages in fragments, and requests in messages of one byte, are understood", GUARD, async () => {
  const { server } = echoServer();
  await using listener = await listenWebSocket(server, "ws://127.0.0.1:0/");
  for (const fragments of [true, false]) {
    const { socket, closed } = await opened(listener.address);
    const received: Buffer[] = [];
    const ended = new Promise<void>((resolve) => {
      socket.on("message", (data: RawData, isBinary) => {
        if (isBinary) received.push(data as Buffer);
        else resolve();
      });
    });
    for (const [index, byte] of pingRequest.entries()) {
      socket.send(Uint8Array.of(byte), { fin: !fragments || index === pingRequest.length - 1 });
    }
    socket.send("");
    await ended;
    assert.deepEqual(Buffer.concat(received).toString("latin1"), "\0\u0005\u0004pong");
    assert.equal(await closed, 1000);
  }
  await server.close();
});

test("a message that is too large is refused by its length, with code 1009", GUARD, async () => {
  const { server, failures } = echoServer();
  await using listener = await listenWebSocket(server, "ws://127.0.0.1:0/", { maxMessageBytes: 1000 });
  const { socket, closed } = await opened(listener.address);
  socket.send(new Uint8Array(1001));
  assert.equal(await closed, 1009);
  const fragmented = await opened(listener.address);
  for (let sent = 0; sent <= 1000; sent += 100) fragmented.socket.send(pingRequest, { fin: false });
  for (let sent = 0; sent <= 1000; sent += 10) fragmented.socket.send(pingRequest, { fin: false });
  assert.equal(await fragmented.closed, 1009);
  await eventually(() => server.stats().connections === 0);
  assert.deepEqual(failures.filter(({ error }) => !/maxMessageBytes/.test(error.message)).length, 0);
  await server.close();
});

test("compressed messages, which were not agreed on, are refused with code 1002", GUARD, async () => {
  const { server } = echoServer();
  await using listener = await listenWebSocket(server, "ws://127.0.0.1:0/");
  const { socket, closed } = await opened(listener.address);
  assert.equal(socket.extensions, "");
  (socket as unknown as { _socket: { write(bytes: Uint8Array): void } })._socket.write(
    // A final binary message with the bit for compression, masked with zeros, of one byte.
    Uint8Array.of(0xc2, 0x81, 0, 0, 0, 0, 0),
  );
  assert.equal(await closed, 1002);
  await eventually(() => server.stats().connections === 0);
  await server.close();
});

test("bytes behind the end of a half are a fault of the peer", GUARD, async () => {
  const { server, failures } = echoServer();
  await using listener = await listenWebSocket(server, "ws://127.0.0.1:0/");
  const request = new TextEncoder().encode("\0\u000etest:echo/echo\u0004wait\0\0");
  for (const last of [request, ""]) {
    const { socket, closed } = await opened(listener.address);
    socket.send(request);
    socket.send("");
    socket.send(last);
    assert.equal(await closed, 1006);
  }
  await eventually(() => failures.length === 2 && server.stats().calls === 0);
  await server.close();
});

test("a server that cuts the connection fails calls, typed: a session's with unavailable", GUARD, async () => {
  await using raw = await rawServer((socket) => socket.once("message", () => socket.terminate()));
  const session = connectWebSocket(raw.address as `ws://${string}`);
  await assert.rejects(createClient(echo, session).ping?.() as Promise<unknown>, { code: "unavailable" });
  await session.close();
  const plain = connectWebSocket(`wrpc+${raw.address}`);
  await assert.rejects(createClient(echo, plain).ping?.() as Promise<unknown>, { code: "unknown" });
  await assert.rejects(createClient(echo, plain).nothing?.() as Promise<unknown>, /close code 1006/);
  await plain.close();
});

test(
  "a server that closes in order, but before its end, has failed the call even if nothing was to come",
  GUARD,
  async () => {
    for (const code of [1000, 1001, 1008, 1011, 1013, 4321]) {
      await using raw = await rawServer((socket) => socket.once("message", () => socket.close(code)));
      for (const dial of [undefined, dialStandardWebSocket(raw.address)]) {
        const transport = dial === undefined ? connectWebSocket(`wrpc+${raw.address}`) : createPlainTransport(dial);
        await assert.rejects(createClient(echo, transport).nothing?.() as Promise<unknown>, {
          code: "unknown",
          message: new RegExp(`close code ${code}`),
        });
        await transport.close();
      }
    }
  },
);

test("a server that sends text fails the call, with either client", GUARD, async () => {
  const codes: number[] = [];
  await using raw = await rawServer((socket) => {
    socket.once("message", () => socket.send("no"));
    socket.on("close", (code) => codes.push(code));
  });
  for (const dial of [undefined, dialStandardWebSocket(raw.address)]) {
    const transport = dial === undefined ? connectWebSocket(`wrpc+${raw.address}`) : createPlainTransport(dial);
    await assert.rejects(createClient(echo, transport).ping?.() as Promise<unknown>, { code: "protocol" });
    await transport.close();
  }
  await eventually(() => codes.length === 2);
  assert.deepEqual(codes, [1003, 4000]);
});

for (const protocol of ["session", "plain"] as const) {
  test(`a connection that is closed after every number of messages is a typed error (${protocol})`, GUARD, async () => {
    const { server } = echoServer();
    await using listener = await listenWebSocket(server, "ws://127.0.0.1:0/");
    for (let count = 0; ; count++) {
      let messages = 0;
      let killed = false;
      await using proxy = await rawServer((near) => {
        const far = new WebSocket(listener.address);
        far.on("error", () => {});
        const early: (() => void)[] = [];
        const pass = (from: WebSocket, to: WebSocket): void => {
          from.on("message", (data: RawData, binary) => {
            const send = (): void => {
              killed ||= messages++ === count;
              if (killed) {
                near.close(1011);
                far.terminate();
              } else to.send(data, { binary });
            };
            if (to.readyState === to.CONNECTING) early.push(send);
            else send();
          });
          from.on("close", () => to.close());
        };
        pass(near, far);
        pass(far, near);
        far.on("open", () => {
          for (const send of early.splice(0)) send();
        });
      });
      const transport = connectWebSocket(protocol === "plain" ? `wrpc+${proxy.address}` : proxy.address);
      const client = createClient(echo, transport);
      const outcome = await echoAll(client.bytes?.([Uint8Array.of(1, 2, 3)])).catch((error: unknown) => error);
      if (outcome instanceof Error) assert.ok(isRpcError(outcome), String(outcome));
      else assert.deepEqual(outcome, [1, 2, 3]);
      await transport.close({ force: true });
      if (killed) continue;
      assert.ok(count > 3, `only ${count} messages`);
      break;
    }
    await eventually(() => server.stats().calls === 0 && server.stats().connections === 0);
    await server.close();
  });
}

async function echoAll(result: unknown): Promise<number[]> {
  const chunks = await Array.fromAsync((await result) as Stream<Uint8Array>);
  return chunks.flatMap((chunk) => [...chunk]);
}

test("random bytes in messages, and in place of messages, do not hurt a server", GUARD, async () => {
  const { server } = echoServer({ headerTimeout: 500, paramsTimeout: 500, lingerTimeout: 500 });
  await using listener = await listenWebSocket(server, "ws://127.0.0.1:0/");
  let seed = 7;
  const random = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return seed % below;
  };
  await Promise.all(
    Array.from({ length: 100 }, async (_, round) => {
      const { socket, closed } = await opened(listener.address);
      const noise = Uint8Array.from({ length: 1 + random(200) }, () => random(256));
      const begun = [...pingRequest.slice(0, random(pingRequest.length)), ...noise];
      if (round % 2 === 0) socket.send(Uint8Array.from(begun));
      else (socket as unknown as { _socket: { write(bytes: Uint8Array): void } })._socket.write(noise);
      setTimeout(() => socket.close(), 50);
      await closed;
    }),
  );
  const transport = connectWebSocket(listener.address as `ws://${string}`);
  assert.equal(await createClient(echo, transport).ping?.(), "pong");
  await transport.close();
  await eventually(() => server.stats().connections === 0);
  await server.close();
});

test("a peer that never answers a ping is cut off, and one that does is not", GUARD, async () => {
  const { server } = echoServer();
  await using listener = await listenWebSocket(server, "ws://127.0.0.1:0/", { pingInterval: 50 });
  const silent = new WebSocket(listener.address, { autoPong: false });
  const closed = once(silent, "close");
  const alive = await opened(listener.address);
  assert.equal((await closed)[0], 1006);
  let pings = 0;
  alive.socket.on("ping", () => pings++);
  await eventually(() => pings >= 3);
  alive.socket.close();
  await alive.closed;
  await eventually(() => server.stats().connections === 0);
  await server.close();
});

test("a flood of pings is not answered without bound", GUARD, async () => {
  const { server } = echoServer();
  await using listener = await listenWebSocket(server, "ws://127.0.0.1:0/");
  const { socket, closed } = await opened(listener.address);
  let pongs = 0;
  socket.on("pong", () => pongs++);
  for (let count = 0; count < 20_000; count++) socket.ping(new Uint8Array(125));
  await eventually(() => pongs > 0);
  socket.send(pingRequest);
  socket.send("");
  assert.equal(await closed, 1000);
  assert.ok(pongs <= 20_000);
  await server.close();
});

test(
  "a consumer that falls behind fails where its peer cannot be held back, unless it uses a session",
  GUARD,
  async () => {
    const { server } = echoServer();
    await using listener = await listenWebSocket(server, "ws://127.0.0.1:0/");
    const limits = { maxBufferedBytes: 2_000_000 };
    const plain = createPlainTransport(dialStandardWebSocket(listener.address, { limits }), { limits });
    const stream = (await createClient(echo, plain).endless?.()) as Stream<Uint8Array>;
    await stream.nextChunk();
    await eventually(() => plain.stats().connections === 0);
    await assert.rejects(Array.fromAsync(stream), { code: "resource-exhausted", message: /maxBufferedBytes/ });
    const session = createSessionTransport(dialStandardWebSocket(listener.address, { limits }), { limits });
    const held = (await createClient(echo, session).endless?.()) as Stream<Uint8Array>;
    await held.nextChunk();
    await new Promise((resolve) => setTimeout(resolve, 300));
    for (let chunks = 0; chunks < 200; chunks++) assert.ok(await held.nextChunk());
    held.cancel();
    await session.close();
    await server.close();
  },
);
