import assert from "node:assert/strict";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { describe, it } from "node:test";
import { isSync, isWitError } from "@witwire/wit/values";
import { Scope } from "../scope.ts";
import type { IncomingDatagramStream, OutgoingDatagramStream } from "./datagram-streams.ts";
import { Network } from "./network.ts";
import { NetworkAccess, type NetworkOptions } from "./network-access.ts";
import { type IpSocketAddress, socketAddress } from "./socket-address.ts";
import type { IncomingDatagram } from "./udp-channel.ts";
import { UdpSocket } from "./udp-socket.ts";

const network = new Network();
const text = (value: Uint8Array): string => new TextDecoder().decode(value);
const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);
const loopback = (port: number): IpSocketAddress => socketAddress("127.0.0.1", port) as IpSocketAddress;

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

function bound(scope: Scope, options: NetworkOptions = { network: "inherit" }, port = 0): UdpSocket {
  const socket = new UdpSocket(scope, new NetworkAccess(options), "ipv4");
  socket.startBind(network, loopback(port));
  socket.finishBind();
  return socket;
}

function send(stream: OutgoingDatagramStream, data: Uint8Array, remoteAddress?: IpSocketAddress): bigint {
  stream.checkSend();
  return stream.send([{ data, remoteAddress }]);
}

async function receive(stream: IncomingDatagramStream): Promise<IncomingDatagram> {
  using pollable = stream.subscribe();
  await pollable.block();
  const [datagram] = stream.receive(1n);
  return datagram ?? assert.fail("ready, and nothing has arrived");
}

/** A socket of Node's that sends everything back. */
async function nodeEcho(): Promise<{ socket: Socket; port: number } & Disposable> {
  const socket = createSocket("udp4");
  socket.on("message", (data, from) => socket.send(data, from.port, from.address));
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return { socket, port: socket.address().port, [Symbol.dispose]: () => void socket.close() };
}

describe("a UDP socket", () => {
  it("exchanges datagrams with anybody", async () => {
    using scope = new Scope();
    using peer = await nodeEcho();
    const socket = bound(scope);
    const [incoming, outgoing] = socket.stream(undefined);
    assert.deepEqual(incoming.receive(5n), []);
    assert.equal(send(outgoing, bytes("ping"), loopback(peer.port)), 1n);
    const { data, remoteAddress } = await receive(incoming);
    assert.deepEqual([text(data), remoteAddress], ["ping", loopback(peer.port)]);
    assert.equal(
      code(() => send(outgoing, bytes("x"))),
      "invalid-argument",
    );
  });

  it("exchanges datagrams with one peer alone", async () => {
    using scope = new Scope();
    using peer = await nodeEcho();
    using stranger = await nodeEcho();
    const socket = bound(scope);
    const [incoming, outgoing] = socket.stream(loopback(peer.port));
    assert.deepEqual(socket.remoteAddress(), loopback(peer.port));
    stranger.socket.send("boo", socket.localAddress().val.port, "127.0.0.1");
    assert.equal(send(outgoing, bytes("one")), 1n);
    assert.equal(send(outgoing, bytes("two"), loopback(peer.port)), 1n);
    assert.equal(text((await receive(incoming)).data), "one");
    assert.equal(text((await receive(incoming)).data), "two");
    assert.equal(
      code(() => send(outgoing, bytes("x"), loopback(stranger.port))),
      "invalid-argument",
    );
  });

  it("replaces its streams", async () => {
    using scope = new Scope();
    using peer = await nodeEcho();
    const socket = bound(scope);
    const local = socket.localAddress();
    const [, connected] = socket.stream(loopback(peer.port));
    const [incoming, outgoing] = socket.stream(undefined);
    assert.equal(
      code(() => connected.checkSend()),
      "invalid-state",
    );
    assert.equal(
      code(() => socket.remoteAddress()),
      "invalid-state",
    );
    assert.deepEqual(socket.localAddress(), local);
    send(outgoing, bytes("again"), loopback(peer.port));
    assert.equal(text((await receive(incoming)).data), "again");
  });

  it("tells that nobody listens", async () => {
    using scope = new Scope();
    const gone = await nodeEcho();
    gone[Symbol.dispose]();
    const [incoming, outgoing] = bound(scope).stream(loopback(gone.port));
    send(outgoing, bytes("anybody?"));
    await incoming.subscribe().block();
    assert.equal(
      code(() => incoming.receive(1n)),
      "connection-refused",
    );
    assert.deepEqual(incoming.receive(1n), []);
  });

  it("sends as many as check-send permitted, and a list as far as it goes", () => {
    using scope = new Scope();
    const socket = bound(scope);
    const [, outgoing] = socket.stream(undefined);
    const datagram = { data: bytes("x"), remoteAddress: socket.localAddress() };
    assert.equal(outgoing.send([]), 0n);
    assert.throws(() => outgoing.send([datagram]), RangeError);
    const permit = Number(outgoing.checkSend());
    assert.throws(() => outgoing.send(new Array(permit + 1).fill(datagram)), RangeError);
    const toNobody = { data: bytes("x"), remoteAddress: undefined };
    assert.equal(outgoing.send([datagram, toNobody, datagram]), 1n);
    outgoing.checkSend();
    assert.equal(
      code(() => outgoing.send([{ ...datagram, data: new Uint8Array(65_508) }])),
      "datagram-too-large",
    );
  });

  it("keeps what arrives within bounds", async () => {
    using scope = new Scope();
    const [incoming] = [bound(scope)].map((socket) => {
      const peer = createSocket("udp4");
      for (let index = 0; index < 40; index++)
        peer.send(new Uint8Array(16_000), socket.localAddress().val.port, "127.0.0.1");
      peer.send("end", socket.localAddress().val.port, "127.0.0.1", () => peer.close());
      return socket.stream(undefined)[0];
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    const all = incoming?.receive(1_000n) ?? [];
    assert.ok(all.length > 0 && all.reduce((sum, { data }) => sum + data.length, 0) <= 256 * 1024);
  });

  it("says what each state does not allow", () => {
    using scope = new Scope();
    const socket = new UdpSocket(scope, new NetworkAccess({ network: "inherit" }), "ipv4");
    assert.equal(
      code(() => socket.finishBind()),
      "not-in-progress",
    );
    for (const call of [() => socket.stream(undefined), () => socket.localAddress(), () => socket.remoteAddress()]) {
      assert.equal(code(call), "invalid-state");
    }
    socket.startBind(network, loopback(0));
    assert.equal(
      code(() => socket.startBind(network, loopback(0))),
      "concurrency-conflict",
    );
    socket.finishBind();
    assert.equal(
      code(() => socket.startBind(network, loopback(0))),
      "invalid-state",
    );
    const { port } = socket.localAddress().val;
    const other = new UdpSocket(scope, new NetworkAccess({ network: "inherit" }), "ipv4");
    assert.equal(
      code(() => other.startBind(network, loopback(port))),
      "address-in-use",
    );
    for (const remote of [loopback(0), socketAddress("0.0.0.0", 1), socketAddress("::1", 1)] as IpSocketAddress[]) {
      assert.equal(
        code(() => socket.stream(remote)),
        "invalid-argument",
      );
    }
  });

  it("has its options before and after it is bound", () => {
    using scope = new Scope();
    const socket = new UdpSocket(scope, new NetworkAccess({ network: "inherit" }), "ipv4");
    const set = (): void => {
      socket.setUnicastHopLimit(42);
      socket.setReceiveBufferSize(20_000n);
      socket.setSendBufferSize(0xffff_ffff_ffff_ffffn);
      assert.equal(socket.unicastHopLimit(), 42);
      assert.equal(socket.receiveBufferSize(), 20_000n);
      assert.ok(socket.sendBufferSize() > 20_000n);
    };
    set();
    socket.startBind(network, loopback(0));
    socket.finishBind();
    set();
    for (const call of [
      () => socket.setUnicastHopLimit(0),
      () => socket.setReceiveBufferSize(0n),
      () => socket.setSendBufferSize(0n),
    ]) {
      assert.equal(code(call), "invalid-argument");
    }
  });

  it("hears only those whom it may send to where it may not listen", async () => {
    using scope = new Scope();
    using friend = await nodeEcho();
    using stranger = await nodeEcho();
    const socket = bound(scope, { network: { connect: [`127.0.0.1:${friend.port}`] } });
    const [incoming, outgoing] = socket.stream(undefined);
    stranger.socket.send("boo", socket.localAddress().val.port, "127.0.0.1");
    send(outgoing, bytes("hello"), loopback(friend.port));
    assert.equal(text((await receive(incoming)).data), "hello");
    assert.deepEqual(incoming.receive(1n), []);
    assert.equal(
      code(() => send(outgoing, bytes("x"), loopback(stranger.port))),
      "access-denied",
    );
    assert.equal(
      code(() => socket.stream(loopback(stranger.port))),
      "access-denied",
    );
  });

  it("ends with its instance", () => {
    const scope = new Scope();
    const { port } = bound(scope).localAddress().val;
    scope[Symbol.dispose]();
    assert.equal(scope.count("sockets"), 0);
    using other = new Scope();
    bound(other, { network: "inherit" }, port);
  });

  it("answers at once in all its methods", () => {
    const names = Object.getOwnPropertyNames(UdpSocket.prototype).filter((name) => name !== "constructor");
    for (const name of names) assert.ok(isSync(UdpSocket.prototype[name as keyof UdpSocket]), name);
  });
});
