import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { test } from "node:test";
import { SocketDuplex } from "./socket-duplex.ts";
import { dialRaw, listenRaw } from "./testing/socket-harness.ts";

test("aborting frees a socket whose peer does not read, at once", { timeout: 30_000 }, async () => {
  const sockets = createServer({ allowHalfOpen: true });
  const address = await listenRaw(sockets, "wrpc+tcp://[::1]:0");
  const accepted = once(sockets, "connection");
  const peer = dialRaw(address);
  peer.on("error", () => {}).pause();
  const [socket] = await accepted;
  const duplex = new SocketDuplex(socket, { transport: "tcp" }, true);
  duplex.start({ data() {}, end() {}, flushed() {}, error() {} });
  while (duplex.write([new Uint8Array(1_000_000)])) await new Promise((resolve) => setImmediate(resolve));
  duplex.abort();
  await closed(socket);
  peer.resume();
  await closed(peer);
  sockets.close();
});

test("a producer that never waits is held back by a broken socket, so that it can be told", {
  timeout: 30_000,
}, async () => {
  const sockets = createServer({ allowHalfOpen: true });
  const address = await listenRaw(sockets, "wrpc+tcp://[::1]:0");
  const accepted = once(sockets, "connection");
  const peer = dialRaw(address);
  const [socket] = await accepted;
  const duplex = new SocketDuplex(socket, { transport: "tcp" }, true);
  const broken = new Promise((resolve) => {
    duplex.start({ data() {}, end() {}, flushed() {}, error: resolve });
  });
  assert.equal(duplex.write([new Uint8Array(100)]), true);
  socket.destroy(new Error("cut"));
  assert.equal(duplex.write([new Uint8Array(100_000)]), false);
  await broken;
  peer.destroy();
  sockets.close();
});

test("small writes of one turn leave together", { timeout: 30_000 }, async () => {
  const sockets = createServer({ allowHalfOpen: true });
  const address = await listenRaw(sockets, "wrpc+tcp://[::1]:0");
  const accepted = once(sockets, "connection");
  const duplex = new SocketDuplex(dialRaw(address), { transport: "tcp" }, false);
  duplex.start({ data() {}, end() {}, flushed() {}, error() {} });
  const [socket] = await accepted;
  for (let i = 0; i < 100; i++) duplex.write([Uint8Array.of(i)]);
  const [first] = (await once(socket, "data")) as [Uint8Array];
  assert.equal(first.length, 100);
  duplex.end();
  await once(socket, "end");
  socket.end();
  await once(socket, "close");
  sockets.close();
});

test("chunks that are to leave apart are written one by one, and not before the socket is connected", {
  timeout: 30_000,
}, async () => {
  const sockets = createServer({ allowHalfOpen: true });
  const address = await listenRaw(sockets, "wrpc+tcp://[::1]:0");
  const accepted = once(sockets, "connection");
  const ours = dialRaw(address);
  const writes: [size: number, connecting: boolean, corked: number][] = [];
  const write = ours.write.bind(ours);
  ours.write = (chunk: string | Uint8Array) => {
    writes.push([chunk.length, ours.connecting, ours.writableCorked]);
    return write(chunk);
  };
  const duplex = new SocketDuplex(ours, { transport: "tcp" }, false);
  duplex.start({ data() {}, end() {}, flushed() {}, error() {} });
  const drained = new Promise<void>((resolve) => {
    duplex.onDrain = resolve;
  });
  assert.equal(duplex.write([new Uint8Array(3).fill(1), new Uint8Array(2).fill(2)], true), false);
  const [socket] = await accepted;
  await drained;
  assert.equal(duplex.write([Uint8Array.of(3)], true), true);
  duplex.end();
  const received = Buffer.concat(await Array.fromAsync(socket as AsyncIterable<Buffer>));
  assert.equal(received.toString("hex"), "010101020203");
  assert.deepEqual(writes, [
    [3, false, 0],
    [2, false, 0],
    [1, false, 0],
  ]);
  socket.end();
  await once(ours, "close");
  sockets.close();
});

test("a stream that ends before it is connected sends what was to leave apart, and then its end", {
  timeout: 30_000,
}, async () => {
  const sockets = createServer({ allowHalfOpen: true });
  const address = await listenRaw(sockets, "wrpc+tcp://[::1]:0");
  const accepted = once(sockets, "connection");
  const ours = dialRaw(address);
  const duplex = new SocketDuplex(ours, { transport: "tcp" }, false);
  duplex.start({ data() {}, end() {}, flushed() {}, error() {} });
  duplex.write([Uint8Array.of(1), Uint8Array.of(2)], true);
  duplex.end();
  const [socket] = await accepted;
  const received = Buffer.concat(await Array.fromAsync(socket as AsyncIterable<Buffer>));
  assert.equal(received.toString("hex"), "0102");
  socket.end();
  await once(ours, "close");
  sockets.close();
});

/** Waits for the end of a socket, whether or not it comes with an error. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once("close", () => resolve()));
}
