import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient } from "../../client/create-client.ts";
import type { SessionState, SessionTransport } from "../../peer/session-transport.ts";
import { calls, hello } from "../contracts.ts";
import type { Harness } from "../harness.ts";
import { golden } from "../plain-protocol/golden.ts";
import { ClientScene, eventually, failsWith, HANG_GUARD, QUICK, Scene } from "../scene.ts";
import { aborted, waiting } from "../waiting.ts";
import { frame, greeting, open, SessionPeer, text } from "./session-peer.ts";

const helloTarget = ["wrpc-examples:hello/handler", "hello"] as const;

/** The states of a connection, and of a transport over it. */
export function connectionTests(harness: Harness): void {
  const guarded = (name: string, body: () => Promise<void>): void => void test(name, { timeout: HANG_GUARD }, body);

  guarded("a session and plain wRPC are answered at the same address", async () => {
    await using scene = await Scene.open(harness);
    scene.server.serve(hello, { hello: () => "hello from Rust" });
    const plain = scene.dial();
    plain.send(golden.helloRequest);
    plain.end();
    await plain.receives(golden.helloResponse);
    await plain.receivesEnd();
    assert.equal(await scene.client(hello).hello?.(), "hello from Rust");
  });

  guarded("preface and settings may come byte by byte, and a version above ours is answered with ours", async () => {
    await using scene = await Scene.open(harness);
    scene.server.serve(hello, { hello: () => "hi" });
    const bytes = scene.dial();
    const first = Uint8Array.of(...greeting.subarray(0, 7), 9, 3, 0, 99, 7);
    await bytes.sendInPieces(first, 1);
    const peer = await SessionPeer.greet(bytes, "");
    peer.send(open(1, helloTarget, ""));
    await peer.expect("data", 1);
  });

  guarded("a peer that ends before its preface most likely speaks plain wRPC, and the error says so", async () => {
    await using scene = await ClientScene.open(harness);
    const result = scene.client(hello).hello?.();
    const peer = await scene.accepted();
    await peer.receives("'WITWIRE' 01");
    peer.end();
    await failsWith(result, "unavailable", /plain wRPC, use wrpc\+/);
  });

  guarded("a peer that says nothing is given up after a while", async () => {
    await using scene = await ClientScene.open(harness, { limits: QUICK });
    const result = scene.client(hello).hello?.();
    await scene.accepted();
    await failsWith(result, "unavailable", /headerTimeout/);
  });

  guarded("a peer that answers with something else is no session", async () => {
    await using scene = await ClientScene.open(harness);
    const result = scene.client(hello).hello?.();
    const peer = await scene.accepted();
    peer.send("'HTTP/1.1 400 Bad Request'");
    await failsWith(result, "protocol", /does not begin as a session/);
  });

  guarded("the states of a transport are told as they change", async () => {
    const scene = await Scene.open(harness);
    const states = watch(scene.transport);
    assert.equal((scene.transport as SessionTransport).state, "idle");
    const { context, wait } = waiting();
    scene.serve(calls, { wait });
    const outcome = scene.client(calls).wait?.();
    const running = await context.promise;
    const closed = scene.server.close();
    await eventually(() => (scene.transport as SessionTransport).state === "draining");
    running.end();
    assert.equal(await outcome, "done");
    await closed;
    await eventually(() => (scene.transport as SessionTransport).state === "idle");
    await scene.transport.close();
    assert.deepEqual(states, ["connecting", "ready", "draining", "idle", "closed"]);
    await scene[Symbol.asyncDispose]();
  });

  guarded("a connection that is lost is made again; one that cannot be is waited with", async () => {
    using _ = longWaits();
    await using scene = await ClientScene.open(harness);
    const states = watch(scene.transport);
    const client = scene.client(hello);
    for (let round = 0; round < 2; round++) {
      const result = client.hello?.();
      const peer = await SessionPeer.greet(await scene.accepted());
      await peer.expect("open", 1);
      peer.bytes.abort();
      await assert.rejects(result as Promise<unknown>, { code: "unavailable", started: "maybe" });
      await eventually(() => scene.transport.stats().connections === 0);
    }
    assert.deepEqual(states, ["connecting", "ready", "idle", "connecting", "ready", "backing-off"]);
    await assert.rejects(client.hello?.() as Promise<unknown>, (error: Error & { started?: string }) => {
      assert.equal(error.started, "no");
      assert.match(error.message, /the next attempt is due in \d+ ms/);
      return true;
    });
    await eventually(() => states.at(-1) === "idle");
    const result = client.hello?.();
    const peer = await SessionPeer.greet(await scene.accepted());
    await peer.expect("open", 1);
    peer.send(frame(0x52, 1, text("again")));
    assert.equal(await result, "again");
  });

  guarded("GOAWAY lets running calls end, fails those above it, and sends new ones elsewhere", async () => {
    await using scene = await ClientScene.open(harness);
    const client = scene.client(hello);
    const first = client.hello?.();
    const second = client.hello?.();
    const peer = await SessionPeer.greet(await scene.accepted());
    await peer.expect("open", 1);
    await peer.expect("open", 3);
    peer.send(frame(0x08, 1, text("unavailable"), text("maintenance")));
    await assert.rejects(second as Promise<unknown>, { code: "unavailable", started: "no", retryable: true });
    const third = client.hello?.();
    const other = await SessionPeer.greet(await scene.accepted());
    await other.expect("open", 1);
    other.send(frame(0x52, 1, text("elsewhere")));
    assert.equal(await third, "elsewhere");
    peer.send(frame(0x52, 1, text("still here")));
    assert.equal(await first, "still here");
    await peer.bytes.until(() => peer.bytes.state === "ended");
    peer.bytes.end();
  });

  guarded("a server that drains answers what runs, and takes nothing more", async () => {
    await using scene = await Scene.open(harness);
    const { context, wait } = waiting();
    scene.serve(calls, { wait });
    const peer = await SessionPeer.greet(scene.dial());
    peer.send(open(1, ["test:calls/calls@1.2.3", "wait"], ""));
    const running = await context.promise;
    const drained = scene.server.drain();
    await peer.expect("go-away", 1);
    // It was under way; nobody looks at it.
    peer.send(frame(0x11, 3, 0));
    running.end();
    await peer.expect("data", 1);
    await peer.bytes.until(() => peer.bytes.state === "ended");
    peer.bytes.end();
    await drained;
    assert.equal(scene.server.stats().connections, 0);
  });

  guarded("a client that goes away while its calls run makes their signals known", async () => {
    await using scene = await Scene.open(harness);
    const { context, wait } = waiting();
    scene.serve(calls, { wait });
    const outcome = failsWith(scene.client(calls).wait?.(), "cancelled");
    const running = await context.promise;
    await scene.transport.close({ force: true });
    await outcome;
    await aborted(running);
  });

  guarded("a silent peer is asked, and dropped when it does not answer", async () => {
    const limits = { keepaliveInterval: 100, keepaliveTimeout: 100 };
    await using scene = await ClientScene.open(harness, { limits });
    const result = scene.client(hello).hello?.();
    await SessionPeer.greet(await scene.accepted());
    await failsWith(result, "unavailable", /has not answered a ping/);
  });

  guarded("a peer that answers its pings may be silent otherwise", async () => {
    const limits = { keepaliveInterval: 60, keepaliveTimeout: 10_000 };
    await using scene = await ClientScene.open(harness, { limits });
    const result = scene.client(hello).hello?.();
    const peer = await SessionPeer.greet(await scene.accepted());
    await peer.expect("open", 1);
    for (let answered = 0; answered < 3; answered++) peer.send(frame(0x17, (await peer.nextPing()).body));
    peer.send(frame(0x52, 1, text("here")));
    assert.equal(await result, "here");
  });

  guarded("pings are answered with their bytes", async () => {
    await using scene = await Scene.open(harness);
    const peer = await SessionPeer.greet(scene.dial());
    peer.send(frame(0x07, "0102030405060708"));
    await peer.bytes.until(() => peer.waiting.length === 1);
    assert.deepEqual([peer.waiting[0]?.flags, peer.waiting[0]?.body], [1, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)]);
  });

  guarded("two clients of one transport share its connection", async () => {
    await using scene = await Scene.open(harness);
    scene.server.serve(hello, { hello: () => "hi" });
    scene.serve(calls, { nullary: () => "x" });
    await Promise.all([scene.client(hello).hello?.(), createClient(calls, scene.transport).nullary?.()]);
    assert.deepEqual([scene.server.stats().connections, scene.transport.stats().connections], [1, 1]);
  });
}

/** The states that a transport goes through from now on. */
function watch(transport: unknown): SessionState[] {
  const states: SessionState[] = [];
  (transport as SessionTransport).onStateChange = (state) => states.push(state);
  return states;
}

/** How long is waited is drawn by lot, and may be next to nothing: too little to see it. */
function longWaits(): Disposable {
  const { random } = Math;
  Math.random = () => 0.9;
  return {
    [Symbol.dispose]() {
      Math.random = random;
    },
  };
}
