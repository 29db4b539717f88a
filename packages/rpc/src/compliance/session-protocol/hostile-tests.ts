import assert from "node:assert/strict";
import { test } from "node:test";
import type { CallContext } from "@witwire/wit/values";
import { calls, flows, hello } from "../contracts.ts";
import type { Harness } from "../harness.ts";
import { ClientScene, eventually, failsWith, HANG_GUARD, QUICK, Scene } from "../scene.ts";
import { codeOf, frame, greeting, open, path, SessionPeer, text } from "./session-peer.ts";

const helloTarget = ["wrpc-examples:hello/handler", "hello"] as const;
const upload = ["test:flows/flows", "upload"] as const;
const wait = ["test:calls/calls@1.2.3", "wait"] as const;

/** Every row of the table of attacks in docs/limits.md that is a violation: what a peer sends, and the code that ends it. */
const violations: Record<string, { readonly frames: () => Uint8Array[]; readonly code?: string }> = {
  "an oversized frame": { frames: () => [Uint8Array.of(0x81, 0x80, 0x40)] },
  "metadata without end": {
    frames: () => [Uint8Array.of(0x80, 0x80, 0x40, 0x41, 1, 0), ...pairs(30)],
  },
  "data beyond the window": {
    frames: () => [open(1, upload, "00", { halfEnd: false }), frame(0x02, 1, path(0), new Uint8Array(65_537))],
  },
  "data of the root beyond the window": { frames: () => [open(1, wait, new Uint8Array(65_537), { halfEnd: false })] },
  "data for a call that was never opened": { frames: () => [frame(0x42, 7, "00")] },
  "data for a call of the server's that was never opened": { frames: () => [frame(0x42, 2, "00")] },
  "a call with the number of one that runs": { frames: () => [open(1, wait, ""), open(1, wait, "")] },
  "a call with a number that is lower than the last": { frames: () => [open(9, wait, ""), open(7, wait, "")] },
  "a call with a server's number": { frames: () => [open(2, wait, "")] },
  "data behind the end of a half": { frames: () => [open(1, wait, ""), frame(0x42, 1, "00")] },
  "data behind the end of a path": {
    frames: () => [
      open(1, upload, "00", { halfEnd: false }),
      frame(0x22, 1, path(0), "01 2a"),
      frame(0x02, 1, path(0), "00"),
    ],
  },
  "an answer to its own call": { frames: () => [open(1, wait, ""), frame(0x03, 1, text("internal"), "02", text(""))] },
  "credit of nothing": { frames: () => [open(1, wait, ""), frame(0x45, 1, 0)] },
  "credit beyond all windows": { frames: () => [open(1, wait, ""), frame(0x45, 1, 2 ** 31)] },
  "a call before its settings": { frames: () => [] },
};

/** Peers that mean harm, or know no better. */
export function hostileTests(harness: Harness): void {
  const guarded = (name: string, body: () => Promise<void>): void => void test(name, { timeout: HANG_GUARD }, body);

  for (const [what, { frames, code = "protocol" }] of Object.entries(violations)) {
    guarded(`${what} ends the connection with a code, and all that runs on it`, async () => {
      await using scene = await Scene.open(harness, { server: { limits: QUICK } });
      const signals: AbortSignal[] = [];
      const untilAborted = ({ signal }: CallContext): Promise<never> => {
        signals.push(signal);
        return whenAborted(signal);
      };
      scene.serve(calls, { wait: untilAborted });
      scene.serve(flows, { upload: (_v: unknown, context: CallContext) => untilAborted(context) });
      const bytes = scene.dial();
      if (what === "a call before its settings") {
        bytes.send(greeting.subarray(0, 8), open(1, wait, ""));
        const peer = await SessionPeer.greet(bytes, "");
        await peer.expectViolation(code);
      } else {
        const peer = await SessionPeer.greet(bytes);
        for (const piece of frames()) peer.send(piece);
        await peer.expectViolation(code);
      }
      await eventually(() => scene.server.stats().connections === 0 && signals.every(({ aborted }) => aborted));
      assert.ok((await scene.failureCodes(1)).includes(code));
      scene.server.serve(hello, { hello: () => "still there" });
      assert.equal(await scene.client(hello).hello?.(), "still there");
    });
  }

  guarded("what does not begin with the preface is aborted without a byte in return", async () => {
    await using scene = await Scene.open(harness);
    for (const wrong of ["57 00", "'WITWIRX'", "'WITWIRE' 00"]) {
      const peer = scene.dial();
      peer.send(wrong);
      await peer.receivesAbort(harness.showsAborts);
    }
    assert.deepEqual(await scene.failureCodes(3), ["protocol", "protocol", "protocol"]);
  });

  guarded("a preface that does not go on is aborted after a while", async () => {
    await using scene = await Scene.open(harness, { server: { limits: QUICK } });
    const peer = scene.dial();
    peer.send("'WITWI'");
    await peer.receivesAbort(harness.showsAborts);
    assert.deepEqual(await scene.failureCodes(1), ["deadline-exceeded"]);
  });

  guarded("bytes on a path that the type does not have fail the call, and no other", async () => {
    await using scene = await Scene.open(harness);
    scene.serve(flows, { upload: () => 1n });
    scene.serve(calls, {});
    scene.server.serve(hello, { hello: () => "hi" });
    const peer = await SessionPeer.greet(scene.dial());
    peer.send(open(1, ["test:calls/calls@1.2.3", "take"], "", { halfEnd: false }), frame(0x02, 1, path(3), "00"));
    assert.equal(codeOf(await peer.expect("error", 1)), "protocol");
    peer.send(open(3, helloTarget, ""));
    await peer.expect("data", 3);
  });

  guarded("metadata above the limit is refused, and parameters that are never complete are given up", async () => {
    const limits = { ...QUICK, maxMetadataBytes: 10 };
    await using scene = await Scene.open(harness, { server: { limits } });
    scene.serve(calls, { take: () => assert.fail("half of a parameter is none") });
    const peer = await SessionPeer.greet(scene.dial());
    peer.send(frame(0xc1, 1, text("test:calls/calls@1.2.3"), text("take"), 1, text("key"), text("x".repeat(100))));
    assert.equal(codeOf(await peer.expect("error", 1)), "resource-exhausted");
    peer.send(frame(0x01, 3, 0, "7f 'half'"));
    assert.equal(codeOf(await peer.expect("error", 3)), "deadline-exceeded");
  });

  guarded("more streams than may be open fail the call", async () => {
    await using scene = await ClientScene.open(harness, { limits: { maxOpenPaths: 10 } });
    const result = scene.client(flows).listStream?.([]);
    const peer = await SessionPeer.greet(await scene.accepted());
    await peer.expect("open", 1);
    peer.send(frame(0x42, 1, `0b ${"00".repeat(11)}`));
    await failsWith(result, "resource-exhausted", /maxOpenPaths/);
  });

  guarded("a peer that gives credit and reads nothing is dropped after a while", async () => {
    await using scene = await Scene.open(harness, { server: { limits: QUICK } });
    scene.serve(calls, { bulk: (size: number) => new Uint8Array(size) });
    const peer = await SessionPeer.greet(scene.dial());
    peer.bytes.pause();
    peer.send(open(1, ["test:calls/calls@1.2.3", "bulk"], "80 80 80 08"), frame(0x45, 1, 2 ** 30));
    await eventually(() => scene.server.stats().connections === 0);
  });

  guarded("frames for a call that is over are under way, and skipped", async () => {
    await using scene = await Scene.open(harness);
    scene.server.serve(hello, { hello: () => "hi" });
    const peer = await SessionPeer.greet(scene.dial());
    peer.send(open(1, helloTarget, ""));
    await peer.expect("data", 1);
    peer.send(frame(0x04, 1, text("cancelled")), frame(0x45, 1, 100), frame(0x46, 1), frame(0x42, 1, "2a"));
    peer.send(frame(0x11, 3, 0));
    await peer.expect("data", 3);
    assert.deepEqual(scene.failures, []);
  });

  guarded("calls beyond the limit are refused, and too many of them end the connection", async () => {
    await using scene = await Scene.open(harness, { server: { limits: { maxInvocations: 1, maxFutileFrames: 5 } } });
    scene.serve(calls, { wait: ({ signal }: CallContext) => whenAborted(signal) });
    const peer = await SessionPeer.greet(scene.dial());
    peer.send(open(1, wait, ""));
    for (let id = 3; id < 13; id += 2) {
      peer.send(frame(0x11, id, 0));
      assert.equal(codeOf(await peer.expect("error", id)), "resource-exhausted");
    }
    peer.send(frame(0x11, 13, 0));
    await peer.expectViolation("resource-exhausted");
  });

  guarded("too many pings end the connection", async () => {
    await using scene = await Scene.open(harness, { server: { limits: { maxFutileFrames: 5 } } });
    const peer = await SessionPeer.greet(scene.dial());
    for (let i = 0; i < 6; i++) peer.send(frame(0x07, "0102030405060708"));
    await peer.expectViolation("resource-exhausted");
  });

  guarded(
    "a server that breaks the protocol fails the client's calls, and the next ones find another connection",
    async () => {
      await using scene = await ClientScene.open(harness, { limits: QUICK });
      const client = scene.client(hello);
      const result = client.hello?.();
      const peer = await SessionPeer.greet(await scene.accepted());
      await peer.expect("open", 1);
      peer.send(frame(0x42, 5, "00"));
      await failsWith(result, "protocol", /call 5/);
      const again = client.hello?.();
      const other = await SessionPeer.greet(await scene.accepted());
      await other.expect("open", 1);
      other.send(frame(0x52, 1, text("hi")));
      assert.equal(await again, "hi");
    },
  );
}

/** Rejects when a caller has left. */
function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
}

/** Pieces of metadata that goes on and on: a count in the first, and empty pairs. */
function pairs(kilobytes: number): Uint8Array[] {
  return [Uint8Array.of(0xff, 0xff, 0x3f), ...Array.from({ length: kilobytes }, () => new Uint8Array(1024))];
}
