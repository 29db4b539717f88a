import assert from "node:assert/strict";
import { Stream } from "@witwire/wit/values";
import { turn } from "./byte-peer.ts";

/** Returns what it was given. */
export const same = (v: unknown): unknown => v;

export interface Nesting {
  readonly name: string;
  sent(): unknown;
  check(received: unknown): Promise<void>;
}

export function nestings(): Nesting[] {
  const bytes = (): Uint8Array[] => [Uint8Array.of(1, 2, 3)];
  const isBytes = async (stream: unknown): Promise<void> => assert.deepEqual(await allBytes(stream), [1, 2, 3]);
  return [
    { name: "futureStream", sent: async () => bytes(), check: isBytes },
    {
      name: "streamFuture",
      sent: () => [Promise.resolve("a"), turn().then(() => "b")],
      check: async (v) => assert.deepEqual(await Promise.all((await all(v)) as Promise<string>[]), ["a", "b"]),
    },
    {
      name: "streamStream",
      sent: () => Stream.fromChunks([[bytes(), []], [bytes()]]),
      check: async (v) => {
        const inner = await Promise.all((await all(v)).map(allBytes));
        assert.deepEqual(inner, [[1, 2, 3], [], [1, 2, 3]]);
      },
    },
    {
      name: "listStream",
      sent: () => [bytes(), [], bytes()],
      check: async (v) =>
        assert.deepEqual(await Promise.all((v as unknown[]).map(allBytes)), [[1, 2, 3], [], [1, 2, 3]]),
    },
    { name: "optionStream", sent: bytes, check: isBytes },
    {
      name: "resultStream",
      sent: () => ({ tag: "ok", val: bytes() }),
      check: async (v) => isBytes((v as { val: unknown }).val),
    },
    {
      name: "variantStream",
      sent: () => ({ tag: "texts", val: ["a", "b"] }),
      check: async (v) => assert.deepEqual(await all((v as { val: unknown }).val), ["a", "b"]),
    },
    {
      name: "futureJobs",
      sent: async () => [
        { name: "one", data: bytes() },
        { name: "two", data: [] },
      ],
      check: async (v) => {
        const jobs = (await all(v)) as { name: string; data: unknown }[];
        assert.deepEqual(await Promise.all(jobs.map(async ({ name, data }) => [name, await allBytes(data)])), [
          ["one", [1, 2, 3]],
          ["two", []],
        ]);
      },
    },
    {
      name: "deep",
      sent: async () => ["a", "b"],
      check: async (v) => assert.deepEqual(await all(v), ["a", "b"]),
    },
  ];
}

export async function* pieces(size: number, piece: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < size; at += piece) yield new Uint8Array(Math.min(piece, size - at));
}

export async function* failing(): AsyncGenerator<Uint8Array> {
  yield Uint8Array.of(1);
  throw new Error("broken");
}

export async function count(stream: unknown): Promise<bigint> {
  let sum = 0n;
  for await (const chunk of stream as AsyncIterable<Uint8Array>) sum += BigInt(chunk.length);
  return sum;
}

/** The first chunk; the rest is not wanted. */
export async function first(stream: Stream<Uint8Array>): Promise<Uint8Array> {
  for await (const chunk of stream) return chunk;
  return assert.fail("an empty stream");
}

export function all(stream: unknown): Promise<unknown[]> {
  return Array.fromAsync(stream as AsyncIterable<unknown>);
}

/** Waits until a number has stopped to grow. */
export async function settles(number: () => number): Promise<void> {
  for (let still = 0, last = -1; still < 20; last = number()) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    still = number() === last ? still + 1 : 0;
  }
}

/** Numbers from 0 below a bound, the same ones in each run. */
export function seeded(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

/** Everything in a `stream<u8>`. */
export async function allBytes(stream: unknown): Promise<number[]> {
  const chunks = await Array.fromAsync(stream as AsyncIterable<Uint8Array>);
  return chunks.flatMap((chunk) => [...chunk]);
}
