import assert from "node:assert/strict";
import { test } from "node:test";
import { ChunkQueue } from "./chunk-queue.ts";

function drain(queue: ChunkQueue): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let chunk = queue.shift(); chunk !== undefined; chunk = queue.shift()) chunks.push(chunk);
  return chunks;
}

test("bytes come out in the order in which they went in, however large the pieces", () => {
  const queue = new ChunkQueue();
  const sizes = [1, 2, 5000, 3, 4095, 4096, 4097, 1, 1, 10_000, 7];
  let next = 0;
  for (const size of sizes) queue.push(Uint8Array.from({ length: size }, () => next++ % 251));
  assert.equal(queue.byteLength, next);
  const bytes = drain(queue).flatMap((chunk) => [...chunk]);
  assert.ok(bytes.length === next && bytes.every((byte, index) => byte === index % 251));
  assert.equal(queue.byteLength, 0);
});

test("a hundred thousand tiny pieces become few chunks", () => {
  const queue = new ChunkQueue();
  for (let i = 0; i < 100_000; i++) queue.push(Uint8Array.of(i));
  assert.ok(drain(queue).length < 100);
});

test("a small piece does not keep the large buffer alive that it was cut from", () => {
  const queue = new ChunkQueue();
  const read = new Uint8Array(65_536);
  queue.push(read.subarray(10, 11));
  queue.push(read.subarray(0, 5000));
  queue.push(read.subarray(0, 60_000));
  const [tiny, some, most] = drain(queue);
  assert.equal(tiny?.buffer.byteLength, 1);
  assert.equal(some?.buffer.byteLength, 5000);
  assert.equal(most?.buffer, read.buffer, "what is most of its buffer is not copied");
});

test("reading and writing in turns, and clearing in the middle", () => {
  const queue = new ChunkQueue();
  for (let i = 0; i < 10; i++) {
    queue.push(Uint8Array.of(i));
    queue.push(Uint8Array.of(i + 100));
    assert.deepEqual(
      drain(queue).flatMap((chunk) => [...chunk]),
      [i, i + 100],
    );
  }
  queue.push(Uint8Array.of(1));
  queue.push(Uint8Array.of(2));
  queue.clear();
  assert.equal(queue.shift(), undefined);
  queue.push(Uint8Array.of(3));
  assert.deepEqual(drain(queue), [Uint8Array.of(3)]);
});
