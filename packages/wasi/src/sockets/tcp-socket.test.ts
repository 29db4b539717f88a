import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { networkInterfaces } from "node:os";
import { after, describe, it } from "node:test";
import { isSync, isWitError } from "@witwire/wit/values";
import type { InputStream } from "../io/input-stream.ts";
import type { IoError } from "../io/io-error.ts";
import type { OutputStream } from "../io/output-stream.ts";
import type { Pollable } from "../io/pollable.ts";
import { Scope } from "../scope.ts";
import { Network } from "./network.ts";
import { NetworkAccess, type NetworkOptions } from "./network-access.ts";
import { type IpSocketAddress, socketAddress } from "./socket-address.ts";
import { TcpSocket } from "./tcp-socket.ts";

const network = new Network();
const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);
const loopback = (port: number): IpSocketAddress => socketAddress("127.0.0.1", port) as IpSocketAddress;

interface Host {
  readonly scope: Scope;
  socket(): TcpSocket;
}

function host(
  options: NetworkOptions = { network: "inherit" },
  limits: ConstructorParameters<typeof Scope>[0] = {},
): Host {
  const scope = new Scope(limits);
  const access = new NetworkAccess(options);
  return { scope, socket: () => new TcpSocket(scope, access, "ipv4") };
}

/** The `err` of a call. */
function code(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    if (isWitError(error)) return error.payload;
    throw error;
  }
  return assert.fail("it did not fail");
}

/** Does something as soon as it does not say `would-block`. */
async function finish<T>(subscribe: { subscribe(): Pollable }, action: () => T): Promise<T> {
  for (;;) {
    using pollable = subscribe.subscribe();
    await pollable.block();
    try {
      return action();
    } catch (error) {
      if (!isWitError(error) || error.payload !== "would-block") throw error;
    }
  }
}

function bind(socket: TcpSocket, port = 0): void {
  socket.startBind(network, loopback(port));
  socket.finishBind();
}

async function listening(socket: TcpSocket): Promise<number> {
  bind(socket);
  socket.startListen();
  await finish(socket, () => socket.finishListen());
  return socket.localAddress().val.port;
}

async function connected(socket: TcpSocket, port: number): Promise<[InputStream, OutputStream]> {
  socket.startConnect(network, loopback(port));
  return finish(socket, () => socket.finishConnect());
}

async function readAll(stream: InputStream): Promise<string> {
  const chunks: Uint8Array[] = [];
  for (;;) {
    try {
      chunks.push(await stream.blockingRead(65_536n));
    } catch (error) {
      if (isWitError(error) && (error.payload as { tag: string }).tag === "closed") break;
      throw error;
    }
  }
  return Buffer.concat(chunks).toString();
}

/** A server of Node's, which ends with the tests. */
async function nodeServer(serve: (socket: Socket) => void): Promise<number> {
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => {});
    serve(socket);
  });
  server.listen(0, "127.0.0.1").unref();
  await once(server, "listening");
  after(() => server.close());
  return (server.address() as AddressInfo).port;
}

describe("a TCP socket", () => {
  it("connects, sends, half-closes and reads to the end", async () => {
    const port = await nodeServer((socket) => socket.pipe(socket));
    await using scope = host().scope;
    const socket = new TcpSocket(scope, new NetworkAccess({ network: "inherit" }), "ipv4");
    const [input, output] = await connected(socket, port);
    await output.blockingWriteAndFlush(bytes("there and back"));
    socket.shutdown("send");
    assert.deepEqual(
      code(() => output.checkWrite()),
      { tag: "closed" },
    );
    assert.equal(await readAll(input), "there and back");
    assert.deepEqual(socket.remoteAddress(), loopback(port));
    assert.equal(socket.localAddress().tag, "ipv4");
    socket.shutdown("both");
    for (const held of [input, output, socket]) held[Symbol.dispose]();
    assert.deepEqual([scope.count("sockets"), scope.count("streams")], [0, 0]);
  });

  it("sends more than fits into any buffer, at the speed of the peer", async () => {
    let received = 0;
    const port = await nodeServer(async (socket) => {
      for await (const chunk of socket) {
        received += (chunk as Buffer).length;
        await new Promise(setImmediate);
      }
      socket.end(String(received));
    });
    await using scope = new Scope();
    const socket = new TcpSocket(scope, new NetworkAccess({ network: "inherit" }), "ipv4");
    const [input, output] = await connected(socket, port);
    const piece = new Uint8Array(4096).fill(7);
    for (let index = 0; index < 2_000; index++) {
      if (output.checkWrite() < 4096n) await output.subscribe().block();
      if (output.checkWrite() >= 4096n) output.write(piece);
      else index--;
    }
    socket.shutdown("send");
    assert.equal(await readAll(input), String(2_000 * 4096));
  });

  it("delivers what was written although it is dropped at once", async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const port = await nodeServer(async (socket) => {
      const chunks: Buffer[] = [];
      for await (const chunk of socket) chunks.push(chunk as Buffer);
      socket.end();
      resolve(Buffer.concat(chunks).toString());
    });
    {
      await using scope = new Scope();
      const socket = new TcpSocket(scope, new NetworkAccess({ network: "inherit" }), "ipv4");
      const [, output] = await connected(socket, port);
      output.checkWrite();
      output.write(bytes("x".repeat(60_000)));
    }
    assert.equal((await promise).length, 60_000);
  });

  it("listens, accepts, and hands its options on", async () => {
    const { socket, scope } = host();
    await using _ = scope;
    const server = socket();
    server.setHopLimit(12);
    server.setKeepAliveEnabled(true);
    server.setKeepAliveIdleTime(90_000_000_001n);
    const port = await listening(server);
    assert.equal(server.isListening(), true);
    assert.equal(server.subscribe().ready(), false);
    assert.equal(
      code(() => server.accept()),
      "would-block",
    );
    const peer = connect(port, "127.0.0.1");
    peer.end("hello");
    const [client, input, output] = await finish(server, () => server.accept());
    assert.deepEqual(
      [client.hopLimit(), client.keepAliveEnabled(), client.keepAliveIdleTime(), client.isListening()],
      [12, true, 91_000_000_000n, false],
    );
    assert.deepEqual([client.localAddress().val.port, client.addressFamily()], [port, "ipv4"]);
    assert.equal(await readAll(input), "hello");
    output.checkWrite();
    output.write(bytes("bye"));
    client.shutdown("send");
    const [answer] = (await once(peer, "data")) as [Buffer];
    assert.equal(answer.toString(), "bye");
  });

  it("connects from where it was bound", async () => {
    const { socket, scope } = host();
    await using _ = scope;
    const { promise, resolve } = Promise.withResolvers<number | undefined>();
    const port = await nodeServer((peer) => {
      resolve(peer.remotePort);
      peer.end();
    });
    const client = socket();
    bind(client);
    const local = client.localAddress().val.port;
    await connected(client, port);
    assert.equal(await promise, local);
    assert.equal(client.localAddress().val.port, local);
  });

  it("speaks IPv6", async (test) => {
    if (!Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === "::1"))) {
      return test.skip("there is no IPv6 here");
    }
    await using scope = new Scope();
    const access = new NetworkAccess({ network: { connect: ["[::1]:*"], listen: ["[::1]:*"] } });
    const [server, client] = [new TcpSocket(scope, access, "ipv6"), new TcpSocket(scope, access, "ipv6")];
    server.startBind(network, socketAddress("::1", 0) as IpSocketAddress);
    server.finishBind();
    server.startListen();
    await finish(server, () => server.finishListen());
    client.startConnect(network, server.localAddress());
    const [, output] = await finish(client, () => client.finishConnect());
    const [accepted, input] = await finish(server, () => server.accept());
    await output.blockingWriteAndFlush(bytes("six"));
    client.shutdown("send");
    assert.equal(await readAll(input), "six");
    assert.deepEqual(accepted.remoteAddress(), client.localAddress());
    assert.deepEqual(client.remoteAddress().val.address, [0, 0, 0, 0, 0, 0, 0, 1]);
  });

  it("says what each state does not allow", async () => {
    const { socket, scope } = host();
    await using _ = scope;
    const unbound = socket();
    assert.equal(
      code(() => unbound.finishBind()),
      "not-in-progress",
    );
    assert.equal(
      code(() => unbound.finishConnect()),
      "not-in-progress",
    );
    assert.equal(
      code(() => unbound.finishListen()),
      "not-in-progress",
    );
    for (const call of [
      () => unbound.startListen(),
      () => unbound.accept(),
      () => unbound.shutdown("both"),
      () => unbound.localAddress(),
      () => unbound.remoteAddress(),
    ]) {
      assert.equal(code(call), "invalid-state");
    }
    const bound = socket();
    bound.startBind(network, loopback(0));
    assert.equal(
      code(() => bound.startConnect(network, loopback(1))),
      "concurrency-conflict",
    );
    bound.finishBind();
    assert.equal(
      code(() => bound.startBind(network, loopback(0))),
      "invalid-state",
    );
    const server = socket();
    const port = await listening(server);
    assert.equal(
      code(() => server.startConnect(network, loopback(port))),
      "invalid-state",
    );
    assert.equal(
      code(() => server.setListenBacklogSize(5n)),
      "not-supported",
    );
    const client = socket();
    client.startConnect(network, loopback(port));
    assert.equal(
      code(() => client.startConnect(network, loopback(port))),
      "concurrency-conflict",
    );
    await finish(client, () => client.finishConnect());
    assert.equal(
      code(() => client.startConnect(network, loopback(port))),
      "invalid-state",
    );
    assert.equal(
      code(() => client.finishConnect()),
      "not-in-progress",
    );
  });

  it("refuses addresses of the wrong kind", () => {
    const { socket, scope } = host();
    using _ = scope;
    const six = socketAddress("::1", 80) as IpSocketAddress;
    const unspecified = socketAddress("0.0.0.0", 80) as IpSocketAddress;
    const multicast = socketAddress("224.0.0.1", 80) as IpSocketAddress;
    const broadcast = socketAddress("255.255.255.255", 80) as IpSocketAddress;
    for (const address of [six, multicast, broadcast]) {
      assert.equal(
        code(() => socket().startBind(network, address)),
        "invalid-argument",
      );
    }
    for (const address of [six, unspecified, multicast, broadcast, loopback(0)]) {
      assert.equal(
        code(() => socket().startConnect(network, address)),
        "invalid-argument",
      );
    }
    const mapped = socketAddress("::ffff:127.0.0.1", 80) as IpSocketAddress;
    const sixSocket = new TcpSocket(scope, new NetworkAccess({ network: "inherit" }), "ipv6");
    assert.equal(
      code(() => sixSocket.startBind(network, mapped)),
      "invalid-argument",
    );
  });

  it("maps the system's errors", async () => {
    const { socket, scope } = host();
    await using _ = scope;
    const server = socket();
    const port = await listening(server);
    const second = socket();
    second.startBind(network, loopback(port));
    assert.equal(
      code(() => second.finishBind()),
      "address-in-use",
    );
    second.startBind(network, socketAddress("198.51.100.7", 0) as IpSocketAddress);
    assert.equal(
      code(() => second.finishBind()),
      "address-not-bindable",
    );
    server[Symbol.dispose]();
    const client = socket();
    await assert.rejects(connected(client, port), { payload: "connection-refused" });
    assert.equal(
      code(() => client.startBind(network, loopback(0))),
      "invalid-state",
    );
  });

  it("refuses connections while it is bound and does not listen", async () => {
    const { socket, scope } = host();
    await using _ = scope;
    const server = socket();
    bind(server);
    await assert.rejects(connected(socket(), server.localAddress().val.port), { payload: "connection-refused" });
  });

  it("has its options in range", () => {
    const { socket, scope } = host();
    using _ = scope;
    const options = socket();
    for (const call of [
      () => options.setListenBacklogSize(0n),
      () => options.setHopLimit(0),
      () => options.setKeepAliveIdleTime(0n),
      () => options.setKeepAliveInterval(0n),
      () => options.setKeepAliveCount(0),
      () => options.setReceiveBufferSize(0n),
      () => options.setSendBufferSize(0n),
    ]) {
      assert.equal(code(call), "invalid-argument");
    }
    const most = 0xffff_ffff_ffff_ffffn;
    options.setListenBacklogSize(most);
    options.setKeepAliveIdleTime(most);
    options.setKeepAliveInterval(1n);
    options.setKeepAliveCount(0xffff_ffff);
    options.setReceiveBufferSize(most);
    options.setSendBufferSize(1n);
    assert.deepEqual(
      [options.keepAliveIdleTime(), options.keepAliveInterval(), options.keepAliveCount()],
      [32_767_000_000_000n, 1_000_000_000n, 127],
    );
    assert.deepEqual([options.receiveBufferSize(), options.sendBufferSize()], [16_777_216n, 1_024n]);
  });

  it("tells a reader that the peer reset the connection", async () => {
    const port = await nodeServer((socket) => socket.once("data", () => socket.resetAndDestroy()));
    await using scope = new Scope();
    const socket = new TcpSocket(scope, new NetworkAccess({ network: "inherit" }), "ipv4");
    const [input, output] = await connected(socket, port);
    output.checkWrite();
    output.write(bytes("x"));
    await assert.rejects(
      async () => input.blockingRead(1n),
      (error: unknown) => {
        const { payload } = error as { payload: { tag: string; val: IoError } };
        return payload.tag === "last-operation-failed" && payload.val.details.network === "connection-reset";
      },
    );
  });

  it("has room for as many sockets as the limit says, and keeps who waits", async () => {
    const { socket, scope } = host({ network: "inherit" }, { maxSockets: 2 });
    await using _ = scope;
    const server = socket();
    const port = await listening(server);
    const other = socket();
    const peer = connect(port, "127.0.0.1");
    peer.on("error", () => {});
    const pollable = server.subscribe();
    await pollable.block();
    assert.equal(
      code(() => server.accept()),
      "new-socket-limit",
    );
    other[Symbol.dispose]();
    const [accepted] = server.accept();
    assert.equal(accepted.remoteAddress().val.port, peer.localPort);
  });

  it("turns away those for whom nobody has room", async () => {
    const { socket, scope } = host();
    await using _ = scope;
    const server = socket();
    server.setListenBacklogSize(1n);
    const port = await listening(server);
    const first = connect(port, "127.0.0.1");
    await server.subscribe().block();
    const second = connect(port, "127.0.0.1");
    const [error] = (await once(second, "error")) as [NodeJS.ErrnoException];
    assert.equal(error.code, "ECONNRESET");
    const [accepted] = server.accept();
    assert.equal(accepted.remoteAddress().val.port, first.localPort);
    first.destroy();
  });

  it("ends with its instance, also where it waits", async () => {
    const { socket, scope } = host();
    const server = socket();
    const port = await listening(server);
    const peer = connect(port, "127.0.0.1");
    await server.subscribe().block();
    await scope[Symbol.asyncDispose]();
    const [error] = (await once(peer, "error")) as [NodeJS.ErrnoException];
    assert.equal(error.code, "ECONNRESET");
    await assert.rejects(once(connect(port, "127.0.0.1"), "connect"), { code: "ECONNREFUSED" });
  });

  it("answers at once in all its methods", () => {
    const names = Object.getOwnPropertyNames(TcpSocket.prototype).filter((name) => name !== "constructor");
    for (const name of names) assert.ok(isSync(TcpSocket.prototype[name as keyof TcpSocket]), name);
  });
});
