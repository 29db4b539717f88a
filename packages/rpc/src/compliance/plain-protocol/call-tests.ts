import assert from "node:assert/strict";
import { test } from "node:test";
import { findWorld } from "@witwire/wit/model";
import type { CallContext } from "@witwire/wit/values";
import { turn } from "../byte-peer.ts";
import { commonCallTests } from "../call-tests.ts";
import { calls, flows, hello, store, worlds } from "../contracts.ts";
import type { Harness } from "../harness.ts";
import { ClientScene, eventually, HANG_GUARD, QUICK, Scene } from "../scene.ts";
import { waiting } from "../waiting.ts";
import { frame, toHex } from "../wire-bytes.ts";
import { golden, header } from "./golden.ts";

/** List C: what a call can come to. */
export function callTests(harness: Harness): void {
  commonCallTests(harness);
  const guarded = (name: string, body: () => Promise<void>): void => void test(name, { timeout: HANG_GUARD }, body);

  guarded("C2 a nullary function starts before the caller has ended its half", async () => {
    await using scene = await Scene.open(harness);
    scene.server.serve(hello, { hello: () => "hello from Rust" });
    const peer = scene.dial();
    peer.send(golden.helloRequest.slice(0, -2));
    await peer.receives(golden.helloResponse);
    peer.end();
    await peer.receivesEnd();
  });

  guarded("C2 a function without a result is answered by the end, and by nothing else", async () => {
    await using scene = await ClientScene.open(harness);
    let answered = false;
    const result = scene
      .client(store)
      .delete?.("key")
      .then(() => {
        answered = true;
      });
    const peer = await scene.accepted();
    await peer.receives(golden.deleteRequest);
    await peer.receivesEnd();
    peer.send("00 00");
    for (let i = 0; i < 5; i++) await turn();
    assert.equal(answered, false);
    peer.end();
    await result;
  });

  guarded("C3 parameters that are no values of their types never reach the implementation", async () => {
    await using scene = await Scene.open(harness);
    scene.serve(calls, {});
    for (const params of ["00 02 02 00", "00 03 01 c3 28", "00 06 ff ff ff ff 0f 00"]) {
      const peer = scene.dial();
      peer.send(header("test:calls/calls@1.2.3", params.startsWith("00 02") ? "check" : "take"), params);
      await peer.receivesAbort(harness.showsAborts);
    }
    assert.deepEqual(await scene.failureCodes(3), ["protocol", "protocol", "resource-exhausted"]);
  });

  guarded("C4 a client that breaks off in the middle of its parameters", async () => {
    await using scene = await Scene.open(harness);
    scene.server.serve(store, { delete: () => assert.fail("half of a parameter is none") });
    const peer = scene.dial();
    peer.send(golden.deleteRequest.slice(0, -1));
    await eventually(() => scene.server.stats().connections === 1);
    peer.abort();
    await eventually(() => scene.server.stats().connections === 0);
  });

  guarded("C4 a client that breaks off in the middle of a stream among its parameters", async () => {
    await using scene = await Scene.open(harness);
    scene.serve(flows, { bytes: (v: unknown) => v });
    const peer = scene.dial();
    peer.send(header("test:flows/flows", "bytes"), "00 01 00", frame([0], "02 2a"));
    await peer.receives(frame([], "00"));
    await peer.receives(frame([0], "01 2a"));
    peer.abort();
    assert.deepEqual(await scene.failureCodes(1), ["unknown"]);
  });

  guarded("C4 a client that breaks off in the middle of results", async () => {
    await using scene = await Scene.open(harness);
    let returned = false;
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield new Uint8Array(65_536);
      } finally {
        returned = true;
      }
    };
    scene.serve(flows, { download: () => endless() });
    const peer = scene.dial();
    peer.send(header("test:flows/flows", "download"), "00 01 00");
    await peer.take(200_000);
    peer.abort();
    await eventually(() => returned);
    assert.deepEqual(await scene.failureCodes(1), ["unknown"]);
  });

  guarded("C5 an implementation that resolves after its caller has gone changes nothing", async () => {
    await using scene = await Scene.open(harness);
    const { context, wait } = waiting({ stubborn: true });
    scene.serve(calls, { wait });
    const peer = scene.dial();
    peer.send(header("test:calls/calls@1.2.3", "wait"), "00 00");
    const running = await context.promise;
    peer.abort();
    if (harness.showsAborts) {
      await scene.failureCodes(1);
      assert.equal(scene.server.stats().calls, 1, "it still runs, so it still counts");
    }
    running.end();
    await eventually(() => scene.server.stats().calls === 0);
  });

  guarded("C6 connections above the limit are refused, and the others go on", async () => {
    await using scene = await Scene.open(harness, { server: { limits: { maxConnections: 2 } } });
    scene.server.serve(hello, { hello: () => "hello from Rust" });
    const idle = [scene.dialIdle(), scene.dialIdle()];
    await eventually(() => scene.server.stats().connections === 2);
    await assert.rejects(scene.client(hello).hello?.() as Promise<unknown>);
    for (const peer of idle) peer.end();
    await eventually(() => scene.server.stats().connections === 0);
    assert.equal(await scene.client(hello).hello?.(), "hello from Rust");
  });

  guarded("C7 clients that are slow with their header block nobody and are thrown out", async () => {
    await using scene = await Scene.open(harness, { server: { limits: QUICK } });
    scene.server.serve(hello, { hello: () => "hello from Rust" });
    const silent = scene.dialIdle();
    const slow = scene.dial();
    const sending = (async () => {
      for (const byte of golden.helloRequest) {
        if (slow.state !== "open") return;
        slow.send(Uint8Array.of(byte));
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    })();
    assert.equal(await scene.client(hello).hello?.(), "hello from Rust");
    await silent.receivesAbort(harness.showsAborts);
    await slow.receivesAbort(harness.showsAborts);
    assert.deepEqual(await scene.failureCodes(2), ["deadline-exceeded", "deadline-exceeded"]);
    await sending;
  });

  guarded("C7 clients that are slow with their parameters are thrown out", async () => {
    await using scene = await Scene.open(harness, { server: { limits: QUICK } });
    scene.server.serve(store, { delete: () => assert.fail("half of a parameter is none") });
    const peer = scene.dial();
    peer.send(golden.deleteRequest.slice(0, -1));
    await peer.receivesAbort(harness.showsAborts);
    assert.deepEqual(await scene.failureCodes(1), ["deadline-exceeded"]);
  });

  guarded("C9 root functions are served without an instance and under the world's id", async () => {
    await using scene = await Scene.open(harness);
    const app = findWorld(worlds, "app");
    scene.server.serve(app, { ping: () => "pong", run: (n: number) => n + 1 });
    const peer = scene.dial();
    peer.send("00 | 00 | 04 'ping' | 00 00");
    peer.end();
    await peer.receives("00 05 04 'pong'");
    await peer.receivesEnd();
    assert.equal(await scene.client(app).run?.(1), 2);
    assert.equal(await scene.client(app, { instance: "test:worlds/app@0.1.0" }).ping?.(), "pong");
  });

  guarded("C12 the context tells who calls, and of no limit where the protocol cannot carry one", async () => {
    await using scene = await Scene.open(harness);
    let seen: CallContext | undefined;
    scene.serve(calls, {
      add: (a: number, b: number, context: CallContext) => {
        seen = context;
        return a + b;
      },
    });
    await scene.client(calls).add?.(1, 2, { timeout: 10_000, metadata: { token: "x" } });
    assert.equal(seen?.peer.transport, harness.name);
    if (harness.carriesMetadata === true) {
      assert.ok(Number.isFinite(seen?.timeRemaining()));
      assert.equal(seen?.metadata.token, "x");
    } else {
      assert.equal(seen?.timeRemaining(), Number.POSITIVE_INFINITY);
      assert.deepEqual(seen?.metadata, {});
    }
    assert.equal(seen?.signal.aborted, false);
  });

  guarded("C17 a server that closes lets running calls end, and drops idle connections at once", async () => {
    const scene = await Scene.open(harness);
    const { context, wait } = waiting();
    scene.serve(calls, { wait });
    const outcome = scene.client(calls).wait?.();
    const running = await context.promise;
    const idle = scene.dialIdle();
    await eventually(() => scene.server.stats().connections === 2);
    const closed = scene.server.close();
    await idle.receivesAbort(harness.showsAborts);
    const late = scene.dial();
    late.send(golden.helloRequest);
    await late.receivesAbort(harness.showsAborts);
    running.end();
    assert.equal(await outcome, "done");
    await closed;
    await scene[Symbol.asyncDispose]();
  });

  guarded("C17 a server that closes does not wait for a peer that never ends its half", async () => {
    await using scene = await Scene.open(harness);
    scene.server.serve(hello, { hello: () => "hello from Rust" });
    const peer = scene.dial();
    peer.send(golden.helloRequest);
    await peer.receives(golden.helloResponse);
    await scene.server.close({ grace: 0 });
    assert.equal(scene.server.stats().connections, 0);
  });

  guarded("C18 a report that throws does no harm", async () => {
    const report = console.error;
    const reported: unknown[] = [];
    console.error = (...args) => reported.push(args);
    try {
      const onFailure = (): never => {
        throw new Error("the log is full");
      };
      await using scene = await Scene.open(harness, { server: { onFailure } });
      scene.server.serve(hello, { hello: () => "hello from Rust" });
      for (const bytes of ["01", "00 01 'i' 01 'f'", "00 02 ff fe"]) {
        const peer = scene.dial();
        peer.send(bytes);
        await peer.receivesAbort(harness.showsAborts);
      }
      assert.equal(await scene.client(hello).hello?.(), "hello from Rust");
    } finally {
      console.error = report;
    }
    assert.equal(reported.length, 3);
  });

  guarded("C19 a peer that does not read a large result cannot hold its connection for ever", async () => {
    await using scene = await Scene.open(harness, { server: { limits: QUICK } });
    scene.serve(calls, { bulk: (size: number) => new Uint8Array(size) });
    const peer = scene.dial();
    peer.pause();
    peer.send(header("test:calls/calls@1.2.3", "bulk"), frame([], "80 80 80 04"));
    peer.end();
    await eventually(() => scene.server.stats().connections === 1);
    await eventually(() => scene.server.stats().connections === 0);
    assert.ok(toHex(peer.received).length / 2 < 8 * 1024 * 1024);
  });
}
