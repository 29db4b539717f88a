import assert from "node:assert/strict";
import { test } from "node:test";
import { Reader } from "../reader.ts";
import { Writer } from "../writer.ts";
import { s32Type, u32Type } from "./integers.ts";
import { kernelRun } from "./leb128-kernel.ts";
import { smallLebRun } from "./leb128-runs.ts";
import { lebRun } from "./numeric-lists.ts";

/** Numbers of one to five bytes. */
const numbers: Uint32Array = Uint32Array.from({ length: 50_000 }, (_, index) => 2 ** (index % 32));

test("runs of signed and unsigned numbers, in turns and in pieces, do not disturb each other", () => {
  const unsigned = lebRun(u32Type, Uint32Array, kernelRun(smallLebRun(u32Type, 32, false), false));
  const signed = lebRun(s32Type(false), Int32Array, kernelRun(smallLebRun(s32Type(false), 32, true), true));
  const streams = [unsigned, signed].map((run) => {
    const writer = new Writer();
    const values = run === unsigned ? numbers : Int32Array.from(numbers, (value) => -value);
    run.write(writer, values);
    return { run, values, bytes: writer.take(), position: 0, read: [] as number[] };
  });
  for (let round = 0; streams.some(({ position, bytes }) => position < bytes.length); round++) {
    for (const stream of streams) {
      const reader = new Reader(stream.bytes.subarray(stream.position, stream.position + 10_000 + round));
      const chunk = stream.run.readSome(reader, numbers.length - stream.read.length);
      stream.position += reader.position;
      // A chunk is a copy: what is read next does not reach it.
      stream.read.push(...(chunk as Uint32Array));
    }
  }
  for (const { read, values } of streams) assert.deepEqual(read, [...values]);
});

test("without WebAssembly the same is done in JavaScript", async (context) => {
  const { WebAssembly } = globalThis as unknown as { WebAssembly: object };
  context.after(() => Object.assign(globalThis, { WebAssembly }));
  Object.assign(globalThis, { WebAssembly: undefined });
  const without = (await import(
    `${import.meta.resolve("./leb128-kernel.ts")}?without`
  )) as typeof import("./leb128-kernel.ts");
  const run = without.kernelRun<Uint32Array>(smallLebRun(u32Type, 32, false), false);
  assert.equal(run.scratch?.(), undefined);
  const writer = new Writer();
  run.write(writer, numbers);
  const read = new Uint32Array(numbers.length);
  assert.equal(run.readInto(new Reader(writer.take()), read, 0, read.length), numbers.length);
  assert.deepEqual(read, numbers);
});
