import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { releaseMemory, trackMemory } from "./memory.ts";
import { type ChunkSource, Stream } from "./stream.ts";

const SIZE = 32 * 1024;

/** Chunks with memory of their own, of which the stream alone has views. */
function lending(count: number): { readonly chunks: Uint8Array[]; readonly stream: Stream<Uint8Array, Uint8Array> } {
  const chunks = Array.from({ length: count }, (_, index) => new Uint8Array(SIZE).fill(index));
  for (const chunk of chunks) trackMemory(chunk);
  let at = 0;
  const source: ChunkSource<Uint8Array> = {
    next: () => chunks[at++],
    release: (chunk) => releaseMemory(chunk.buffer, chunk.byteLength),
    cancel() {},
  };
  return { chunks, stream: new Stream(source) };
}

const lengths = (chunks: readonly Uint8Array[]): number[] => chunks.map(({ length }) => length);

describe("chunks that are borrowed", () => {
  it("are freed when the next one is asked for, the last one at the end", async () => {
    const { chunks, stream } = lending(3);
    const seen: number[][] = [];
    for await (const chunk of stream.chunks({ borrow: true })) {
      assert.equal(chunk.length, SIZE);
      seen.push(lengths(chunks));
    }
    assert.deepEqual(seen, [
      [SIZE, SIZE, SIZE],
      [0, SIZE, SIZE],
      [0, 0, SIZE],
    ]);
    assert.deepEqual(lengths(chunks), [0, 0, 0]);
  });

  it("are freed when the loop is left", async () => {
    const { chunks, stream } = lending(3);
    for await (const _ of stream.chunks({ borrow: true })) break;
    assert.deepEqual(lengths(chunks), [0, SIZE, SIZE]);
  });

  it("are as before where their source cannot lend them", async () => {
    const chunks = [new Uint8Array(SIZE), new Uint8Array(SIZE)];
    for await (const chunk of Stream.fromChunks(chunks).chunks({ borrow: true })) assert.equal(chunk.length, SIZE);
    assert.deepEqual(lengths(chunks), [SIZE, SIZE]);
  });
});

it("chunks that are not borrowed stay, and can be released by hand", async () => {
  const { chunks, stream } = lending(2);
  const taken: Uint8Array[] = [];
  for await (const chunk of stream.chunks()) taken.push(chunk);
  assert.deepEqual(lengths(taken), [SIZE, SIZE]);
  stream.releaseChunk(taken[1] as Uint8Array);
  assert.deepEqual(lengths(chunks), [SIZE, 0]);
});

it("a chunk can be given away once, and neither before nor after it was freed again", async () => {
  const chunk = new Uint8Array(SIZE);
  const twice = Stream.fromChunks<Uint8Array, Uint8Array>([chunk, chunk], { transfer: true });
  assert.equal((await twice.nextChunk())?.length, SIZE);
  assert.throws(() => twice.nextChunk(), { name: "TypeError", message: /given away before/ });
  releaseMemory(chunk.buffer, SIZE);
  const later = Stream.fromChunks<Uint8Array, Uint8Array>([chunk], { transfer: true });
  assert.throws(() => later.nextChunk(), { name: "TypeError", message: /given away before/ });
});

it("a frozen buffer is given away like any other, and waits for V8", () => {
  const chunk = new Uint8Array(SIZE);
  Object.freeze(chunk.buffer);
  const stream = Stream.fromChunks<Uint8Array, Uint8Array>([chunk], { transfer: true });
  assert.equal(stream.nextChunk(), chunk);
  stream.releaseChunk(chunk);
  assert.equal(chunk.length, SIZE);
});

it("only chunks that are all of their memory are transferred", async () => {
  const whole = new Uint8Array(SIZE);
  const part = new Uint8Array(2 * SIZE).subarray(SIZE);
  const stream = Stream.fromChunks<Uint8Array, Uint8Array>([whole, part], { transfer: true });
  assert.ok(stream.releasable);
  for await (const _ of stream.chunks({ borrow: true }));
  assert.deepEqual(lengths([whole, part]), [0, SIZE]);
});
