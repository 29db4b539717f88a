import assert from "node:assert/strict";
import { test } from "node:test";
import { Stream } from "@witwire/wit/values";
import type { RpcErrorCode } from "../errors.ts";
import { flows } from "./contracts.ts";
import { all, allBytes, count, failing, first, nestings, pieces, same, settles } from "./flow-values.ts";
import type { Harness } from "./harness.ts";
import { eventually, failsWith, HANG_GUARD, QUICK, Scene } from "./scene.ts";

/** List D as far as it is the same over plain wRPC and a session: streams and futures between our own two sides. */
export function commonFlowTests(harness: Harness): void {
  const guarded = (name: string, body: () => Promise<void>): void => void test(name, { timeout: HANG_GUARD }, body);
  /** What a caller learns of a failure that the other side gives a code. */
  const code = (said: RpcErrorCode): RpcErrorCode => (harness.session ? said : "unknown");

  guarded("D1 streams of bytes, numbers and texts there and back", async () => {
    await using scene = await Scene.open(harness);
    scene.serve(flows, { bytes: same, numbers: same, texts: same });
    const client = scene.client(flows);
    assert.deepEqual(await allBytes(await client.bytes?.([Uint8Array.of(1, 2), Uint8Array.of(3)])), [1, 2, 3]);
    assert.deepEqual(await all(await client.numbers?.(Uint32Array.of(1, 300))), [1, 300]);
    assert.deepEqual(await all(await client.texts?.(["a", "", "ő"])), ["a", "", "ő"]);
  });

  guarded("D1 streams one way", async () => {
    await using scene = await Scene.open(harness);
    scene.serve(flows, { upload: count, download: (size: number) => pieces(size, 1000) });
    const client = scene.client(flows);
    assert.equal(await client.upload?.(pieces(10_000, 999)), 10_000n);
    assert.equal((await allBytes(await client.download?.(10_000))).length, 10_000);
  });

  guarded("D1 every kind of producer", async () => {
    await using scene = await Scene.open(harness);
    scene.serve(flows, { numbers: same, bytes: same });
    const client = scene.client(flows);
    const values = [1, 2, 3];
    const producers = [
      values,
      Uint32Array.from(values),
      new Set(values),
      values.values(),
      (async function* () {
        yield* values;
      })(),
      Stream.fromChunks([values, [], Uint32Array.of()]),
      ReadableStream.from(values),
    ];
    for (const producer of producers) assert.deepEqual(await all(await client.numbers?.(producer)), values);
    assert.deepEqual(await allBytes(await client.bytes?.([1, 2])), [1, 2]);
    assert.deepEqual(await allBytes(await client.bytes?.(Uint8Array.of(1, 2))), [1, 2]);
  });

  guarded("D2 one chunk of two megabytes, and a hundred thousand of one byte", async () => {
    await using scene = await Scene.open(harness);
    scene.serve(flows, { upload: count });
    const client = scene.client(flows);
    assert.equal(await client.upload?.([new Uint8Array(2_000_000)]), 2_000_000n);
    assert.equal(await client.upload?.(pieces(100_000, 1)), 100_000n);
  });

  guarded("D3 futures: late, inline, rejected, and never resolved before the end", async () => {
    await using scene = await Scene.open(harness);
    scene.serve(flows, { promised: same });
    const client = scene.client(flows);
    const { promise, resolve } = Promise.withResolvers<string>();
    const echoed = client.promised?.(promise) as Promise<unknown>;
    resolve("late");
    assert.equal(await echoed, "late");
    assert.equal(await client.promised?.(undefined), undefined);
    await failsWith(client.promised?.(Promise.reject(new Error("no value"))), "cancelled", /no value/);
  });

  for (const { name, sent, check } of nestings()) {
    guarded(`D4 ${name} there and back`, async () => {
      await using scene = await Scene.open(harness);
      scene.serve(flows, { [name]: same });
      await check(await scene.client(flows)[name]?.(sent()));
    });
  }

  guarded("D8 a consumer that stops early cancels the producer at the other side", async () => {
    await using scene = await Scene.open(harness);
    let returned = 0;
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield new Uint8Array(1000);
      } finally {
        returned++;
      }
    };
    scene.serve(flows, { download: endless, upload: async (v: Stream<Uint8Array>) => BigInt((await first(v)).length) });
    const client = scene.client(flows);
    await first((await client.download?.(0)) as Stream<Uint8Array>);
    await eventually(() => returned === 1);
    assert.equal(await client.upload?.([new Uint8Array(1000), new Uint8Array(1000)]), 1000n);
  });

  guarded("D8 an implementation that does not read its stream answers all the same", async () => {
    await using scene = await Scene.open(harness, { server: { limits: QUICK } });
    let cancelled = false;
    scene.serve(flows, { upload: () => 7n });
    const client = scene.client(flows);
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield new Uint8Array(50_000);
      } finally {
        cancelled = true;
      }
    };
    assert.equal(await client.upload?.(endless()), 7n);
    await eventually(() => cancelled);
  });

  guarded("D8 a producer that fails, in every way, fails the call", async () => {
    await using scene = await Scene.open(harness);
    scene.serve(flows, { upload: count, download: () => failing() });
    const client = scene.client(flows);
    const broken: Record<string, unknown> = {
      iterator: {
        [Symbol.iterator]: () => ({
          next: () => {
            throw new Error("broken");
          },
          return: () => {
            throw new Error("and not even that");
          },
        }),
      },
      stream: new Stream({
        next: () => {
          throw new Error("broken");
        },
        cancel: () => {
          throw new Error("and not even that");
        },
      }),
      asynchronous: failing(),
      undefinedChunk: [Uint8Array.of(1), undefined],
      wrongChunk: [Uint8Array.of(1), "text"],
      wrongElement: Stream.fromChunks([[1, 300]]),
    };
    for (const [what, producer] of Object.entries(broken)) {
      await assert.rejects(client.upload?.(producer) as Promise<unknown>, /broken|stream|chunk|expected/, what);
    }
    await assert.rejects(async () => allBytes(await client.download?.(0)), { code: code("internal") });
    await scene.failureCodes(1);
  });

  guarded("D8 a call that fails tells all its producers to stop", async () => {
    await using scene = await Scene.open(harness);
    scene.serve(flows, { merge: () => Promise.reject(new Error("no")) });
    let stopped = 0;
    const endless = (): unknown => ({
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise(() => {}),
        return: () => {
          stopped++;
          throw new Error("nobody should hear this");
        },
      }),
    });
    const client = scene.client(flows);
    const outcome = client.merge?.({ first: endless(), second: endless() });
    await failsWith(outcome, code("internal"));
    assert.equal(stopped, 2);
    await failsWith(client.merge?.({ first: endless(), second: 7 }), "invalid-argument");
    assert.equal(stopped, 3);
    await failsWith(client.merge?.({ first: endless(), second: [] }, { timeout: 0 }), "deadline-exceeded");
    assert.equal(stopped, 3, "what was never started needs no stopping");
  });

  const heldBack = harness.session === true || harness.holdsBack !== false ? guarded : () => {};
  heldBack("D9 a slow consumer bounds what is taken from its producer", async () => {
    await using scene = await Scene.open(harness);
    let produced = 0;
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      for (;;) {
        produced += 65_536;
        yield new Uint8Array(65_536);
      }
    };
    scene.serve(flows, { download: endless });
    const stream = (await scene.client(flows).download?.(0)) as Stream<Uint8Array>;
    await stream.nextChunk();
    await settles(() => produced);
    const ahead = produced;
    assert.ok(ahead < 32 * 1024 * 1024, `${ahead} bytes ahead of the consumer`);
    for (let read = 0; read <= ahead; ) read += (await stream.nextChunk())?.length ?? assert.fail("it never ends");
    await eventually(() => produced > ahead);
    stream.cancel();
    // Plain wRPC can only break the call off; a session ends the stream and nothing else.
    if (!harness.session) await scene.failureCodes(1);
  });

  guarded("D9 two streams one after the other work below the budget", async () => {
    await using scene = await Scene.open(harness);
    scene.serve(flows, {
      split: (size: number) => ({ first: pieces(size, 50_000), second: pieces(size, 50_000) }),
      merge: async (v: Record<"first" | "second", Stream<Uint8Array>>) =>
        (await count(v.second)) + (await count(v.first)),
    });
    const client = scene.client(flows);
    const { first: one, second: two } = ((await client.split?.(2_000_000)) ?? {}) as Record<string, Stream<Uint8Array>>;
    assert.equal((await count(two)) + (await count(one)), 4_000_000n);
    const both = { first: pieces(2_000_000, 50_000), second: pieces(2_000_000, 50_000) };
    assert.equal(await client.merge?.(both), 4_000_000n);
  });

  guarded("D12 a number and a wildcard at the same depth", async () => {
    await using scene = await Scene.open(harness);
    scene.serve(flows, {
      conflict: async ({ tag, val }: { tag: string; val: Stream<Uint8Array>[] }) => {
        const streams = tag === "ok" ? val : val.slice(0, 1);
        return (await Promise.all(streams.map(count))).reduce((sum, size) => sum + size, 0n);
      },
    });
    const client = scene.client(flows);
    const bytes = (size: number): Uint8Array[] => [new Uint8Array(size)];
    assert.equal(await client.conflict?.({ tag: "ok", val: [bytes(1), bytes(2), bytes(3)] }), 6n);
    assert.equal(await client.conflict?.({ tag: "err", val: [bytes(9), 1] }), 9n);
  });

  guarded("D16 a relay: a stream from one call is the parameter of the next", async () => {
    await using scene = await Scene.open(harness);
    scene.serve(flows, { bytes: same, download: (size: number) => pieces(size, 10_000), upload: count });
    const client = scene.client(flows);
    assert.equal(await client.upload?.(await client.bytes?.(await client.download?.(100_000))), 100_000n);
  });

  guarded("D17 an explicit deadline covers the streams of the result", async () => {
    await using scene = await Scene.open(harness);
    scene.serve(flows, { download: () => new Stream({ next: () => new Promise<never>(() => {}), cancel: () => {} }) });
    const stream = (await scene.client(flows).download?.(0, { timeout: 100 })) as Stream<Uint8Array>;
    await failsWith(stream.nextChunk(), "deadline-exceeded");
    await scene.failureCodes(1);
  });
}
