import assert from "node:assert/strict";
import { test } from "node:test";
import { PacedDuplex } from "./paced-duplex.ts";
import { RecordingDuplex } from "./testing/recording-duplex.ts";

/** A byte stream that takes writes down, each apart from the others, and can ask to wait. */
class TakingDuplex extends RecordingDuplex {
  ready = true;

  get sizes(): number[] {
    return this.writes.map(({ length }) => length);
  }

  override write(chunks: readonly Uint8Array[], apart = false): boolean {
    assert.ok(apart);
    super.write(chunks, apart);
    return this.ready;
  }
}

const kibibytes = (count: number): Uint8Array[] => Array.from({ length: count }, () => new Uint8Array(1024));

test("no more than 4 KiB leave at once, the rest and the end follow", async () => {
  const inner = new TakingDuplex();
  const paced = new PacedDuplex(inner);
  const drained = new Promise<void>((resolve) => {
    paced.onDrain = resolve;
  });
  assert.equal(paced.write(kibibytes(10)), false);
  assert.deepEqual(inner.sizes, [1024, 1024, 1024, 1024]);
  paced.end();
  assert.equal(inner.state, "open");
  await drained;
  assert.equal(inner.sizes.length, 10);
  assert.equal(inner.state, "ended");
});

test("small writes go through at once until there are 4 KiB of them", () => {
  const inner = new TakingDuplex();
  const paced = new PacedDuplex(inner);
  for (let i = 0; i < 4; i++) assert.equal(paced.write(kibibytes(1)), true);
  assert.equal(paced.write([Uint8Array.of(1)]), false);
  assert.equal(inner.sizes.length, 4);
  paced.abort();
});

test("it waits for the stream below", () => {
  const inner = new TakingDuplex();
  inner.ready = false;
  const paced = new PacedDuplex(inner);
  let drains = 0;
  paced.onDrain = () => drains++;
  assert.equal(paced.write(kibibytes(3)), false);
  assert.equal(inner.sizes.length, 1);
  inner.ready = true;
  inner.onDrain?.();
  assert.deepEqual([inner.sizes.length, drains], [3, 1]);
});

test("nothing follows an abort or an error", async () => {
  for (const breakOff of [
    (_: TakingDuplex, paced: PacedDuplex) => paced.abort(),
    (inner: TakingDuplex) => inner.events?.error(new Error("lost")),
  ]) {
    const inner = new TakingDuplex();
    const paced = new PacedDuplex(inner);
    paced.start({ data() {}, end() {}, flushed() {}, error() {} });
    paced.write(kibibytes(6));
    breakOff(inner, paced);
    await new Promise((resolve) => setTimeout(resolve, 10));
    assert.equal(inner.sizes.length, 4);
  }
});
