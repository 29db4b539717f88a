import assert from "node:assert/strict";
import { test } from "node:test";
import { Stream } from "@witwire/wit/values";
import { toChunkSource } from "./chunk-source.ts";

async function chunks(value: unknown, bytes = false): Promise<unknown[]> {
  const source = toChunkSource(value, bytes);
  const found: unknown[] = [];
  for (let chunk = await source.next(); chunk !== undefined; chunk = await source.next()) found.push(chunk);
  return found;
}

test("arrays and typed arrays are one chunk, synchronous iterables come in batches", async () => {
  assert.deepEqual(await chunks([1, 2, 3]), [[1, 2, 3]]);
  assert.deepEqual(await chunks(Uint32Array.of(1)), [Uint32Array.of(1)]);
  assert.deepEqual(await chunks(Uint8Array.of(1), true), [Uint8Array.of(1)]);
  assert.deepEqual(await chunks([1, 2], true), [[1, 2]]);
  const batches = (await chunks(new Set(Array.from({ length: 3000 }, (_, i) => i)))) as unknown[][];
  assert.deepEqual(
    batches.map(({ length }) => length),
    [1024, 1024, 952],
  );
});

test("iterables of a stream<u8> yield its chunks, and nothing but chunks", async () => {
  assert.deepEqual(await chunks([Uint8Array.of(1), Uint8Array.of(2)], true), [Uint8Array.of(1), Uint8Array.of(2)]);
  for (const wrong of [undefined, null, 7, "text"]) {
    await assert.rejects(chunks([Uint8Array.of(1), wrong], true), /Uint8Array chunks/);
  }
});

test("what has arrived of a stream is ready without being asked for", async () => {
  const arrived = [[3], [4, 5]];
  let cancelled = 0;
  const stream = new Stream({
    next: async () => [1, 2],
    ready: () => arrived.shift(),
    cancel: () => void cancelled++,
  });
  const source = toChunkSource(stream, false);
  const first = source.next();
  assert.equal(source.ready?.(), undefined, "another read is under way");
  assert.deepEqual(
    [await first, source.ready?.(), source.ready?.(), source.ready?.()],
    [[1, 2], [3], [4, 5], undefined],
  );
  arrived.push([6]);
  stream.cancel();
  assert.deepEqual([source.ready?.(), cancelled], [undefined, 1]);
  assert.equal(Stream.fromChunks([[1]]).readyChunk(), undefined, "it would have to be made");
});

test("what is no stream is refused at once", () => {
  for (const wrong of [undefined, null, 7, "text", {}]) {
    assert.throws(() => toChunkSource(wrong, false), { code: "invalid-argument", started: "no" });
  }
});

test("cancelling reaches the producer, whatever kind it is", () => {
  let told = 0;
  const iterable = { next: () => ({ done: false, value: 1 }), return: () => ({ done: true, value: ++told }) };
  const producers = [
    { [Symbol.iterator]: () => iterable },
    { [Symbol.asyncIterator]: () => iterable },
    new Stream({ next: () => undefined, cancel: () => void told++ }),
  ];
  for (const producer of producers) toChunkSource(producer, false).cancel();
  assert.equal(told, 3);
});
