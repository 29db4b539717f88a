import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { Reader, underflow } from "../reader.ts";
import { Writer } from "../writer.ts";
import type { CompiledType } from "./compiled-type.ts";
import { s16Type, s32Type, u16Type, u32Type } from "./integers.ts";
import { kernelRun } from "./leb128-kernel.ts";
import { type LebRun, type SmallLebArray, smallLebRun } from "./leb128-runs.ts";

const [u16, u32] = [smallLebRun(u16Type, 16, false), smallLebRun(u32Type, 32, false)];
const [s16, s32] = [smallLebRun(s16Type(false), 16, true), smallLebRun(s32Type(false), 32, true)];
const [kernelU32, kernelS32] = [kernelRun<Uint32Array>(u32, false), kernelRun<Int32Array>(s32, true)];

/** `ahead`: numbers in front of the one in question, without which the run would be too short for the kernel. */
const kinds: readonly {
  readonly name: string;
  readonly type: CompiledType;
  readonly run: LebRun<SmallLebArray>;
  readonly Numbers: Uint16ArrayConstructor | Int16ArrayConstructor | Uint32ArrayConstructor | Int32ArrayConstructor;
  readonly ahead: number;
}[] = [
  { name: "u16", type: u16Type, run: u16, Numbers: Uint16Array, ahead: 0 },
  { name: "s16", type: s16Type(false), run: s16, Numbers: Int16Array, ahead: 0 },
  { name: "u32", type: u32Type, run: u32, Numbers: Uint32Array, ahead: 0 },
  { name: "s32", type: s32Type(false), run: s32, Numbers: Int32Array, ahead: 0 },
  { name: "u32 in WebAssembly", type: u32Type, run: kernelU32 as typeof u32, Numbers: Uint32Array, ahead: 99 },
  { name: "s32 in WebAssembly", type: s32Type(false), run: kernelS32 as typeof s32, Numbers: Int32Array, ahead: 99 },
];

/** What was read and how far, or that it was refused. */
function outcome(bytes: Uint8Array, read: (reader: Reader) => unknown): string {
  const reader = new Reader(bytes);
  try {
    return `${read(reader)} up to ${reader.position}`;
  } catch {
    return "refused";
  }
}

for (const { name, type, run, Numbers, ahead } of kinds) {
  test(`${name}: a run takes and refuses what one number at a time does, whatever its last byte`, () => {
    for (let length = 1; length <= 6; length++) {
      for (const filling of [0x80, 0xff, 0xaa, 0xc1]) {
        for (let last = 0; last < 256; last++) {
          const number = [...new Array<number>(length - 1).fill(filling), last, 1, 1, 1, 1, 1, 1];
          const bytes = Uint8Array.from([...new Array<number>(ahead).fill(2), ...number]);
          const values: SmallLebArray = new Numbers(ahead + 1);
          const inRun = (reader: Reader): unknown => run.readInto(reader, values, 0, ahead + 1) && values[ahead];
          const alone = (reader: Reader): unknown => {
            reader.position += ahead;
            return type.read(reader, undefined as never);
          };
          assert.equal(outcome(bytes, inRun), outcome(bytes, alone), number.join());
        }
      }
    }
  });

  test(`${name}: pieces of any bytes give what one number at a time gives, and end where it ends`, () => {
    // Bytes that make short and long numbers, and now and then one that is refused.
    const short = fc.uint8Array({ min: 0, max: 0x7f, maxLength: 60 });
    const long = fc.array(fc.constantFrom(0, 1, 2, 3, 4, 8, 15, 0x40, 0x7c, 0x7f, 0x80, 0x81, 0xc0, 0xff), {
      maxLength: 40,
    });
    const arbitrary = fc.array(fc.oneof(short, long), { maxLength: 16 });
    fc.assert(
      fc.property(
        arbitrary,
        fc.array(fc.nat({ max: 160 }), { maxLength: 4 }),
        fc.nat({ max: 400 }),
        (parts, cuts, room) => {
          const bytes = Uint8Array.from(parts.flatMap((part) => [...part]));
          const [together, alone] = [new Reader(), new Reader()];
          const values: SmallLebArray = new Numbers(room);
          let count = 0;
          let refused = false;
          let start = 0;
          for (const length of [...cuts, bytes.length]) {
            const piece = bytes.subarray(start, start + length);
            start += piece.length;
            together.feed(piece);
            alone.feed(piece);
            const expected: unknown[] = [];
            let expectedRefusal = false;
            try {
              while (count + expected.length < room) expected.push(type.read(alone, undefined as never));
            } catch (error) {
              expectedRefusal = error !== underflow;
            }
            try {
              const reached = run.readInto(together, values, count, room);
              assert.deepEqual([...values.subarray(count, reached)], expected);
              count = reached;
            } catch (error) {
              if (error instanceof assert.AssertionError) throw error;
              refused = true;
            }
            assert.equal(refused, expectedRefusal);
            assert.equal(together.position, alone.position);
            if (refused) return;
          }
        },
      ),
      { numRuns: 1000 },
    );
  });

  test(`${name}: numbers of any size are written as one at a time is`, () => {
    const number = fc.oneof(
      fc.integer(),
      fc.integer({ min: -130, max: 130 }),
      fc.integer({ min: -70_000, max: 70_000 }),
    );
    fc.assert(
      fc.property(fc.array(number, { maxLength: 300, size: "max" }), fc.nat({ max: 9 }), (numbers, skipped) => {
        const values: SmallLebArray = Numbers.from(numbers).subarray(skipped);
        const [many, single] = [new Writer(), new Writer()];
        run.write(many, values);
        for (const value of values) type.write(single, value, undefined as never);
        assert.deepEqual(many.written(), single.written());
      }),
      { numRuns: 300 },
    );
  });

  test(`${name}: many are written as one at a time is, and in no more memory`, () => {
    const values: SmallLebArray = new Numbers(40_000);
    for (let index = 0; index < values.length; index++) values[index] = 2 ** (index % 33) - (index % 3);
    const [many, single] = [new Writer(), new Writer()];
    run.write(many, values);
    for (const value of values) type.write(single, value, undefined as never);
    assert.deepEqual(many.written(), single.written());
    const few = new Writer();
    run.write(few, values.slice(0, 16_000));
    const written = few.take();
    assert.ok(written.buffer.byteLength < 1.5 * written.length, `${written.buffer.byteLength} for ${written.length}`);
  });
}
