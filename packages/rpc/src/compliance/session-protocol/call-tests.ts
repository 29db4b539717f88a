import assert from "node:assert/strict";
import { test } from "node:test";
import type { CallContext, Metadata, Stream } from "@witwire/wit/values";
import { createClient } from "../../client/create-client.ts";
import { isRpcError, RpcError } from "../../errors.ts";
import type { SessionTransport } from "../../peer/session-transport.ts";
import { calls, flows, hello } from "../contracts.ts";
import type { Harness } from "../harness.ts";
import { ClientScene, eventually, failsWith, HANG_GUARD, Scene } from "../scene.ts";
import { aborted, waiting } from "../waiting.ts";
import { toHex } from "../wire-bytes.ts";
import { codeOf, frame, greeting, open, SessionPeer, text } from "./session-peer.ts";

const helloTarget = ["wrpc-examples:hello/handler", "hello"] as const;
const waitTarget = ["test:calls/calls@1.2.3", "wait"] as const;

/** What the session says about a call that plain wRPC cannot. */
export function callTests(harness: Harness): void {
  const guarded = (name: string, body: () => Promise<void>): void => void test(name, { timeout: HANG_GUARD }, body);

  guarded("a call is one frame each way, and its target is spelled out once", async () => {
    await using scene = await Scene.open(harness);
    scene.server.serve(hello, { hello: () => "hi" });
    const peer = await SessionPeer.greet(scene.dial());
    peer.send(open(1, helloTarget, ""));
    assert.equal(toHex((await peer.expect("data", 1)).body), "026869");
    peer.send(frame(0x11, 3, 0));
    const answer = await peer.expect("data", 3);
    assert.deepEqual([toHex(answer.body), answer.flags], ["026869", 5]);
    assert.equal(scene.server.stats().connections, 1);
  });

  guarded("an error of the implementation's making crosses, its cause and stack do not", async () => {
    await using scene = await Scene.open(harness);
    scene.serve(calls, {
      nullary: () => {
        throw new RpcError("out-of-tea", "there is no tea", { cause: new Error("secret") });
      },
      take: () => {
        throw new Error("secret");
      },
    });
    await failsWith(scene.client(calls).nullary?.(), "out-of-tea", /^there is no tea$/);
    await assert.rejects(scene.client(calls).take?.("x") as Promise<unknown>, (error: RpcError) => {
      assert.deepEqual([error.code, error.started, error.cause], ["internal", "yes", undefined]);
      assert.doesNotMatch(error.message, /secret/);
      return true;
    });
  });

  guarded("codes that are not known survive, and so does what is said about calling again", async () => {
    await using scene = await ClientScene.open(harness);
    const result = scene.client(hello).hello?.();
    const peer = await SessionPeer.greet(await scene.accepted());
    await peer.expect("open", 1);
    peer.send(frame(0x13, 1, text("x-later"), "02", text("in a minute")));
    await assert.rejects(result as Promise<unknown>, {
      code: "x-later",
      message: "in a minute",
      started: "yes",
      retryable: true,
    });
  });

  guarded(
    "what is not served has not started, and that a further call has not says nothing about the first",
    async () => {
      await using scene = await Scene.open(harness);
      scene.serve(calls, { take: () => scene.client(hello).hello?.() });
      await assert.rejects(scene.client(hello).hello?.() as Promise<unknown>, { code: "unimplemented", started: "no" });
      await assert.rejects(scene.client(calls).take?.("x") as Promise<unknown>, {
        code: "unimplemented",
        started: "yes",
      });
    },
  );

  guarded("metadata crosses, whatever it is called, and is not handed on", async () => {
    await using scene = await Scene.open(harness);
    const seen: Metadata[] = [];
    scene.serve(calls, {
      nullary: (context: CallContext) => {
        seen.push(context.metadata);
        return "";
      },
      take: async (_key: string, context: CallContext) => {
        seen.push(context.metadata);
        await scene.client(calls).nullary?.(context);
      },
    });
    const metadata = JSON.parse('{"trace":"ő🚩","__proto__":"x","empty":""}') as Metadata;
    await scene.client(calls).take?.("x", { metadata });
    assert.deepEqual(Object.entries(seen[0] ?? {}), Object.entries(metadata));
    assert.deepEqual(seen[1], {});
  });

  guarded("metadata that is none, or too large, is refused before anything is sent", async () => {
    await using scene = await Scene.open(harness);
    scene.serve(calls, {});
    const client = scene.client(calls);
    await failsWith(client.nullary?.({ metadata: { Upper: "x" } }), "invalid-argument", /Upper/);
    await failsWith(client.nullary?.({ metadata: { "": "x" } }), "invalid-argument");
    await failsWith(client.nullary?.({ metadata: { a: 7 } }), "invalid-argument", /string/);
    await failsWith(client.nullary?.({ metadata: { a: "x".repeat(16_384) } }), "resource-exhausted", /metadata/);
    assert.deepEqual(scene.failures, []);
  });

  guarded("a caller's deadline is known to the implementation, the usual one is not", async () => {
    await using scene = await Scene.open(harness);
    const remaining: number[] = [];
    scene.serve(calls, {
      nullary: (context: CallContext) => {
        remaining.push(context.timeRemaining());
        return "";
      },
    });
    await scene.client(calls).nullary?.({ timeout: 20_000 });
    await scene.client(calls).nullary?.();
    assert.ok((remaining[0] ?? 0) > 1000 && (remaining[0] ?? 0) <= 20_000, String(remaining[0]));
    assert.equal(remaining[1], Number.POSITIVE_INFINITY);
  });

  guarded("time that is up ends the call by the answerer's own clock", async () => {
    await using scene = await Scene.open(harness);
    const { context, wait } = waiting();
    scene.serve(calls, { wait });
    const peer = await SessionPeer.greet(scene.dial());
    peer.send(open(1, waitTarget, "", { timeout: 50_000 }));
    assert.equal(codeOf(await peer.expect("error", 1)), "deadline-exceeded");
    await aborted(await context.promise);
  });

  guarded("a chain of calls has less time with each hop, and stops everywhere when it is up", async () => {
    await using c = await Scene.open(harness);
    await using b = await Scene.open(harness);
    await using a = await Scene.open(harness);
    const remaining: number[] = [];
    const stopped: string[] = [];
    const hop = (name: string, next?: Scene) => async (context: CallContext) => {
      remaining.push(context.timeRemaining());
      context.signal.addEventListener("abort", () => stopped.push(name));
      return next === undefined ? new Promise(() => {}) : next.client(calls).wait?.(context);
    };
    const endless = waiting();
    c.serve(calls, {
      wait: (context: CallContext) => {
        void hop("c")(context);
        return endless.wait(context);
      },
    });
    b.serve(calls, { wait: hop("b", c) });
    a.serve(calls, { wait: hop("a", b) });
    await failsWith(a.client(calls).wait?.({ timeout: 300 }), "deadline-exceeded");
    await eventually(() => stopped.length === 3);
    assert.deepEqual(stopped.toSorted(), ["a", "b", "c"]);
    const [first = 0, second = 0, third = 0] = remaining;
    assert.ok(300 >= first && first > second && second > third, remaining.join());
  });

  guarded("a cancelled call reaches the implementation's signal, with the reason's code", async () => {
    await using scene = await Scene.open(harness);
    const { context, wait } = waiting();
    scene.serve(calls, { wait });
    const controller = new AbortController();
    const outcome = failsWith(scene.client(calls).wait?.({ signal: controller.signal }), "cancelled");
    const running = await context.promise;
    controller.abort();
    await outcome;
    await aborted(running);
    const { reason } = running.context.signal;
    assert.ok(isRpcError(reason) && reason.code === "cancelled");
  });

  guarded("a consumer that leaves one stream ends that one, and neither its sibling nor the call", async () => {
    await using scene = await Scene.open(harness);
    let stopped = false;
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield new Uint8Array(1000);
      } finally {
        stopped = true;
      }
    };
    const sibling = async function* (): AsyncGenerator<Uint8Array> {
      while (!stopped) {
        yield Uint8Array.of(1);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    };
    scene.serve(flows, { split: () => ({ first: endless(), second: sibling() }) });
    const result = (await scene.client(flows).split?.(0)) as Record<"first" | "second", Stream<Uint8Array>>;
    await result.first.nextChunk();
    result.first.cancel();
    for await (const _ of result.second);
    assert.equal(stopped, true);
    assert.deepEqual(scene.failures, []);
  });

  guarded("calls above the peer's limit wait, in order, under their deadlines", async () => {
    await using scene = await ClientScene.open(harness, { limits: { maxQueuedCalls: 2 } });
    const client = createClient(hello, scene.transport);
    const first = client.hello?.();
    const bytes = await scene.accepted();
    // Preface, and the setting that two calls may be open.
    const peer = await SessionPeer.greet(bytes, Uint8Array.of(...greeting.subarray(0, 8), 3, 0, 2, 2));
    await peer.expect("open", 1);
    // The setting has arrived.
    await eventually(() => (scene.transport as SessionTransport).state === "ready");
    const second = client.hello?.();
    const late = client.hello?.({ timeout: 50 });
    const third = client.hello?.();
    await assert.rejects(client.hello?.() as Promise<unknown>, { code: "resource-exhausted", started: "no" });
    await peer.expect("open", 3);
    await assert.rejects(late as Promise<unknown>, { code: "deadline-exceeded", started: "no" });
    assert.equal(peer.waiting.length, 0, "a call that waits is not sent");
    peer.send(frame(0x52, 1, text("one")));
    await peer.expect("open", 5);
    peer.send(frame(0x52, 3, text("two")), frame(0x52, 5, text("three")));
    assert.deepEqual(await Promise.all([first, second, third]), ["one", "two", "three"]);
  });

  guarded("call 1,025 waits for one of the 1,024 that may be open", async () => {
    await using scene = await Scene.open(harness);
    const ends: (() => void)[] = [];
    scene.serve(calls, { wait: () => new Promise<string>((resolve) => ends.push(() => resolve("done"))) });
    const client = scene.client(calls);
    const outcomes = Array.from({ length: 1025 }, () => client.wait?.());
    await eventually(() => ends.length === 1024);
    assert.deepEqual([scene.server.stats().calls, scene.transport.stats().invocations], [1024, 1025]);
    ends[0]?.();
    await eventually(() => ends.length === 1025);
    for (const end of ends) end();
    assert.ok((await Promise.all(outcomes)).every((outcome) => outcome === "done"));
  });

  guarded("ten thousand calls at once, where that is allowed", async () => {
    const limits = { maxInvocations: 10_000, maxCalls: 20_000 };
    await using scene = await Scene.open(harness, { server: { limits } });
    let running = 0;
    let most = 0;
    const all = Promise.withResolvers<void>();
    scene.serve(calls, {
      nullary: () => "",
      add: async (a: number, b: number) => {
        most = Math.max(most, ++running);
        if (running === 10_000) all.resolve();
        await all.promise;
        running--;
        return a + b;
      },
    });
    const client = scene.client(calls);
    // Before the server's settings are there, only the usual number of calls would leave.
    await client.nullary?.();
    const sums = await Promise.all(Array.from({ length: 10_000 }, (_, i) => client.add?.(i, 1)));
    assert.ok(sums.every((sum, i) => sum === i + 1));
    assert.equal(most, 10_000);
  });

  guarded("cancelled calls whose implementations still run count, and further ones are refused", async () => {
    await using scene = await Scene.open(harness, { server: { limits: { maxInvocations: 2 } } });
    const stubborn = [waiting({ stubborn: true }), waiting({ stubborn: true })];
    let next = 0;
    scene.serve(calls, { wait: (context: CallContext) => stubborn[next++]?.wait(context), nullary: () => "x" });
    const client = scene.client(calls);
    const controller = new AbortController();
    const outcomes = stubborn.map(() => failsWith(client.wait?.({ signal: controller.signal }), "cancelled"));
    const running = await Promise.all(stubborn.map(({ context }) => context.promise));
    controller.abort();
    await Promise.all(outcomes);
    await assert.rejects(client.nullary?.() as Promise<unknown>, {
      code: "resource-exhausted",
      started: "no",
      retryable: true,
    });
    for (const { end } of running) end();
    await eventually(() => scene.server.stats().calls === 0);
    assert.equal(await client.nullary?.(), "x");
  });
}
