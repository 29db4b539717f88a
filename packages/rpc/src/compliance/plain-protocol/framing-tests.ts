import assert from "node:assert/strict";
import { test } from "node:test";
import { Stream } from "@witwire/wit/values";
import { turn } from "../byte-peer.ts";
import { calls, flows, hello, store, streams } from "../contracts.ts";
import { allBytes } from "../flow-values.ts";
import type { Harness } from "../harness.ts";
import { ClientScene, failsWith, HANG_GUARD, QUICK, Scene } from "../scene.ts";
import { bytesByPath, concat, elementsByPath, frame, readFrames, toHex, wire } from "../wire-bytes.ts";
import { golden, header } from "./golden.ts";

const echo = { echo: (r: { numbers: unknown; bytes: unknown }) => [r.numbers, r.bytes] };

/** What the golden echo carries. How a relay cuts a stream into chunks is its own business. */
const echoed = { "0,0": [1, 2, 300], "0,1": [9, 8] };

/** List B: how invocations are cut into frames. */
export function framingTests(harness: Harness): void {
  const guarded = (name: string, body: () => Promise<void>): void => void test(name, { timeout: HANG_GUARD }, body);

  guarded("B1 golden vectors, client role: hello", async () => {
    await using scene = await ClientScene.open(harness);
    const result = scene.client(hello).hello?.();
    const peer = await scene.accepted();
    await peer.receives(golden.helloRequest);
    await peer.receivesEnd();
    peer.send(golden.helloResponse);
    peer.end();
    assert.equal(await result, "hello from Rust");
    assert.equal(toHex(peer.received), toHex(golden.helloRequest), "nothing is written after the parameters");
    if (harness.preservesWrites) assert.equal(peer.pieces.length, 1, "version, header and root frame are one write");
  });

  for (const [who, response] of [
    ["Rust", ""],
    ["Go", "00 00"],
  ] as const) {
    guarded(`B1 golden vectors, client role: delete, answered as ${who} does`, async () => {
      await using scene = await ClientScene.open(harness);
      const result = scene.client(store).delete?.("key");
      const peer = await scene.accepted();
      await peer.receives(golden.deleteRequest);
      await peer.receivesEnd();
      peer.send(response);
      peer.end();
      assert.equal(await result, undefined);
    });
  }

  guarded("B1 golden vectors, client role: echo of streams", async () => {
    await using scene = await ClientScene.open(harness);
    const result = scene.client(streams).echo?.({
      numbers: Stream.fromChunks([[1n, 2n], [300n]]),
      bytes: [Uint8Array.of(9, 8)],
    });
    const peer = await scene.accepted();
    await peer.receives(golden.echoHeader);
    const sent = await peer.rest();
    assert.equal(toHex(sent.subarray(0, 4)), "00020000", "the root frame comes first");
    assert.deepEqual(bytesByPath(sent), bytesByPath(golden.echoFrames));
    assert.equal(readFrames(sent).length, readFrames(golden.echoFrames).length, "a frame per chunk");
    peer.send(golden.echoFrames);
    peer.end();
    await checkEchoed(await result);
  });

  guarded("B1 golden vectors, server role: hello", async () => {
    await using scene = await Scene.open(harness);
    scene.server.serve(hello, { hello: () => "hello from Rust" });
    const peer = scene.dial();
    peer.send(golden.helloRequest);
    peer.end();
    await peer.receives(golden.helloResponse);
    await peer.receivesEnd();
    if (harness.preservesWrites) assert.equal(peer.pieces.length, 1);
  });

  guarded("B1 golden vectors, server role: delete gives no frame at all", async () => {
    await using scene = await Scene.open(harness);
    const deleted: string[] = [];
    scene.server.serve(store, { delete: (key: string) => void deleted.push(key) });
    const peer = scene.dial();
    peer.send(golden.deleteRequest);
    peer.end();
    await peer.receivesEnd();
    assert.deepEqual(deleted, ["key"]);
  });

  guarded("B1 golden vectors, server role: echo of streams", async () => {
    await using scene = await Scene.open(harness);
    scene.server.serve(streams, echo);
    const peer = scene.dial();
    peer.send(golden.echoHeader, golden.echoFrames);
    peer.end();
    assert.deepEqual(bytesByPath(await peer.rest()), bytesByPath(golden.echoFrames));
  });

  guarded("B2 requests split at every byte offset", async () => {
    await using scene = await Scene.open(harness);
    scene.server.serve(streams, echo);
    const request = concat(golden.echoHeader, golden.echoFrames);
    for (let at = 1; at < request.length; at++) {
      const peer = scene.dial();
      peer.send(request.slice(0, at));
      await turn();
      peer.send(request.slice(at));
      peer.end();
      assert.deepEqual(elementsByPath(await peer.rest()), echoed, `split at ${at}`);
    }
    assert.deepEqual(scene.failures, []);
  });

  guarded("B2 responses split at every byte offset", async () => {
    await using scene = await ClientScene.open(harness);
    const client = scene.client(streams);
    for (let at = 1; at < golden.echoFrames.length; at++) {
      const result = client.echo?.({ numbers: [], bytes: [] });
      const peer = await scene.accepted();
      peer.send(golden.echoFrames.slice(0, at));
      await turn();
      peer.send(golden.echoFrames.slice(at));
      peer.end();
      await checkEchoed(await result);
    }
  });

  guarded("B2 requests and responses that arrive byte by byte", async () => {
    await using serving = await Scene.open(harness);
    serving.server.serve(streams, echo);
    const caller = serving.dial();
    await caller.sendInPieces(concat(golden.echoHeader, golden.echoFrames), 1);
    caller.end();
    assert.deepEqual(elementsByPath(await caller.rest()), echoed);
  });

  guarded("B2 a value whose every byte has a frame of its own", async () => {
    await using scene = await ClientScene.open(harness);
    const result = scene.client(hello).hello?.();
    const peer = await scene.accepted();
    for (const byte of wire("0f 'hello from Rust'")) peer.send(frame([], Uint8Array.of(byte)));
    peer.end();
    assert.equal(await result, "hello from Rust");
  });

  guarded("B3 everything in one read, with bytes of paths before the root value that announces them", async () => {
    await using scene = await Scene.open(harness);
    scene.server.serve(streams, echo);
    const peer = scene.dial();
    const early = readFrames(golden.echoFrames).filter(({ path }) => path !== "");
    peer.send(
      golden.echoHeader,
      ...early.map(({ path, data }) => frame(path.split(",").map(Number), data)),
      wire("00 01 00 00 01 00"),
    );
    peer.end();
    assert.deepEqual(bytesByPath(await peer.rest()), bytesByPath(golden.echoFrames));
  });

  guarded("B4 empty root frames, any number of them, mean nothing", async () => {
    await using scene = await Scene.open(harness);
    scene.server.serve(store, { delete: () => {} });
    scene.server.serve(hello, { hello: () => "hello from Rust" });
    const peer = scene.dial();
    peer.send(header("wasi:keyvalue/store", "delete"), "00 00 00 00 00 02 03 'k' 00 00 00 02 'ey' 00 00 00 00");
    peer.end();
    await peer.receivesEnd();
    const nullary = scene.dial();
    nullary.send(header("wrpc-examples:hello/handler", "hello"), "00 00 00 00 00 00");
    await nullary.receives(golden.helloResponse);
    nullary.end();
    await nullary.receivesEnd();
    assert.deepEqual(scene.failures, []);
  });

  guarded("B4 empty frames on a path are not its end", async () => {
    await using scene = await ClientScene.open(harness);
    const result = scene.client(flows).bytes?.([]);
    const peer = await scene.accepted();
    peer.send("00 01 00", frame([0], ""), frame([0], "01 2a"), frame([0], ""), frame([0], "01 2b 00"));
    peer.end();
    assert.deepEqual(await allBytes(await result), [0x2a, 0x2b]);
  });

  guarded("B5 paths interleaved byte by byte", async () => {
    await using scene = await ClientScene.open(harness);
    const result = scene.client(streams).echo?.({ numbers: [], bytes: [] });
    const peer = await scene.accepted();
    const numbers = wire("02 01 02 01 ac 02 00");
    const bytes = wire("02 09 08 00");
    peer.send("00 01 00 00 01 00");
    for (let at = 0; at < numbers.length; at++) {
      peer.send(frame([0, 0], numbers.slice(at, at + 1)), frame([0, 1], bytes.slice(at, at + 1)));
    }
    peer.end();
    await checkEchoed(await result);
  });

  for (const [what, limits, bytes] of [
    ["a path of 65 numbers", {}, `41 ${"00 ".repeat(65)}`],
    ["a path that is announced with four billion numbers", {}, "ff ff ff ff 0f"],
    ["a frame above the limit", { maxFrameBytes: 1000 }, "00 e9 07"],
    ["a frame of four billion bytes", {}, "00 ff ff ff ff 0f"],
    ["a length of more than 32 bits", {}, "00 ff ff ff ff 1f"],
    ["a number that never ends", {}, "80 80 80 80 80 80 80"],
  ] as const) {
    guarded(`B6 ${what} breaks the call off before anything is allocated, server role`, async () => {
      await using scene = await Scene.open(harness, { server: { limits } });
      const failures: string[] = [];
      const own = scene.failures;
      scene.serve(flows, { bytes: (v: unknown) => v });
      const peer = scene.dial();
      peer.send(header("test:flows/flows", "bytes"), "00 01 00", bytes);
      // The root frame of the answer may or may not be out by then.
      await peer.until(() => peer.state !== "open");
      failures.push(...(await scene.failureCodes(1)));
      assert.deepEqual(failures, ["protocol"]);
      assert.equal(own[0]?.name, "bytes");
    });

    guarded(`B6 ${what} fails the call, client role`, async () => {
      await using scene = await ClientScene.open(harness, { limits });
      const result = scene.client(hello).hello?.();
      const peer = await scene.accepted();
      await peer.receives(golden.helloRequest);
      peer.send(bytes);
      await failsWith(result, "protocol");
    });
  }

  guarded("B6 more open paths than the limit", async () => {
    await using scene = await ClientScene.open(harness, { limits: { maxOpenPaths: 10 } });
    const result = scene.client(flows).listStream?.([]);
    const peer = await scene.accepted();
    peer.send("00 0c 0b 00 00 00 00 00 00 00 00 00 00 00");
    await failsWith(result, "resource-exhausted", /maxOpenPaths/);
  });

  guarded("B7 a wrong version byte is refused without a byte in return", async () => {
    await using scene = await Scene.open(harness);
    for (const version of ["01", "16", "47", "57"]) {
      const peer = scene.dial();
      peer.send(version, "05 'hello'");
      await peer.receivesAbort(harness.showsAborts);
    }
    assert.deepEqual(await scene.failureCodes(4), ["protocol", "protocol", "protocol", "protocol"]);
  });

  guarded("B8 the end at every offset inside header, path, length and data", async () => {
    await using scene = await Scene.open(harness);
    let ran = 0;
    scene.server.serve(store, { delete: () => void ran++ });
    const complete = golden.deleteRequest.length;
    for (let at = 1; at < complete; at++) {
      const peer = scene.dial();
      peer.send(golden.deleteRequest.slice(0, at));
      peer.end();
      await peer.receivesAbort(harness.showsAborts);
    }
    assert.equal((await scene.failureCodes(complete - 1)).length, complete - 1);
    assert.equal(ran, 0, "the implementation never sees half of its parameters");
  });

  guarded("B8 the end at every offset of a response fails the call", async () => {
    await using scene = await ClientScene.open(harness);
    const client = scene.client(hello);
    for (let at = 0; at < golden.helloResponse.length; at++) {
      const result = client.hello?.();
      const peer = await scene.accepted();
      peer.send(golden.helloResponse.slice(0, at));
      peer.end();
      await failsWith(result, "unknown");
    }
  });

  guarded("B8 a client that connects, says nothing and leaves is no failed call", async () => {
    await using scene = await Scene.open(harness);
    const polite = scene.dial();
    polite.end();
    await polite.receivesEnd();
    scene.dial().abort();
    await turn();
    assert.deepEqual(scene.failures, []);
  });

  guarded("B9 bytes on a path that the type does not have are a protocol error, server role", async () => {
    await using scene = await Scene.open(harness);
    const started: string[] = [];
    scene.serve(calls, { take: (key: string) => void started.push(key) });
    scene.serve(flows, { bytes: (v: unknown) => v });
    const plain = scene.dial();
    plain.send(header("test:calls/calls@1.2.3", "take"), frame([0], "01 00"), "00 04 03 'key'");
    await plain.receivesAbort(harness.showsAborts);
    const flow = scene.dial();
    flow.send(header("test:flows/flows", "bytes"), frame([1], "01 00"), "00 01 00");
    await flow.receivesAbort(harness.showsAborts);
    assert.deepEqual(await scene.failureCodes(2), ["protocol", "protocol"]);
    assert.match(scene.failures[1]?.error.message ?? "", /path \[1\]/);
    assert.deepEqual(started, []);
  });

  guarded("B9 bytes on a path that the type does not have are a protocol error, client role", async () => {
    await using scene = await ClientScene.open(harness);
    for (const path of [[0], [1], [0, 2], [0, 0, 0]]) {
      const result = scene.client(streams).echo?.({ numbers: [], bytes: [] });
      const peer = await scene.accepted();
      peer.send(frame(path, "01 00"));
      await failsWith(result, "protocol", /path \[/);
    }
  });

  guarded("B10 frames behind a terminator are tolerated, and never sent", async () => {
    await using scene = await Scene.open(harness);
    scene.serve(flows, {
      bytes: (v: unknown) => v,
      upload: async (v: Stream<Uint8Array>) => BigInt((await allBytes(v)).length),
    });
    const peer = scene.dial();
    peer.send(header("test:flows/flows", "upload"), "00 01 00", frame([0], "01 2a 00"));
    peer.send(frame([0], ""), frame([0], "00"), frame([0], "01 2b"), frame([], "ff"));
    await peer.receives(frame([], "01"));
    peer.end();
    await peer.receivesEnd();
    const echoing = scene.dial();
    echoing.send(header("test:flows/flows", "bytes"), "00 01 00", frame([0], "01 2a 00 00 00 01 2b"), frame([0], "00"));
    echoing.end();
    assert.deepEqual(bytesByPath(await echoing.rest()), { "": "00", "0": "012a00" });
    assert.deepEqual(scene.failures, []);
  });

  guarded("B11 names that are no UTF-8, or too long, are refused", async () => {
    await using scene = await Scene.open(harness, { server: { limits: QUICK } });
    const bad = ["00 02 c3 28 01 'f'", "00 02 ff fe 01 'f'", "00 81 08", "00 ff ff ff ff 0f", "00 01 'i' 81 08"];
    for (const bytes of bad) {
      const peer = scene.dial();
      peer.send(bytes);
      await peer.receivesAbort(harness.showsAborts);
    }
    assert.deepEqual(
      await scene.failureCodes(bad.length),
      bad.map(() => "protocol"),
    );
  });

  guarded("B11 a name of exactly the longest length is taken", async () => {
    await using scene = await Scene.open(harness);
    const name = "n".repeat(1024);
    scene.server.serve(hello, { hello: () => "long" }, { instances: [name] });
    const peer = scene.dial();
    peer.send("00 80 08", new TextEncoder().encode(name), "05 'hello' 00 00");
    peer.end();
    await peer.receives("00 05 04 'long'");
    await peer.receivesEnd();
  });

  guarded("B12 no frame is larger than 64 KiB, and values may be", async () => {
    await using scene = await Scene.open(harness);
    scene.serve(calls, { bulk: (size: number) => new Uint8Array(size).fill(7) });
    const peer = scene.dial();
    peer.send(header("test:calls/calls@1.2.3", "bulk"), "00 03 c0 84 3d");
    peer.end();
    const frames = readFrames(await peer.rest());
    assert.ok(frames.every(({ path, data }) => path === "" && data.length <= 65_536 && data.length > 0));
    assert.equal(
      frames.reduce((sum, { data }) => sum + data.length, 0),
      1_000_000 + 3,
    );
  });
}

async function checkEchoed(result: unknown): Promise<void> {
  const [numbers, bytes] = result as [Stream<bigint>, Stream<Uint8Array>];
  const [a, b] = await Promise.all([Array.fromAsync(numbers), allBytes(bytes)]);
  assert.deepEqual(
    [a, b],
    [
      [1n, 2n, 300n],
      [9, 8],
    ],
  );
}
