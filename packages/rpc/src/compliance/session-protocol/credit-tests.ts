import assert from "node:assert/strict";
import { test } from "node:test";
import type { Stream } from "@witwire/wit/values";
import { calls, flows } from "../contracts.ts";
import { pieces } from "../flow-values.ts";
import type { Harness } from "../harness.ts";
import { ClientScene, eventually, failsWith, HANG_GUARD, QUICK, Scene } from "../scene.ts";
import { toHex } from "../wire-bytes.ts";
import { codeOf, frame, open, path, type ReadFrame, SessionPeer } from "./session-peer.ts";

const WINDOW = 65_536;
const target = (name: string) => ["test:flows/flows", name] as const;

/** Who may send how much, and what holds up what. */
export function creditTests(harness: Harness): void {
  const guarded = (name: string, body: () => Promise<void>): void => void test(name, { timeout: HANG_GUARD }, body);

  guarded("a window is filled and not exceeded, and credit is used to the byte", async () => {
    await using scene = await Scene.open(harness);
    scene.serve(flows, { download: (size: number) => pieces(size, 1_000_000) });
    const peer = await SessionPeer.greet(scene.dial());
    // One chunk of a million bytes, behind a count of three.
    peer.send(open(1, target("download"), "c0 84 3d"));
    assert.equal(toHex((await peer.expect("data", 1)).body), "00");
    assert.equal(await received(peer, WINDOW), WINDOW);
    assert.equal(peer.waiting.length, 0);
    peer.send(frame(0x05, 1, path(0), 10));
    assert.equal(await received(peer, 10), 10);
    peer.send(frame(0x05, 1, path(0), 2_000_000));
    const rest = 1_000_000 + 3 - WINDOW - 10 + 1;
    assert.equal(await received(peer, rest), rest);
  });

  guarded("the root has a window, too", async () => {
    await using scene = await Scene.open(harness);
    scene.serve(calls, { bulk: (size: number) => new Uint8Array(size) });
    const peer = await SessionPeer.greet(scene.dial());
    peer.send(open(1, ["test:calls/calls@1.2.3", "bulk"], "c0 84 3d"));
    assert.equal(await received(peer, WINDOW), WINDOW);
    assert.equal(peer.waiting.length, 0);
    peer.send(frame(0x45, 1, 2_000_000));
    assert.equal(await received(peer, 1_000_003 - WINDOW), 1_000_003 - WINDOW);
  });

  guarded("credit comes back as the consumer reads, and not before", async () => {
    await using scene = await Scene.open(harness);
    const go = Promise.withResolvers<void>();
    scene.serve(flows, {
      upload: async (v: Stream<Uint8Array>) => {
        await go.promise;
        let bytes = 0n;
        for await (const chunk of v) bytes += BigInt(chunk.length);
        return bytes;
      },
    });
    const peer = await SessionPeer.greet(scene.dial());
    peer.send(open(1, target("upload"), "00", { halfEnd: false }));
    // A chunk of 65,533 bytes behind a count of three fills the window.
    peer.send(frame(0x02, 1, path(0), "fd ff 03", new Uint8Array(WINDOW - 3)));
    await eventually(() => scene.server.stats().calls === 1);
    assert.equal(peer.waiting.length, 0);
    go.resolve();
    const { body } = await peer.expect("credit", 1);
    assert.equal(toHex(body.subarray(0, 2)), "0100");
    peer.send(frame(0x22, 1, path(0), "00"), frame(0x52, 1));
    // More credit may come in between: how often depends on how the medium has cut the chunk.
    let answer = await peer.next();
    while (answer.type === "credit") answer = await peer.next();
    assert.equal(answer.type, "data");
    assert.equal(toHex(answer.body), "fdff03");
  });

  guarded("bytes that came in pieces are passed on as one chunk", async () => {
    await using scene = await Scene.open(harness);
    scene.serve(flows, { bytes: (v: unknown) => v });
    const peer = await SessionPeer.greet(scene.dial());
    // Four bytes in two frames, and two behind them, all at once.
    const pieces = ["040102", "0304", "020506"].map((bytes) => frame(0x02, 1, path(0), bytes));
    peer.send(open(1, target("bytes"), "00", { halfEnd: false }), ...pieces);
    assert.equal(toHex((await peer.expect("data", 1)).body), "00");
    assert.equal(toHex((await peer.expect("data", 1)).body), "010006010203040506");
  });

  guarded("a reader that pauses holds up neither its sibling nor other calls", async () => {
    await using scene = await Scene.open(harness);
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      for (;;) yield new Uint8Array(50_000);
    };
    scene.serve(flows, { split: () => ({ first: endless(), second: pieces(20_000_000, 50_000) }) });
    scene.serve(calls, { add: (a: number, b: number) => a + b });
    const result = (await scene.client(flows).split?.(0)) as Record<"first" | "second", Stream<Uint8Array>>;
    await result.first.nextChunk();
    const others = Array.from({ length: 100 }, (_, i) => scene.client(calls).add?.(i, 1));
    let bytes = 0;
    for await (const chunk of result.second) bytes += chunk.length;
    assert.equal(bytes, 20_000_000);
    assert.deepEqual(
      await Promise.all(others),
      others.map((_, i) => i + 1),
    );
    assert.ok((await result.first.nextChunk())?.length);
    result.first.cancel();
  });

  guarded("credit that never comes ends the call after a while, and its producer", async () => {
    await using scene = await Scene.open(harness, { server: { limits: QUICK } });
    let returned = false;
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield new Uint8Array(50_000);
      } finally {
        returned = true;
      }
    };
    scene.serve(flows, { download: endless });
    const peer = await SessionPeer.greet(scene.dial());
    peer.send(open(1, target("download"), "00"));
    for (;;) {
      const frame = await peer.next();
      if (frame.type === "data") continue;
      assert.deepEqual([frame.type, codeOf(frame)], ["error", "resource-exhausted"]);
      break;
    }
    await eventually(() => returned);
    assert.deepEqual(await scene.failureCodes(1), ["resource-exhausted"]);
  });

  guarded(
    "streams that nobody reads fill the connection's budget, and the call that holds the most fails",
    async () => {
      await using scene = await ClientScene.open(harness, { limits: { maxBufferedBytes: 300_000 } });
      const greedy = scene.client(flows).listStream?.([]) as Promise<Stream<Uint8Array>[]>;
      const modest = scene.client(flows).download?.(0) as Promise<Stream<Uint8Array>>;
      const peer = await SessionPeer.greet(await scene.accepted());
      peer.send(frame(0x42, 1, "05 00 00 00 00 00"), frame(0x42, 3, "00"));
      const streams = await greedy;
      const calm = await modest;
      const full = new Uint8Array(WINDOW);
      full.set([0xfd, 0xff, 0x03]);
      peer.send(frame(0x02, 3, path(0), "01 2a"));
      for (let i = 0; i < 5; i++) peer.send(frame(0x02, 1, path(0, i), full));
      await eventually(() => scene.transport.stats().invocations === 1);
      await failsWith((async () => streams[0]?.nextChunk())(), "resource-exhausted", /the most of all/);
      assert.deepEqual(await calm.nextChunk(), Uint8Array.of(42));
      calm.cancel();
      peer.send(frame(0x52, 3));
    },
  );
}

/** Reads data until there is enough of it. @returns how much came */
async function received(peer: SessionPeer, enough: number): Promise<number> {
  let bytes = 0;
  while (bytes < enough) {
    const frame: ReadFrame = await peer.expect("data", 1);
    const head = (frame.flags & 4) === 0 ? 2 : 0;
    bytes += frame.body.length - head;
  }
  return bytes;
}
