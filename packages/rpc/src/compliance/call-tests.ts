import assert from "node:assert/strict";
import { test } from "node:test";
import type { InterfaceRef } from "@witwire/wit/model";
import { type CallContext, isWitError, WitError } from "@witwire/wit/values";
import { createClient } from "../client/create-client.ts";
import type { RpcErrorCode } from "../errors.ts";
import { calls, flows, hello, versions } from "./contracts.ts";
import type { Harness } from "./harness.ts";
import { CROWDED, failsWith, HANG_GUARD, Scene } from "./scene.ts";
import { aborted, countListeners, waiting } from "./waiting.ts";

const everything = {
  b: true,
  i8: -128,
  n8: 255,
  i16: -32768,
  n16: 65535,
  i32: -(2 ** 31),
  n32: 2 ** 32 - 1,
  i64: -(2n ** 63n),
  n64: 2n ** 64n - 1n,
  single: 0.5,
  double: Number.MAX_VALUE,
  c: "🚩",
  text: "\u{feff}Ő\0",
  bytes: Uint8Array.of(0, 255),
  words: Uint32Array.of(1, 2 ** 32 - 1),
  texts: ["", "a"],
  pair: [7, "seven"],
  maybe: undefined,
  nested: { tag: "some", val: undefined },
  outcome: { tag: "err", val: "no" },
  at: { x: -1, yAxis: 1 },
  shape: { tag: "circle", val: 1.5 },
  color: "deep-blue",
  rights: { read: true, write: false, executeAll: true },
};

/** List C as far as it is the same over plain wRPC and a session: what a call between our own two sides can come to. */
export function commonCallTests(harness: Harness): void {
  const guarded = (name: string, body: () => Promise<void>): void => void test(name, { timeout: HANG_GUARD }, body);
  /** What a caller learns of a failure that the other side gives a code. */
  const code = (said: RpcErrorCode): RpcErrorCode => (harness.session ? said : "unknown");
  const unserved = harness.unserved ?? code("unimplemented");
  const showsFailures = harness.session === true || harness.showsAborts;

  guarded("C1 values of every kind there and back", async () => {
    await using scene = await Scene.open(harness);
    scene.serve(calls, { echo: (v: unknown) => v });
    assert.deepEqual(await scene.client(calls).echo?.(everything), everything);
  });

  guarded("C1 values of a megabyte there and back", async () => {
    await using scene = await Scene.open(harness);
    scene.serve(calls, {
      bulk: (size: number) => new Uint8Array(size).fill(3),
      measure: (data: Uint8Array) => data.reduce((sum, byte) => sum + byte, 0),
    });
    const client = scene.client(calls);
    const data = (await client.bulk?.(1_000_000)) as Uint8Array;
    assert.equal(data.length, 1_000_000);
    assert.equal(await client.measure?.(data), 3_000_000);
  });

  guarded("C2 nothing in, nothing out", async () => {
    await using scene = await Scene.open(harness);
    let ran = 0;
    scene.serve(calls, { nothing: () => void ran++ });
    assert.equal(await scene.client(calls).nothing?.(), undefined);
    assert.equal(ran, 1);
  });

  guarded("C3 what is not served ends without a result, and the server knows why", async () => {
    await using scene = await Scene.open(harness);
    await failsWith(scene.client(hello).hello?.(), unserved);
    scene.server.serve(versions[0] as InterfaceRef, { version: () => "1" });
    await failsWith(createClient(hello, scene.transport, { instance: "test:versions/api@1.0.0" }).hello?.(), unserved);
    if (harness.unserved !== undefined) return;
    assert.deepEqual(await scene.failureCodes(2), ["unimplemented", "unimplemented"]);
    const [first, second] = scene.failures;
    assert.equal(first?.error.started, "no");
    assert.match(first?.error.message ?? "", /no instance "wrpc-examples:hello\/handler"/);
    assert.match(second?.error.message ?? "", /has no function "hello"; it has version/);
  });

  guarded("C3 an implementation that throws or rejects fails the call, and says why to its own side only", async () => {
    await using scene = await Scene.open(harness);
    const secret = new Error("secret");
    scene.serve(calls, {
      nullary: () => {
        throw secret;
      },
      add: async () => {
        throw secret;
      },
    });
    const client = scene.client(calls);
    for (const failing of [client.nullary?.(), client.add?.(1, 2)]) {
      await assert.rejects(
        failing as Promise<unknown>,
        (error: Error) => !JSON.stringify([error.message, error.cause]).includes("secret"),
      );
    }
    assert.deepEqual(await scene.failureCodes(2), ["internal", "internal"]);
    assert.ok(scene.failures.every(({ error }) => error.cause === secret && error.started === "yes"));
  });

  guarded("C3 a failed call without a result is an error wherever the medium can show it", async () => {
    await using scene = await Scene.open(harness);
    scene.serve(calls, {
      nothing: () => {
        throw new Error("failed");
      },
    });
    const outcome = scene.client(calls).nothing?.();
    if (showsFailures) await failsWith(outcome, code("internal"));
    else assert.equal(await outcome, undefined, "the protocol has no other way to say it");
    assert.deepEqual(await scene.failureCodes(1), ["internal"]);
  });

  guarded("C3 a result that does not fit its type fails the call", async () => {
    await using scene = await Scene.open(harness);
    scene.serve(calls, { nullary: () => 7, add: async () => -1, divide: () => "many" });
    const client = scene.client(calls);
    await failsWith(client.nullary?.(), code("internal"));
    await failsWith(client.add?.(1, 2), code("internal"));
    await failsWith(client.divide?.(1, 2), code("internal"));
    assert.deepEqual(await scene.failureCodes(3), ["internal", "internal", "internal"]);
    assert.match(scene.failures[0]?.error.message ?? "", /expected a string, got 7/);
  });

  guarded("C3 parameters that do not fit are refused before the server hears of them", async () => {
    await using scene = await Scene.open(harness);
    scene.serve(calls, {});
    scene.serve(flows, {});
    const client = scene.client(calls);
    await failsWith(client.add?.(-1, 2), "invalid-argument", /a: /);
    await failsWith(client.add?.(1), "invalid-argument");
    await failsWith(client.take?.(undefined), "invalid-argument");
    await failsWith(scene.client(flows).bytes?.("text"), "invalid-argument", /stream/);
    await failsWith(scene.client(flows).bytes?.(7), "invalid-argument", /stream/);
    assert.deepEqual(scene.failures, []);
  });

  guarded("C5 a deadline ends the call on both sides", async () => {
    await using scene = await Scene.open(harness);
    const { context, wait } = waiting();
    scene.serve(calls, { wait });
    // Long enough for a handshake on a busy machine, since it is to end a call that the server has.
    const outcome = scene.client(calls).wait?.({ timeout: 300 });
    await failsWith(outcome, "deadline-exceeded", /calls@1\.2\.3\.wait took longer than/);
    await aborted(await context.promise);
  });

  guarded("C5 a deadline that has passed opens nothing", async () => {
    await using scene = await Scene.open(harness);
    await failsWith(scene.client(calls).wait?.({ timeout: 0 }), "deadline-exceeded");
    await assert.rejects(scene.client(calls).wait?.({ timeout: 0 }) as Promise<unknown>, { started: "no" });
    await assert.rejects(scene.client(calls).wait?.({ signal: AbortSignal.abort() }) as Promise<unknown>, {
      code: "cancelled",
      started: "no",
    });
  });

  guarded("C5 the default deadline comes from the limits", async () => {
    await using scene = await Scene.open(harness);
    const { context, wait } = waiting();
    scene.serve(calls, { wait });
    const client = scene.client(calls, { limits: { callTimeout: 50 } });
    await failsWith(client.wait?.(), "deadline-exceeded");
    (await context.promise).end();
  });

  guarded("C5 an AbortSignal ends the call on both sides, and is let go of", async () => {
    await using scene = await Scene.open(harness);
    const { context, wait } = waiting();
    scene.serve(calls, { wait, nullary: () => "x" });
    const controller = new AbortController();
    const listeners = countListeners(controller.signal);
    assert.equal(await scene.client(calls).nullary?.({ signal: controller.signal }), "x");
    assert.equal(listeners(), 0);
    const outcome = scene.client(calls).wait?.({ signal: controller.signal });
    const running = await context.promise;
    assert.equal(listeners(), 1);
    const reason = new Error("changed my mind");
    controller.abort(reason);
    await assert.rejects(outcome as Promise<unknown>, { code: "cancelled", cause: reason });
    assert.equal(listeners(), 0);
    await aborted(running);
  });

  guarded("C6 a thousand calls at once", async () => {
    await using scene = await Scene.open(harness, CROWDED);
    scene.serve(calls, { add: async (a: number, b: number) => a + b });
    const client = scene.client(calls);
    const sums = await Promise.all(Array.from({ length: 1000 }, (_, i) => client.add?.(i, 1)));
    assert.deepEqual(
      sums,
      Array.from({ length: 1000 }, (_, i) => i + 1),
    );
  });

  guarded("C6 calls above the limit are refused, and the others go on", async () => {
    await using scene = await Scene.open(harness, { server: { limits: { maxCalls: 2 } } });
    const waiters = [waiting(), waiting()];
    let next = 0;
    scene.serve(calls, { wait: (context: CallContext) => waiters[next++]?.wait(context) });
    const client = scene.client(calls);
    const running = [client.wait?.(), client.wait?.()];
    const contexts = await Promise.all(waiters.map(({ context }) => context.promise));
    await failsWith(client.wait?.(), code("resource-exhausted"));
    assert.deepEqual(new Set(await scene.failureCodes(1)), new Set(["resource-exhausted"]));
    for (const { end } of contexts) end();
    assert.deepEqual(await Promise.all(running), ["done", "done"]);
  });

  guarded("C8 a function is served once; what was taken out of service can come again", async () => {
    await using scene = await Scene.open(harness);
    const client = scene.client(hello);
    const remove = scene.server.serve(hello, { hello: () => "one" });
    assert.throws(() => scene.server.serve(hello, { hello: () => "two" }), /handler\.hello is served already/);
    assert.equal(await client.hello?.(), "one");
    remove();
    await failsWith(client.hello?.(), unserved);
    scene.server.serve(hello, { hello: () => "two" });
    remove();
    assert.equal(await client.hello?.(), "two");
  });

  guarded("C8 a call that runs goes on when its function is taken out of service", async () => {
    await using scene = await Scene.open(harness);
    const { context, wait } = waiting();
    const remove = scene.serve(calls, { wait });
    const outcome = scene.client(calls).wait?.();
    const running = await context.promise;
    remove();
    running.end();
    assert.equal(await outcome, "done");
  });

  guarded("C10 versions of one interface side by side are matched exactly", async () => {
    await using scene = await Scene.open(harness);
    for (const contract of versions) scene.server.serve(contract, { version: () => contract.name });
    for (const contract of versions) assert.equal(await scene.client(contract).version?.(), contract.name);
    const [contract] = versions;
    assert.ok(contract);
    for (const near of ["test:versions/api", "test:versions/api@1.0.1", "test:versions/api@2.0.0"]) {
      await failsWith(scene.client(contract, { instance: near }).version?.(), unserved);
    }
  });

  guarded("C12 a context handed on as options carries the caller's cancellation along", async () => {
    await using scene = await Scene.open(harness);
    const { context, wait } = waiting();
    scene.serve(calls, {
      wait,
      join: (_a: string, _b: string | undefined, outer: CallContext) => scene.client(calls).wait?.(outer),
    });
    const controller = new AbortController();
    const outcome = scene.client(calls).join?.("a", undefined, { signal: controller.signal });
    const inner = await context.promise;
    controller.abort();
    await failsWith(outcome, "cancelled");
    await aborted(inner);
  });

  guarded("C12 options that are none are refused", async () => {
    await using scene = await Scene.open(harness);
    const client = scene.client(calls);
    await failsWith(client.nullary?.(7), "invalid-argument", /options/);
    await failsWith(client.nullary?.({ timeout: -1 }), "invalid-argument", /timeout/);
    await failsWith(client.nullary?.({ timeout: "5" }), "invalid-argument", /timeout/);
    await failsWith(client.nullary?.({ signal: {} }), "invalid-argument", /signal/);
  });

  guarded("C13 result<T, E> returns and throws, or is a value in the tagged form", async () => {
    await using scene = await Scene.open(harness);
    scene.serve(calls, {
      divide: (a: number, b: number) => {
        if (b === 0) throw new WitError("division by zero");
        return a / b;
      },
      check: async (ok: boolean) => {
        if (!ok) throw new WitError(undefined);
      },
    });
    const client = scene.client(calls);
    assert.equal(await client.divide?.(6, 3), 2);
    await assert.rejects(client.divide?.(6, 0) as Promise<unknown>, (error) => {
      assert.ok(isWitError(error));
      assert.equal(error.payload, "division by zero");
      return true;
    });
    assert.equal(await client.check?.(true), undefined);
    await assert.rejects(client.check?.(false) as Promise<unknown>, isWitError);
    const tagged = client.$tagged as unknown as typeof client;
    assert.deepEqual(await tagged.divide?.(6, 3), { tag: "ok", val: 2 });
    assert.deepEqual(await tagged.divide?.(6, 0), { tag: "err", val: "division by zero" });
    assert.deepEqual(scene.failures, []);
  });

  guarded("C13 anything but a fitting WitError from a function with a result is a failed call", async () => {
    await using scene = await Scene.open(harness);
    scene.serve(calls, {
      divide: (a: number) => {
        throw a === 0 ? new WitError(7) : new TypeError("broken");
      },
      nullary: () => {
        throw new WitError("no result is declared");
      },
    });
    const client = scene.client(calls);
    await failsWith(client.divide?.(0, 0), code("internal"));
    await failsWith(client.divide?.(1, 0), code("internal"));
    await failsWith(client.nullary?.(), code("internal"));
    assert.deepEqual(await scene.failureCodes(3), ["internal", "internal", "internal"]);
    assert.match(scene.failures[2]?.error.message ?? "", /nullary returns no result/);
  });

  guarded("C14 optional parameters at the end may be left out", async () => {
    await using scene = await Scene.open(harness);
    scene.serve(calls, { join: (a: string, b?: string) => `${a}+${b}` });
    const client = scene.client(calls);
    assert.equal(await client.join?.("a", "b"), "a+b");
    assert.equal(await client.join?.("a", undefined, { timeout: 5000 }), "a+undefined");
    assert.equal(await client.join?.("a"), "a+undefined");
  });

  guarded("C15 names that JavaScript has a meaning for", async () => {
    await using scene = await Scene.open(harness);
    assert.throws(
      () => scene.server.serve(calls, { echo() {} }),
      (error: Error) => error.message.includes("the function toString") && error.message.includes("the function then_"),
    );
    scene.serve(calls, { toString: () => "served", then_: () => "not a promise" });
    const client = scene.client(calls);
    assert.equal(await client.toString?.(), "served");
    assert.equal(await client.then_?.(), "not a promise");
    assert.equal(await client, client, "a client is no promise");
  });

  guarded("C16 thenables that misbehave are answered once", async () => {
    await using scene = await Scene.open(harness);
    const thenable = (run: (resolve: (value: unknown) => void, reject: (error: Error) => void) => void) =>
      // biome-ignore lint/suspicious/noThenProperty: such objects are what this test is about
      Object.defineProperty({}, "then", { value: run });
    // biome-ignore lint/suspicious/noThenProperty: as above
    const getter = Object.defineProperty({}, "then", {
      get: () => {
        throw new Error("no then for you");
      },
    });
    scene.serve(calls, {
      nullary: () =>
        thenable((resolve, reject) => {
          resolve("first");
          resolve("second");
          reject(new Error("third"));
        }),
      take: () => getter,
      divide: () => thenable((resolve) => resolve(3)),
    });
    const client = scene.client(calls);
    assert.equal(await client.nullary?.(), "first");
    assert.equal(await client.divide?.(1, 1), 3);
    await (showsFailures ? failsWith(client.take?.("x"), code("internal")) : client.take?.("x"));
    assert.deepEqual(await scene.failureCodes(1), ["internal"]);
  });

  guarded("C17 a server that closes breaks off what has not ended in time", async () => {
    await using scene = await Scene.open(harness);
    const { context, wait } = waiting();
    scene.serve(calls, { wait });
    const outcome = scene.client(calls).wait?.() as Promise<unknown>;
    const failed = failsWith(outcome, code("unavailable"));
    const running = await context.promise;
    await scene.server.close({ grace: 0 });
    await failed;
    await aborted(running);
    assert.deepEqual(await scene.failureCodes(1), ["unavailable"]);
  });

  guarded("C17 a transport that closes lets running calls end, and opens no more", async () => {
    await using scene = await Scene.open(harness);
    const { context, wait } = waiting();
    scene.serve(calls, { wait });
    const outcome = scene.client(calls).wait?.();
    const running = await context.promise;
    const closed = scene.transport.close();
    await assert.rejects(scene.client(calls).wait?.() as Promise<unknown>, { code: "unavailable", started: "no" });
    running.end();
    assert.equal(await outcome, "done");
    await closed;
  });

  guarded("C17 a transport that is closed by force cancels its calls", async () => {
    await using scene = await Scene.open(harness);
    const { context, wait } = waiting();
    scene.serve(calls, { wait });
    const outcome = failsWith(scene.client(calls).wait?.(), "cancelled");
    const running = await context.promise;
    await scene.transport.close({ force: true });
    await outcome;
    running.end();
  });
}
