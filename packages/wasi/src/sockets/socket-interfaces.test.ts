import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isSync, isWitError } from "@witwire/wit/values";
import { Scope } from "../scope.ts";
import type { IpAddress, IpAddressFamily } from "./ip-address.ts";
import type { Network } from "./network.ts";
import type { NetworkOptions } from "./network-access.ts";
import type { ResolveAddressStream } from "./resolve-address-stream.ts";
import { type IpSocketAddress, socketAddress } from "./socket-address.ts";
import { socketInterfaces } from "./socket-interfaces.ts";
import type { TcpSocket } from "./tcp-socket.ts";
import type { UdpSocket } from "./udp-socket.ts";

interface Sockets {
  instanceNetwork(): Network;
  createTcpSocket(family: IpAddressFamily): TcpSocket;
  createUdpSocket(family: IpAddressFamily): UdpSocket;
  resolveAddresses(network: Network, name: string): ResolveAddressStream;
}

function sockets(options: NetworkOptions, scope: Scope = new Scope()): Sockets {
  return Object.assign({}, ...Object.values(socketInterfaces(scope, options))) as Sockets;
}

const loopback = (port: number): IpSocketAddress => socketAddress("127.0.0.1", port) as IpSocketAddress;

/** The `err` of a call, or nothing. */
function code(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    if (isWitError(error)) return error.payload;
    throw error;
  }
  return undefined;
}

async function resolve(given: Sockets, name: string): Promise<string[]> {
  const stream = given.resolveAddresses(given.instanceNetwork(), name);
  await stream.subscribe().block();
  const found: IpAddress[] = [];
  for (let next = stream.resolveNextAddress(); next !== undefined; next = stream.resolveNextAddress()) found.push(next);
  return found.map(({ tag, val }) => `${tag} ${val.join(" ")}`);
}

/** What a guest may do: connect, bind, listen, exchange datagrams, and look up. */
function mayDo(options: NetworkOptions, address: IpSocketAddress, name = "localhost"): unknown[] {
  using scope = new Scope();
  const given = sockets(options, scope);
  const network = given.instanceNetwork();
  const tcp = (): TcpSocket => given.createTcpSocket("ipv4");
  const bound = tcp();
  const udp = given.createUdpSocket("ipv4");
  const attempts = [
    () => tcp().startConnect(network, address),
    () => bound.startBind(network, loopback(0)),
    () => {
      bound.finishBind();
      bound.startListen();
    },
    () => {
      udp.startBind(network, loopback(0));
      udp.finishBind();
      udp.stream(address);
    },
    () => given.resolveAddresses(network, name),
  ];
  return attempts.map(code);
}

const denied = "access-denied";

describe("permissions of the network", () => {
  it("are none by default", () => {
    assert.deepEqual(mayDo({}, loopback(80)), [denied, denied, "not-in-progress", denied, denied]);
    assert.equal(
      code(() => sockets({}).resolveAddresses({}, "127.0.0.1")),
      denied,
    );
  });

  it("are all for inherit", () => {
    assert.deepEqual(mayDo({ network: "inherit" }, loopback(80)), new Array(5).fill(undefined));
  });

  it("let who may connect bind, and not listen", () => {
    const options: NetworkOptions = { network: { connect: ["127.0.0.1:80"] } };
    assert.deepEqual(mayDo(options, loopback(80)), [undefined, undefined, denied, undefined, denied]);
    assert.deepEqual(mayDo(options, loopback(81)), [denied, undefined, denied, denied, denied]);
    const anywhere: NetworkOptions = { network: { connect: ["*:80"] } };
    assert.deepEqual(mayDo(anywhere, loopback(80)), [undefined, undefined, denied, undefined, undefined]);
  });

  it("let who may listen do no more", () => {
    const options: NetworkOptions = { network: { listen: ["127.0.0.1:*"] } };
    assert.deepEqual(mayDo(options, loopback(80)), [denied, undefined, undefined, denied, denied]);
  });

  it("can be functions", () => {
    const asked: unknown[] = [];
    const ask = (...question: unknown[]): boolean => asked.push(question) > 0;
    mayDo({ network: { connect: ask, listen: ask, lookup: ask } }, loopback(80), "Example.COM");
    assert.deepEqual(asked, [
      ["127.0.0.1", 80, "tcp"],
      ["127.0.0.1", 0, "tcp"],
      ["127.0.0.1", 0, "udp"],
      ["127.0.0.1", 80, "udp"],
      ["example.com"],
    ]);
  });

  it("take a name for the addresses that its lookup gave to this instance", async () => {
    const options: NetworkOptions = { network: { connect: ["localhost:80"] } };
    using scope = new Scope();
    const given = sockets(options, scope);
    const connect = (port: number): unknown =>
      code(() => given.createTcpSocket("ipv4").startConnect(given.instanceNetwork(), loopback(port)));
    assert.equal(connect(80), denied);
    await resolve(given, "localhost");
    assert.deepEqual([connect(80), connect(81)], [undefined, denied]);
    assert.equal(mayDo(options, loopback(80))[0], denied);
  });

  it("must be patterns", () => {
    const wrong = [{ connect: ["localhost:http"] }, { listen: ["localhost"] }, { lookup: ["127.0.0.1"] }];
    for (const network of wrong) assert.throws(() => sockets({ network }), TypeError);
  });
});

describe("lookup of names", () => {
  it("gives the addresses of a name", async () => {
    using scope = new Scope();
    const given = sockets({ network: { lookup: ["localhost"] } }, scope);
    const stream = given.resolveAddresses(given.instanceNetwork(), "localhost");
    assert.equal(
      code(() => stream.resolveNextAddress()),
      "would-block",
    );
    assert.ok((await resolve(given, "LOCALHOST")).includes("ipv4 127 0 0 1"));
  });

  it("reads addresses itself", async () => {
    using scope = new Scope();
    const given = sockets({ network: {} }, scope);
    assert.deepEqual(await resolve(given, "192.0.2.1"), ["ipv4 192 0 2 1"]);
    assert.deepEqual(await resolve(given, "::1"), ["ipv6 0 0 0 0 0 0 0 1"]);
  });

  it("refuses what is no name", () => {
    using scope = new Scope();
    const given = sockets({ network: "inherit" }, scope);
    for (const name of [
      "",
      " ",
      "a b",
      "a..b",
      "-",
      "exa\0mple.com",
      "a/b",
      `${"x".repeat(64)}.com`,
      "x.".repeat(200),
    ]) {
      assert.equal(
        code(() => given.resolveAddresses(given.instanceNetwork(), name)),
        "invalid-argument",
        name,
      );
    }
  });

  it("says that a name does not exist", async () => {
    using scope = new Scope();
    const given = sockets({ network: "inherit" }, scope);
    await assert.rejects(resolve(given, "does-not-exist.invalid"), (error: unknown) => {
      const known = ["name-unresolvable", "temporary-resolver-failure"];
      return isWitError(error) && known.includes(error.payload as string);
    });
  });

  it("lets a few be under way", () => {
    using scope = new Scope();
    const given = sockets({ network: "inherit" }, scope);
    const attempts = Array.from({ length: 9 }, () =>
      code(() => given.resolveAddresses(given.instanceNetwork(), "localhost")),
    );
    assert.deepEqual(attempts, [...new Array(8).fill(undefined), "temporary-resolver-failure"]);
  });
});

describe("the interfaces of sockets", () => {
  it("answer at once in every function", () => {
    for (const members of Object.values(socketInterfaces(new Scope(), {}))) {
      for (const [name, member] of Object.entries(members)) {
        if (/^[a-z]/.test(name)) assert.ok(isSync(member), name);
      }
    }
  });

  it("refuse sockets beyond the limit", () => {
    using scope = new Scope({ maxSockets: 2 });
    const given = sockets({}, scope);
    given.createTcpSocket("ipv4");
    given.createUdpSocket("ipv6");
    assert.equal(
      code(() => given.createTcpSocket("ipv4")),
      "new-socket-limit",
    );
    assert.equal(
      code(() => given.createUdpSocket("ipv4")),
      "new-socket-limit",
    );
  });
});
