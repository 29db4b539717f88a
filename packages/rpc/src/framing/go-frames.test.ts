import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { componentModelCodec } from "@witwire/codec";
import { findInterface, type InterfaceRef } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";
import { createClient } from "../client/create-client.ts";
import { hello, store, streams } from "../compliance/contracts.ts";
import { failsWith } from "../compliance/scene.ts";
import { bytesByPath, concat, elementsByPath, readFrames, toHex, wire } from "../compliance/wire-bytes.ts";
import { isRpcError } from "../errors.ts";
import { createServer } from "../server/create-server.ts";
import type { FailedCall } from "../server/log-failure.ts";
import type { Duplex } from "../transport/duplex.ts";
import type { InvocationTransport } from "../transport/invocation.ts";
import { createMemoryTransport } from "../transport/memory-transport.ts";
import { encodeGoFrames } from "./go-frames.ts";
import { createPlainTransport, type PlainTransportOptions } from "./plain-transport.ts";
import { RecordingDuplex } from "./testing/recording-duplex.ts";

/** Calls that nobody answers would keep the process waiting for their time to be up. */
const transports: InvocationTransport[] = [];

function transportTo(duplex: Duplex, options: PlainTransportOptions = { compat: "go" }): InvocationTransport {
  const transport = createPlainTransport(() => duplex, options);
  transports.push(transport);
  return transport;
}

/** A client in front of a byte stream that is played by hand. */
function goClient(contract: InterfaceRef) {
  const duplex = new RecordingDuplex();
  return { duplex, client: createClient(contract, transportTo(duplex)) };
}

/** What a Go server has of a call once it has read the header. */
function behindHeader(writes: readonly Uint8Array[], header: string): Uint8Array[] {
  const head = wire(header);
  const [first, ...rest] = writes;
  assert.ok(first);
  assert.equal(toHex(first.subarray(0, head.length)), toHex(head));
  return [first.subarray(head.length), ...rest];
}

/** Every write is a frame of at most 1 KiB that is not empty. */
function checkWrites(writes: readonly Uint8Array[]): void {
  for (const bytes of writes) {
    const frames = readFrames(bytes);
    assert.equal(frames.length, 1, "one frame per write");
    for (const { data } of frames) assert.ok(data.length > 0 && data.length <= 1024, `${data.length} bytes in a frame`);
  }
}

const texts = find(
  "package a:b; interface texts { put: func(v: list<string>) -> list<string>; one: func(v: string); }",
);
const files = find(
  "package a:b; interface files { send: func(v: stream<u8>) -> stream<string>; later: func(v: future<list<u8>>); }",
);
const counters = find("package a:b; interface counters { resource r; give: func(v: own<r>); }");

function find(text: string): InterfaceRef {
  const resolve = parseWit(text);
  return findInterface(resolve, resolve.interfaces[0]?.name ?? "");
}

describe("frames for Go peers", () => {
  after(() => {
    for (const transport of transports) void transport.close({ force: true });
  });

  test("parameters go out in frames of at most 1 KiB, cut between values, each in a write of its own", () => {
    const { duplex, client } = goClient(texts);
    void client.put?.(Array.from({ length: 35 }, () => "x".repeat(99))).catch(() => {});
    const writes = behindHeader(duplex.writes, "00 09 'a:b/texts' 03 'put'");
    checkWrites(writes);
    assert.ok(duplex.allApart);
    // 1 byte of count, then 100 bytes for each string: none of them is in two frames.
    assert.deepEqual(
      writes.map((bytes) => readFrames(bytes)[0]?.data.length),
      [1001, 1000, 1000, 500],
    );
  });

  test("a call without parameters sends its only empty frame, and a small one a single frame with the header", () => {
    const nullary = goClient(hello);
    void nullary.client.hello?.().catch(() => {});
    assert.deepEqual(nullary.duplex.writes.map(toHex), [
      toHex(wire("00 1b 'wrpc-examples:hello/handler' 05 'hello' 00 00")),
    ]);
    const unary = goClient(store);
    void unary.client.delete?.("key").catch(() => {});
    assert.deepEqual(unary.duplex.writes.map(toHex), [
      toHex(wire("00 13 'wasi:keyvalue/store' 06 'delete' 00 04 03 'key'")),
    ]);
  });

  test("parameters of more than 4 KiB in all are refused before a byte is sent", async () => {
    const { duplex, client } = goClient(texts);
    const outcome = client.put?.(Array.from({ length: 42 }, () => "x".repeat(99)));
    await failsWith(outcome, "resource-exhausted", /takes 4\d+ bytes .* a Go peer silently corrupts more than 4096/);
    await assert.rejects(Promise.resolve(outcome), (error) => isRpcError(error) && error.started === "no");
    assert.deepEqual([duplex.writes.length, duplex.state], [0, "aborted"]);
  });

  test("a string that fits into no frame is refused, since it cannot be cut", async () => {
    const { duplex, client } = goClient(texts);
    await failsWith(client.one?.("x".repeat(1023)), "resource-exhausted", /a string or handle of 1025 bytes/);
    assert.equal(duplex.writes.length, 0);
    const longest = goClient(texts);
    void longest.client.one?.("x".repeat(1022)).catch(() => {});
    assert.equal(longest.duplex.writes.length, 1);
  });

  test("a handle that fits into no frame stays with its owner", async () => {
    const duplex = new RecordingDuplex();
    const client = createClient(counters, transportTo(duplex), { rawHandles: true });
    await failsWith(client.give?.(new Uint8Array(2000)), "resource-exhausted", /string or handle of 2002 bytes/);
    assert.equal(duplex.writes.length, 0);
  });

  test("bytes that nobody can cut are sent only where they fit into one frame", () => {
    assert.deepEqual(encodeGoFrames([], new Uint8Array(1024), undefined).length, 1);
    assert.throws(() => encodeGoFrames([], new Uint8Array(1025), undefined), /1025 bytes that cannot be cut/);
  });

  test("4096 bytes are not refused, 4097 are", () => {
    const resolve = parseWit("package a:b; interface i { f: func(v: list<u8>); }");
    const func = resolve.interfaces[0]?.functions.f;
    assert.ok(func);
    const codec = componentModelCodec.params(resolve, func);
    // Four frames with heads of 3 bytes each.
    const list = (length: number) => Uint8Array.from([(length & 0x7f) | 0x80, length >>> 7, ...new Uint8Array(length)]);
    assert.equal(concat(...encodeGoFrames([], list(4096 - 12 - 2), codec)).length, 4096);
    assert.throws(() => encodeGoFrames([], list(4096 - 12 - 1), codec), /takes 4097 bytes/);
    assert.throws(() => encodeGoFrames([], list(4096 - 12 - 12), codec, new Uint8Array(11)), /takes 4097 bytes/);
  });

  test("streams are cut into frames of at most 1 KiB, however large their chunks are, and end in a frame that is not empty", async () => {
    const { duplex, client } = goClient(streams);
    const numbers = Array.from({ length: 3000 }, (_, index) => BigInt(index));
    const bytes = Uint8Array.from({ length: 5000 }, (_, index) => index & 0x7f);
    void client.echo?.({ numbers, bytes: [bytes, new Uint8Array(0)] }).catch(() => {});
    while (duplex.state === "open") await new Promise((resolve) => setImmediate(resolve));
    const writes = behindHeader(duplex.writes, "00 1d 'wrpc-examples:streams/handler' 04 'echo'");
    checkWrites(writes);
    assert.ok(duplex.allApart);
    const sent = concat(...writes);
    assert.equal(bytesByPath(sent)[""], "0000");
    assert.deepEqual(elementsByPath(sent), { "0,0": numbers.map(Number), "0,1": [...bytes] });
  });

  test("an element of a stream that fits into no frame fails the call, and so does the value of a future beyond 4 KiB", async () => {
    const failures: FailedCall[] = [];
    const server = createServer({ compat: "go", onFailure: (failure) => failures.push(failure) });
    server.serve(files, { send: () => ["x".repeat(1100)], later: async (v: Promise<unknown>) => void (await v) });
    const transport = createMemoryTransport(server, { compat: "go" });
    const client = createClient(files, transport);
    const stream = (await client.send?.([])) as AsyncIterable<unknown>;
    await assert.rejects(async () => {
      for await (const _ of stream);
    });
    assert.deepEqual(
      failures.map(({ error }) => error.code),
      ["resource-exhausted"],
    );
    await failsWith(client.later?.(Promise.resolve(new Uint8Array(5000))), "resource-exhausted", /Go peer/);
    await transport.close();
    await server.close();
  });

  test("a server refuses results that its caller would misread, tells its own log, and sends nothing", () => {
    const failures: FailedCall[] = [];
    const server = createServer({ compat: "go", onFailure: (failure) => failures.push(failure) });
    server.serve(texts, { put: () => Array.from({ length: 50 }, () => "x".repeat(99)), one: () => {} });
    const duplex = new RecordingDuplex();
    server.accept(duplex);
    duplex.events?.data(wire("00 09 'a:b/texts' 03 'put' 00 01 00"));
    assert.deepEqual([duplex.writes.length, duplex.state], [0, "aborted"]);
    assert.deepEqual(
      failures.map(({ error, name }) => `${name}: ${error.code}`),
      ["put: resource-exhausted"],
    );
  });

  test("chars are numbers in both directions, and nothing else differs", async () => {
    const server = createServer({ compat: "go" });
    const resolve = parseWit("package a:b; interface i { f: func(c: char, s: string) -> char; }");
    const contract = findInterface(resolve, "i");
    let got: unknown[] = [];
    server.serve(contract, {
      f: (...args: unknown[]) => {
        got = args.slice(0, 2);
        return "🚩";
      },
    });
    const duplex = new RecordingDuplex();
    server.accept(duplex);
    duplex.events?.data(wire("00 05 'a:b/i' 01 'f' 00 06 ac 41 03 e2 82 ac"));
    assert.deepEqual(got, ["€", "€"]);
    assert.deepEqual(duplex.writes.map(toHex), ["0003a9ed07"]);
    duplex.events?.end();
    duplex.events?.flushed();
    const client = createClient(contract, createMemoryTransport(server, { compat: "go" }));
    assert.equal(await client.f?.("€", "x"), "🚩");
    await server.close();
  });

  test("without compat nothing is cut, refused or written apart", async () => {
    const duplex = new RecordingDuplex();
    const client = createClient(texts, transportTo(duplex, {}));
    void client.put?.(Array.from({ length: 100 }, () => "x".repeat(99))).catch(() => {});
    const header = wire("00 09 'a:b/texts' 03 'put'");
    assert.deepEqual(
      readFrames(concat(...duplex.writes).subarray(header.length)).map(({ data }) => data.length),
      [10_001],
    );
    assert.equal(duplex.allApart, false);
  });
});
