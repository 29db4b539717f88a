import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Stream } from "@witwire/wit/values";
import { calls, flows } from "./contracts.ts";
import type { Harness } from "./harness.ts";
import { CROWDED, eventually, failsWith, HANG_GUARD, nothingLeft, Scene } from "./scene.ts";

/**
 * What every `InvocationTransport` must do, whatever bytes it sends: values, streams both ways, half-close, cancelling,
 * deadlines, many calls at once, backpressure, the death of either side, and a clean end.
 */
export function transportCompliance(harness: Harness): void {
  // What plain wRPC cannot say, a session does.
  const lost = harness.session === true ? "unavailable" : "unknown";
  describe(`${harness.session === true ? "a session over " : ""}${harness.name} as a transport`, () => {
    const guarded = (name: string, body: () => Promise<void>): void => void test(name, { timeout: HANG_GUARD }, body);

    guarded("values there and back, small and large", async () => {
      await using scene = await Scene.open(harness);
      scene.serve(calls, { add: (a: number, b: number) => a + b, measure: (data: Uint8Array) => data.length });
      const client = scene.client(calls);
      assert.equal(await client.add?.(1, 2), 3);
      assert.equal(await client.measure?.(new Uint8Array(5_000_000)), 5_000_000);
    });

    guarded("one direction ends while the other goes on", async () => {
      await using scene = await Scene.open(harness);
      scene.serve(flows, {
        bytes: async function* (v: AsyncIterable<Uint8Array>) {
          for await (const _ of v);
          yield Uint8Array.of(1);
          yield Uint8Array.of(2);
        },
      });
      const echoed = (await scene.client(flows).bytes?.([new Uint8Array(100_000)])) as Stream<Uint8Array>;
      assert.deepEqual(await Array.fromAsync(echoed), [Uint8Array.of(1), Uint8Array.of(2)]);
    });

    guarded("streams both ways at the same time, each element answered before the next", async () => {
      await using scene = await Scene.open(harness);
      scene.serve(flows, {
        numbers: async function* (v: AsyncIterable<number>) {
          for await (const n of v) yield n * 2;
        },
      });
      let next: PromiseWithResolvers<number | undefined> = Promise.withResolvers();
      const asking = async function* (): AsyncGenerator<number> {
        for (let n = await next.promise; n !== undefined; n = await next.promise) {
          next = Promise.withResolvers();
          yield n;
        }
      };
      const answers = (await scene.client(flows).numbers?.(asking())) as Stream<number>;
      const iterator = answers[Symbol.asyncIterator]();
      for (let n = 0; n < 50; n++) {
        next.resolve(n);
        assert.deepEqual(await iterator.next(), { done: false, value: n * 2 });
      }
      next.resolve(undefined);
      assert.equal((await iterator.next()).done, true);
    });

    guarded("a thousand calls at once, each with a stream", async () => {
      await using scene = await Scene.open(harness, CROWDED);
      scene.serve(flows, { upload: async (v: AsyncIterable<Uint8Array>) => BigInt((await Array.fromAsync(v)).length) });
      const client = scene.client(flows);
      const sizes = Array.from({ length: 1000 }, (_, i) => i % 7);
      const counts = sizes.map((size) => client.upload?.(Array.from({ length: size }, () => Uint8Array.of(1))));
      assert.deepEqual(await Promise.all(counts), sizes.map(BigInt));
    });

    guarded("cancelling some calls leaves the others alone", async () => {
      await using scene = await Scene.open(harness);
      scene.serve(calls, {
        add: async (a: number, b: number) => {
          await new Promise((resolve) => setTimeout(resolve, 20));
          return a + b;
        },
      });
      const client = scene.client(calls);
      const outcomes = Array.from({ length: 100 }, (_, i) => {
        const controller = new AbortController();
        const outcome = client.add?.(i, 0, { signal: controller.signal }) as Promise<unknown>;
        if (i % 2 === 1) queueMicrotask(() => controller.abort());
        return i % 2 === 1 ? failsWith(outcome, "cancelled").then(() => i) : outcome;
      });
      assert.deepEqual(
        await Promise.all(outcomes),
        Array.from({ length: 100 }, (_, i) => i),
      );
    });

    guarded("deadlines end calls that nobody answers", async () => {
      await using scene = await Scene.open(harness);
      scene.serve(calls, { wait: ({ signal }: { signal: AbortSignal }) => once(signal) });
      const client = scene.client(calls);
      const outcomes = Array.from({ length: 20 }, () => failsWith(client.wait?.({ timeout: 30 }), "deadline-exceeded"));
      await Promise.all(outcomes);
    });

    const heldBack = harness.session === true || harness.holdsBack !== false ? guarded : () => {};
    heldBack("a producer waits for its consumer, over a whole chain of calls", async () => {
      await using scene = await Scene.open(harness);
      let produced = 0;
      const endless = async function* (): AsyncGenerator<Uint8Array> {
        for (;;) {
          produced++;
          yield new Uint8Array(65_536);
        }
      };
      scene.serve(flows, { bytes: (v: unknown) => v });
      const client = scene.client(flows);
      let stream: unknown = endless();
      for (let hop = 0; hop < 3; hop++) stream = await client.bytes?.(stream);
      const last = stream as Stream<Uint8Array>;
      await last.nextChunk();
      await new Promise((resolve) => setTimeout(resolve, 200));
      assert.ok(produced < 3000, `${produced} chunks ahead`);
      last.cancel();
      await eventually(() => scene.server.stats().calls === 0);
    });

    guarded("a server that goes away fails running calls and streams, and leaves nothing", async () => {
      await using scene = await Scene.open(harness);
      scene.serve(calls, { wait: ({ signal }: { signal: AbortSignal }) => once(signal) });
      scene.serve(flows, {
        download: async function* () {
          yield Uint8Array.of(1);
          await new Promise(() => {});
        },
      });
      const stream = (await scene.client(flows).download?.(0)) as Stream<Uint8Array>;
      await stream.nextChunk();
      const reading = failsWith(stream.nextChunk(), lost);
      const waiting = failsWith(scene.client(calls).wait?.(), lost);
      await eventually(() => scene.server.stats().calls === 2);
      await scene.server.close({ grace: 0 });
      await Promise.all([reading, waiting]);
      await nothingLeft(() => scene.transport.stats());
    });

    guarded("a stream that is dropped without being read is cancelled by the garbage collector", async () => {
      setFlagsFromString("--expose-gc");
      const gc = runInNewContext("gc") as () => void;
      await using scene = await Scene.open(harness);
      let returned = false;
      const endless = async function* (): AsyncGenerator<Uint8Array> {
        try {
          for (;;) yield new Uint8Array(65_536);
        } finally {
          returned = true;
        }
      };
      scene.serve(flows, { download: endless });
      const begin = async (): Promise<void> => {
        const stream = await scene.client(flows).download?.(0);
        await (stream as Stream<Uint8Array>).nextChunk();
      };
      await begin();
      await eventually(() => {
        gc();
        return returned;
      });
    });

    guarded("streams that are over are kept by nobody, however they ended", async () => {
      setFlagsFromString("--expose-gc");
      const gc = runInNewContext("gc") as () => void;
      await using scene = await Scene.open(harness);
      scene.serve(flows, {
        download: async function* (size: number) {
          for (let chunk = 0; chunk < size; chunk++) yield new Uint8Array(1000);
          if (size === BREAKS) throw new Error("this producer always breaks");
          if (size === HANGS) await new Promise(() => {});
        },
      });
      const streams: WeakRef<Stream<Uint8Array>>[] = [];
      const read = async (size: number, most: number, options: object = {}): Promise<void> => {
        const stream = (await scene.client(flows).download?.(size, options)) as Stream<Uint8Array>;
        streams.push(new WeakRef(stream));
        let chunks = 0;
        for await (const _ of stream) if (++chunks >= most) break;
      };
      for (let round = 0; round < 3; round++) {
        await read(0, 1);
        await read(5, 100);
        await read(HANGS, 1);
        await failsWith(read(BREAKS, 100), harness.session ? "internal" : lost);
        await failsWith(read(HANGS, 100, { timeout: 30 }), "deadline-exceeded");
      }
      await eventually(() => {
        // Errors that applications keep lead to what was on the stack.
        scene.failures.length = 0;
        gc();
        return streams.every((stream) => stream.deref() === undefined);
      });
    });
  });
}

/** Chunks after which a producer fails, and after which it makes no more. */
const BREAKS = 2;
const HANGS = 3;

function once(signal: AbortSignal): Promise<string> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve("aborted")));
}
