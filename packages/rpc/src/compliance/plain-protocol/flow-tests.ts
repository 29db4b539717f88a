import assert from "node:assert/strict";
import { test } from "node:test";
import { Stream } from "@witwire/wit/values";
import { turn } from "../byte-peer.ts";
import { flows } from "../contracts.ts";
import { commonFlowTests } from "../flow-tests.ts";
import { all, allBytes, count, pieces, same, seeded } from "../flow-values.ts";
import type { Harness } from "../harness.ts";
import { ClientScene, eventually, failsWith, HANG_GUARD, nothingLeft, QUICK, Scene } from "../scene.ts";
import { bytesByPath, concat, elementsByPath, frame, unsigned, wire } from "../wire-bytes.ts";
import { header } from "./golden.ts";

/** List D: streams and futures. */
export function flowTests(harness: Harness): void {
  commonFlowTests(harness);
  const guarded = (name: string, body: () => Promise<void>): void => void test(name, { timeout: HANG_GUARD }, body);

  guarded("D2 empty streams and empty chunks", async () => {
    await using scene = await ClientScene.open(harness);
    const empty = new Uint8Array(0);
    const result = scene.client(flows).collect?.(Stream.fromChunks([[], Uint32Array.of(7), []]));
    const peer = await scene.accepted();
    await peer.receives(concat(header("test:flows/flows", "collect"), wire("00 01 00"), frame([0], "01 07")));
    await peer.receives(frame([0], "00"));
    await peer.receivesEnd();
    peer.end();
    await result;
    const uploaded = scene.client(flows).upload?.([empty, empty, Uint8Array.of(1), empty]);
    const second = await scene.accepted();
    assert.deepEqual(bytesByPath((await second.rest()).slice(header("test:flows/flows", "upload").length)), {
      "": "00",
      "0": "010100",
    });
    second.send("00 01 01");
    assert.equal(await uploaded, 1n);
  });

  guarded("D3 a future whose call ends before its value", async () => {
    await using scene = await ClientScene.open(harness);
    const result = scene.client(flows).later?.(Promise.resolve("x"));
    const peer = await scene.accepted();
    peer.send("00 01 00", frame([0], "05 'he'"));
    peer.end();
    await failsWith(result, "unknown", /before the future on path \[0\] was complete/);
  });

  guarded("D4 nested streams by their bytes", async () => {
    await using scene = await Scene.open(harness);
    scene.serve(flows, { streamStream: same, futureStream: same });
    const outer = scene.dial();
    outer.send(header("test:flows/flows", "stream-stream"));
    outer.send("00 01 00 | 01 00 03 02 00 00 | 02 00 00 02 01 01 | 02 00 01 02 01 02");
    outer.send("01 00 01 00 | 02 00 00 01 00 | 02 00 01 01 00");
    outer.end();
    const { "0": markers, ...inner } = bytesByPath(await outer.rest());
    assert.match(markers ?? "", /^(020000|01000100)00$/);
    assert.deepEqual(inner, { "": "00", "0,0": "010100", "0,1": "010200" });
    const future = scene.dial();
    future.send(
      header("test:flows/flows", "future-stream"),
      "00 01 00 | 01 00 01 00 | 01 00 04 03 01 02 03 | 01 00 01 00",
    );
    future.end();
    assert.deepEqual(bytesByPath(await future.rest()), { "": "00", "0": "000301020300" });
  });

  guarded("D5 element numbers run on across chunks", async () => {
    await using scene = await ClientScene.open(harness);
    const one = (byte: number): Uint8Array[] => [Uint8Array.of(byte)];
    const result = scene.client(flows).streamStream?.(Stream.fromChunks([[one(1), one(2)], [one(3)]]));
    const peer = await scene.accepted();
    const sent = await peer.rest();
    const paths = bytesByPath(sent.slice(header("test:flows/flows", "stream-stream").length));
    assert.deepEqual(paths, { "": "00", "0": "020000010000", "0,0": "010100", "0,1": "010200", "0,2": "010300" });
    peer.send("00 01 00", frame([0], "00"));
    await all(await result);
  });

  guarded("D6 streams and futures that come whole, inside the value that holds them", async () => {
    await using scene = await ClientScene.open(harness);
    const client = scene.client(flows);
    const answer = async (result: unknown, ...parts: (Uint8Array | string)[]): Promise<unknown> => {
      const peer = await scene.accepted();
      peer.send(...parts);
      peer.end();
      return result;
    };
    assert.deepEqual(await allBytes(await answer(client.bytes?.([]), "00 04 01 02 01 02")), [1, 2]);
    assert.deepEqual(await allBytes(await answer(client.bytes?.([]), "00 02 01 00")), []);
    assert.deepEqual(await all(await answer(client.texts?.([]), "00 06 01 02 01 'a' 01 'b'")), ["a", "b"]);
    assert.equal(await answer(client.later?.("x"), "00 03 01 01 'y'"), "y");
    assert.deepEqual(await allBytes(await answer(client.futureStream?.([]), "00 04 01 01 01 2a")), [42]);
    const listed = (await answer(
      client.listStream?.([]),
      "00 05 02 01 01 07 00",
      frame([0, 1], "01 08 00"),
    )) as unknown[];
    assert.deepEqual(await Promise.all(listed.map(allBytes)), [[7], [8]]);
  });

  guarded("D7 a peer that never ends its half does not hold up the result", async () => {
    await using scene = await ClientScene.open(harness, { limits: QUICK });
    const result = scene.client(flows).bytes?.([Uint8Array.of(1)]);
    const peer = await scene.accepted();
    peer.send("00 01 00", frame([0], "01 2a"), frame([0], "00"));
    assert.deepEqual(await allBytes(await result), [42]);
    await nothingLeft(() => scene.transport.stats());
  });

  guarded("D7 parameters that go on after the results", async () => {
    await using scene = await ClientScene.open(harness);
    const { promise: gate, resolve } = Promise.withResolvers<void>();
    const slow = async function* (): AsyncGenerator<Uint8Array> {
      await gate;
      yield Uint8Array.of(9);
    };
    const result = scene.client(flows).started?.(slow());
    const peer = await scene.accepted();
    peer.send("00 03 02 'go'");
    peer.end();
    assert.equal(await result, "go");
    resolve();
    await peer.receives(concat(header("test:flows/flows", "started"), wire("00 01 00"), frame([0], "01 09")));
    await peer.receives(frame([0], "00"));
    await peer.receivesEnd();
  });

  guarded("D7 results that come before the parameters are complete", async () => {
    await using scene = await Scene.open(harness);
    const read: number[][] = [];
    scene.serve(flows, {
      started: (v: Stream<Uint8Array>) => {
        void allBytes(v).then((bytes) => read.push(bytes));
        return "go";
      },
    });
    const peer = scene.dial();
    peer.send(header("test:flows/flows", "started"), "00 01 00");
    await peer.receives("00 03 02 'go'");
    await peer.receivesEnd();
    peer.send(frame([0], "02 01 02"), frame([0], "00"));
    peer.end();
    await eventually(() => read.length === 1);
    assert.deepEqual(read, [[1, 2]]);
    assert.deepEqual(scene.failures, []);
  });

  guarded("D8 a peer that dies fails the streams that somebody reads, and those that somebody will", async () => {
    await using scene = await ClientScene.open(harness);
    const result = scene.client(flows).split?.(1);
    const peer = await scene.accepted();
    peer.send("00 02 00 00", frame([0, 0], "01 07"));
    const { first: one, second: two } = ((await result) ?? {}) as Record<string, Stream<Uint8Array>>;
    assert.deepEqual(await one?.nextChunk(), Uint8Array.of(7));
    const waiting = assert.rejects(Promise.resolve(one?.nextChunk()), { code: "unknown" });
    peer.abort();
    await waiting;
    await assert.rejects(async () => two?.nextChunk(), { code: "unknown" });
  });

  guarded("D9 a consumer that does not read stops the peer after the read-ahead", async () => {
    await using scene = await ClientScene.open(harness, { limits: { readAheadBytes: 10_000 } });
    const result = scene.client(flows).download?.(0);
    const peer = await scene.accepted();
    peer.send("00 01 00");
    const stream = (await result) as Stream<Uint8Array>;
    const chunk = frame([0], concat(Uint8Array.of(0x80, 0x80, 0x04), new Uint8Array(65_536)));
    let accepted = 0;
    while (peer.send(chunk) && accepted < 64) {
      accepted++;
      await turn();
    }
    assert.ok(accepted < 64, "the peer feels that nobody reads");
    stream.cancel();
  });

  guarded("D9 two streams one after the other fail at the budget, and the error names both", async () => {
    await using scene = await Scene.open(harness, { transport: { limits: { maxBufferedBytes: 500_000 } } });
    scene.serve(flows, { split: () => ({ first: pieces(2_000_000, 50_000), second: later() }) });
    const later = async function* (): AsyncGenerator<Uint8Array> {
      await new Promise(() => {});
      yield new Uint8Array(1);
    };
    const streams = ((await scene.client(flows).split?.(0)) ?? {}) as Record<string, Stream<Uint8Array>>;
    await failsWith(streams.second?.nextChunk(), "resource-exhausted", /on path \[0,0\].*for path \[0,1\]/);
    await scene.failureCodes(1);
    // Held up to here: a stream that nobody can reach any more is let go, and its bytes count no longer.
    streams.first?.cancel();
  });

  guarded("D9 a peer that does not read breaks the call off after a while", async () => {
    await using scene = await Scene.open(harness, { server: { limits: QUICK } });
    let returned = false;
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield new Uint8Array(65_536);
      } finally {
        returned = true;
      }
    };
    scene.serve(flows, { download: endless });
    const peer = scene.dial();
    peer.pause();
    peer.send(header("test:flows/flows", "download"), "00 01 00");
    assert.deepEqual(await scene.failureCodes(1), ["resource-exhausted"]);
    await eventually(() => returned);
  });

  guarded("D10 a stream of nothing is a count, and a future of nothing the end", async () => {
    await using scene = await Scene.open(harness);
    scene.serve(flows, {
      ticks: async (v: Stream<undefined>) => (await all(v)).length,
      signal: async (v: Promise<void>) => v,
    });
    const client = scene.client(flows);
    assert.equal(await client.ticks?.([undefined, undefined, undefined]), 3);
    assert.equal(await client.signal?.(Promise.resolve()), undefined);
    const peer = scene.dial();
    peer.send(header("test:flows/flows", "ticks"), "00 01 00", frame([0], "02"), frame([0], "05 00"));
    await peer.receives("00 01 07");
    peer.end();
  });

  for (const [what, cut] of [
    ["at a chunk's boundary", frame([0], "01 2a")],
    ["inside a chunk", frame([0], "02 2a")],
    ["before its first chunk", new Uint8Array(0)],
  ] as const) {
    guarded(`D11 a stream cut off ${what} is an error, client role`, async () => {
      await using scene = await ClientScene.open(harness);
      const result = scene.client(flows).bytes?.([]);
      const peer = await scene.accepted();
      peer.send("00 01 00", cut);
      const stream = await result;
      const reading = allBytes(stream);
      await turn();
      peer.end();
      await failsWith(reading, "unknown", /before the stream on path \[0\] was complete/);
    });

    guarded(`D11 a stream cut off ${what} is an error, server role`, async () => {
      await using scene = await Scene.open(harness);
      scene.serve(flows, { upload: count });
      const peer = scene.dial();
      peer.send(header("test:flows/flows", "upload"), "00 01 00", cut);
      await turn();
      peer.end();
      await peer.receivesAbort(harness.showsAborts);
      assert.deepEqual(await scene.failureCodes(1), ["unknown"]);
    });
  }

  guarded("D13 more finished paths than may be open at once", async () => {
    await using scene = await Scene.open(harness, { server: { limits: { maxOpenPaths: 8 } } });
    let finished = 0;
    scene.serve(flows, {
      maybeLater: async (v: Stream<Promise<Stream<Uint8Array> | undefined>>) => {
        let sum = 0n;
        for await (const future of v) {
          const stream = await future;
          sum += stream === undefined ? 1n : await count(stream);
          finished++;
        }
        return sum;
      },
    });
    const peer = scene.dial();
    peer.send(header("test:flows/flows", "maybe-later"), "00 01 00");
    for (let i = 0; i < 100; i++) {
      peer.send(frame([0], "01 00"), frame([0, i], i % 2 === 0 ? "00" : "01 00"));
      if (i % 2 === 1) peer.send(frame([0, i], "02 01 01 00"));
      if (i % 4 === 3) await eventually(() => finished === i + 1);
    }
    peer.send(frame([0], "00"));
    await peer.receives(frame([], "96 01"));
    peer.end();
    await peer.receivesEnd();
    assert.deepEqual(scene.failures, []);
  });

  guarded("D14 an outer stream that is left early does not let its inner ones pile up", async () => {
    await using scene = await ClientScene.open(harness, { limits: { readAheadBytes: 1000, maxBufferedBytes: 20_000 } });
    const result = scene.client(flows).streamStream?.([]);
    const peer = await scene.accepted();
    const inner = (index: number): Uint8Array => frame([0, index], concat(wire("e8 07"), new Uint8Array(1000)));
    peer.send("00 01 00", frame([0], "02 00 00"), inner(0), inner(7));
    const outer = (await result) as Stream<Stream<Uint8Array>>;
    const [kept] = (await outer.nextChunk()) as unknown as Stream<Uint8Array>[];
    outer.cancel();
    for (let i = 2; i < 60; i++) peer.send(inner(i));
    peer.send(frame([0, 0], "00"));
    assert.equal(await count(kept as Stream<Uint8Array>), 1000n);
  });

  guarded("D15 one read at a time, and cancelling as often as one likes", async () => {
    await using scene = await ClientScene.open(harness);
    const result = scene.client(flows).bytes?.([]);
    const peer = await scene.accepted();
    peer.send("00 01 00");
    const stream = (await result) as Stream<Uint8Array>;
    const reading = stream.nextChunk();
    assert.throws(() => stream.nextChunk(), TypeError);
    stream.cancel();
    stream.cancel();
    assert.equal(await reading, undefined);
    assert.equal(await stream.nextChunk(), undefined);
  });

  guarded("D18 random pieces: any stream arrives as it was sent", async () => {
    await using scene = await Scene.open(harness);
    scene.serve(flows, { numbers: same });
    const random = seeded(7);
    for (let round = 0; round < 20; round++) {
      const values = Array.from({ length: random(500) }, () => random(2 ** 32));
      const body = concat(...values.map((value) => Uint8Array.of(1, ...unsigned(value))), wire("00"));
      const peer = scene.dial();
      peer.send(header("test:flows/flows", "numbers"), "00 01 00");
      for (let at = 0; at < body.length; ) {
        const end = at + 1 + random(40);
        peer.send(frame([0], body.slice(at, end)));
        if (random(8) === 0) await turn();
        at = end;
      }
      peer.end();
      assert.deepEqual(elementsByPath(await peer.rest())["0"], values);
    }
  });
}
