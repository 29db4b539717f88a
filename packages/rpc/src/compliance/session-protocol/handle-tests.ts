import assert from "node:assert/strict";
import { test } from "node:test";
import type { CallContext } from "@witwire/wit/values";
import { createClient } from "../../client/create-client.ts";
import { desk } from "../contracts.ts";
import { Desk, Listener, Note } from "../desk.ts";
import type { Harness } from "../harness.ts";
import { ClientScene, eventually, failsWith, HANG_GUARD, QUICK, Scene } from "../scene.ts";
import { type Bytes, codeOf, frame, open, SessionPeer } from "./session-peer.ts";

const target = (name: string): readonly [string, string] => ["test:desk/desk", name];
const give = (...handles: number[]): Uint8Array => frame(0x0a, ...handles);
const drop = (...numbers: number[]): Uint8Array => frame(0x09, ...numbers);

/** What ends the connection. Server's note 1 was given to the peer, in its call 1. */
const violations: Record<string, { readonly frames: () => Bytes[]; readonly code?: string }> = {
  "handles in front of a frame that holds no values": { frames: () => [give(4), frame(0x07, "0102030405060708")] },
  "a handle of kind 2 that is given": { frames: () => [give(6)] },
  "a handle of kind 3 that is given": { frames: () => [give(7)] },
  "a handle with the number 0": { frames: () => [give(0)] },
  "a handle that is given twice": { frames: () => [give(4, 4)] },
  "a handle that is given again": { frames: () => [give(4), open(3, target("keep"), "01 04"), give(4)] },
  "a resource that is given back without having been given": { frames: () => [give(4 * 2 + 1)] },
  "a drop of what was never given": { frames: () => [drop(2)] },
  "a drop of the number 0": { frames: () => [drop(0)] },
  "a drop of nothing": { frames: () => [frame(0x09)] },
  "more handles than anybody may give": {
    frames: () =>
      Array.from({ length: 21 }, (_, i) => give(...Array.from({ length: 500 }, (_, k) => 4 * (500 * i + k + 1)))),
    code: "resource-exhausted",
  },
};

/** Handles on the wire, with a peer that is played by hand. */
export function handleTests(harness: Harness): void {
  const guarded = (name: string, body: () => Promise<void>): void => void test(name, { timeout: HANG_GUARD }, body);

  /** A peer that holds the server's note 1. */
  const holding = async (scene: Scene): Promise<SessionPeer> => {
    scene.server.serve(desk, new Desk() as never);
    const peer = await SessionPeer.greet(scene.dial());
    peer.send(open(1, target("note"), "03 'abc'"));
    const given = await peer.expect("give", 4);
    assert.equal(given.body.length, 0);
    const answer = await peer.expect("data", 1);
    assert.deepEqual([...answer.body], [1, 4], "a handle of one byte: number 1, kept by the server");
    return peer;
  };

  for (const [what, { frames, code = "protocol" }] of Object.entries(violations)) {
    guarded(`${what} ends the connection, and disposes of what was given on it`, async () => {
      const live = Note.live;
      await using scene = await Scene.open(harness, { server: { limits: QUICK } });
      const peer = await holding(scene);
      assert.equal(Note.live, live + 1);
      for (const piece of frames()) peer.send(piece);
      await peer.expectViolation(code);
      await eventually(() => scene.server.stats().handles === 0);
      assert.equal(Note.live, live);
    });
  }

  const notFound: Record<string, Bytes[]> = {
    "an own of a handle that was not given": [open(3, target("keep"), "01 04")],
    "an own of another handle than was given": [give(8), open(3, target("keep"), "01 04")],
    "an own of a resource that was not given back": [open(3, target("burn"), "01 05")],
    "two owns of one handle": [give(8), open(3, target("echo-all"), "02 01 08 01 08")],
    "an own of another type than was given back": [give(5), open(3, target("keep"), "01 05")],
    "a borrow of a number that is not there": [open(3, target("read"), "01 09")],
    "a borrow of another type": [open(3, target("ask"), "01 05 01 'x'")],
    "a borrow of what was given back": [give(5), open(3, target("read"), "01 05")],
    "a borrow of kind 3": [open(3, target("read"), "01 07")],
    "a handle of no bytes": [open(3, target("read"), "00")],
    "a handle that is not in its shortest form": [open(3, target("read"), "02 85 00")],
    "a handle of more than 53 bits": [open(3, target("read"), `09 ${"ff".repeat(8)}01`)],
    "the handle of plain wRPC": [open(3, target("read"), `10 ${"2a".repeat(16)}`)],
  };
  for (const [what, frames] of Object.entries(notFound)) {
    guarded(`${what} fails the call, and nothing is kept for it`, async () => {
      await using scene = await Scene.open(harness);
      const peer = await holding(scene);
      for (const piece of frames) peer.send(piece);
      let frame = await peer.next();
      while (frame.type === "drop") frame = await peer.next();
      assert.deepEqual([frame.type, frame.id], ["error", 3]);
      assert.equal(codeOf(frame), "not-found");
      const kept = frames.some((piece) => piece instanceof Uint8Array && piece[1] === 0x0a && piece[2] === 5) ? 0 : 1;
      await eventually(() => scene.server.stats().handles === kept);
    });
  }

  guarded("what is given to calls that are refused, over or unheard of is dropped at once", async () => {
    await using scene = await Scene.open(harness);
    const live = Note.live;
    const peer = await holding(scene);
    peer.send(give(4), open(3, ["test:desk/desk", "nowhere"], "01 04"));
    await peer.expect("error", 3);
    assert.deepEqual([(await peer.expect("drop")).id], [1]);
    // Call 1 is over, and note 1 comes home to nobody.
    peer.send(give(8, 5), frame(0x42, 1, "00"));
    assert.equal((await peer.expect("drop")).id, 2);
    await eventually(() => scene.server.stats().handles === 0);
    assert.equal(Note.live, live);
    // It is gone, which may have crossed.
    peer.send(drop(1));
    peer.send(open(5, target("note-list"), "00"));
    await peer.expect("data", 5);
  });

  guarded("more than this side is willing to hold fails the call that brings it, and is dropped", async () => {
    await using scene = await Scene.open(harness, { server: { limits: { maxHandles: 2 } } });
    const peer = await holding(scene);
    peer.send(give(4, 8, 12), open(3, target("echo-all"), "03 01 04 01 08 01 0c"));
    assert.equal(codeOf(await peer.expect("error", 3)), "resource-exhausted");
    assert.deepEqual([...(await peer.expect("drop")).body], [2, 3]);
    const data = open(5, target("pass-on"), "00", { halfEnd: false });
    peer.send(data, give(16, 20, 24), frame(0x02, 5, "01 00", "03 01 10 01 14 01 18"));
    let frameOf5 = await peer.next();
    while (frameOf5.type !== "error") frameOf5 = await peer.next();
    assert.equal(codeOf(frameOf5), "resource-exhausted");
    await eventually(() => scene.server.stats().handles === 1);
    peer.send(drop(1));
    await eventually(() => scene.server.stats().handles === 0);
  });

  guarded("drops of what was freed, again and again, end the connection", async () => {
    await using scene = await Scene.open(harness, { server: { limits: { ...QUICK, maxFutileFrames: 5 } } });
    const peer = await holding(scene);
    for (let i = 0; i < 7; i++) peer.send(drop(1));
    await peer.expectViolation("resource-exhausted");
  });

  guarded(
    "a client answers for its resources, and a server that drops what was lent has broken the protocol",
    async () => {
      await using scene = await ClientScene.open(harness, { limits: QUICK });
      const listener = new Listener();
      const asked = failsWith(
        createClient(desk, scene.transport).ask?.(listener, "x"),
        "protocol",
        /does not hold resource 1/,
      );
      const peer = await SessionPeer.greet(await scene.accepted());
      const opened = await peer.expect("open", 1);
      assert.deepEqual([...opened.body.subarray(-4)], [1, 4, 1, 120], "lent, so no GIVE came before");
      peer.send(open(2, ["test:desk/listeners", "listener.heard"], "01 05 02 'hi'"));
      const answer = await peer.expect("data", 2);
      assert.deepEqual([...answer.body], [1]);
      assert.deepEqual(listener.words, ["hi"]);
      peer.send(
        open(4, ["test:desk/listeners", "[constructor]listener"], ""),
        open(6, ["test:desk/desk", "keep"], "01 05"),
      );
      for (const id of [4, 6]) assert.equal(codeOf(await peer.expect("error", id)), "unimplemented");
      peer.send(drop(1));
      await peer.expectViolation("protocol");
      await asked;
      assert.equal(listener.disposed, false, "it was only lent");
    },
  );

  guarded("a deadline of the peer's ends what it calls of a client's resource", async () => {
    await using scene = await ClientScene.open(harness, { limits: QUICK });
    const listener = new Listener();
    let aborted = false;
    listener.wait = ({ signal }: CallContext) =>
      new Promise((_, reject) =>
        signal.addEventListener("abort", () => {
          aborted = true;
          reject(signal.reason);
        }),
      );
    const kept = createClient(desk, scene.transport).keep?.(listener);
    const peer = await SessionPeer.greet(await scene.accepted());
    await peer.expect("give", 4);
    await peer.expect("open", 1);
    peer.send(open(2, ["test:desk/listeners", "listener.wait"], "01 05", { timeout: 30_000 }));
    assert.equal(codeOf(await peer.expect("error", 2)), "deadline-exceeded");
    assert.ok(aborted);
    peer.send(drop(1), frame(0x52, 1, "07"));
    assert.equal(await kept, 7);
    await eventually(() => listener.disposed && scene.transport.stats().handles === 0);
    await scene.transport.close();
  });
}
