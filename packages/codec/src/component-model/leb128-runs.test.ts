import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { Reader, underflow } from "../reader.ts";
import { Writer } from "../writer.ts";
import { s16Type, s32Type, u16Type, u32Type } from "./integers.ts";
import { type SmallLebArray, smallLebRun } from "./leb128-runs.ts";

const kinds = [
  { type: u16Type, bits: 16, signed: false, Numbers: Uint16Array },
  { type: s16Type(false), bits: 16, signed: true, Numbers: Int16Array },
  { type: u32Type, bits: 32, signed: false, Numbers: Uint32Array },
  { type: s32Type(false), bits: 32, signed: true, Numbers: Int32Array },
] as const;

/** What was read and how far, or that it was refused. */
function outcome(bytes: Uint8Array, read: (reader: Reader) => unknown): string {
  const reader = new Reader(bytes);
  try {
    return `${read(reader)} up to ${reader.position}`;
  } catch {
    return "refused";
  }
}

for (const { type, bits, signed, Numbers } of kinds) {
  const name = `${signed ? "s" : "u"}${bits}`;
  const run = smallLebRun(type, bits, signed);

  test(`${name}: a run takes and refuses what one number at a time does, whatever its last byte`, () => {
    for (let length = 1; length <= 6; length++) {
      for (const filling of [0x80, 0xff, 0xaa, 0xc1]) {
        for (let last = 0; last < 256; last++) {
          const bytes = Uint8Array.from([...new Array<number>(length - 1).fill(filling), last, 1, 1, 1, 1, 1, 1]);
          const values: SmallLebArray = new Numbers(1);
          const inRun = (reader: Reader): unknown => run.readInto(reader, values, 0, 1) && values[0];
          const alone = (reader: Reader): unknown => type.read(reader, undefined as never);
          assert.equal(outcome(bytes, inRun), outcome(bytes, alone), bytes.join());
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
    const arbitrary = fc.array(fc.oneof(short, long), { maxLength: 8 });
    fc.assert(
      fc.property(
        arbitrary,
        fc.array(fc.nat({ max: 80 }), { maxLength: 4 }),
        fc.nat({ max: 200 }),
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
      fc.property(fc.array(number, { maxLength: 100, size: "max" }), fc.nat({ max: 9 }), (numbers, skipped) => {
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
