import type { Reader } from "../reader.ts";
import type { Writer } from "../writer.ts";
import type { CompiledType } from "./compiled-type.ts";
import { lowHalf, readHalves, writeSigned64, writeUnsigned64 } from "./leb128.ts";

/*
 * Many LEB128 numbers in a row, from and to typed arrays. The loops below do the same as one number at a time does, several
 * times as fast: nothing is called per number, and whether bytes are missing is asked once where many are there. Whatever
 * is unusual (the last few bytes of what has arrived, numbers that are too long) is left to the function for one number.
 */

export type SmallLebArray = Uint16Array | Int16Array | Uint32Array | Int32Array;
export type BigLebArray = BigUint64Array | BigInt64Array;

/** How one kind of LEB128 number is read and written in bulk. */
export interface LebRun<A> {
  /** Where many numbers are best read to, and copied from afterwards; `undefined` where any memory is as good. */
  scratch?(): A | undefined;
  write(writer: Writer, values: A): void;
  /** Reads into `values[from]` to `values[to - 1]` as far as numbers are there whole. Answers the index reached. */
  readInto(reader: Reader, values: A, from: number, to: number): number;
}

/** Numbers of at most 32 bits. `element` reads one of them. */
export function smallLebRun(element: CompiledType, bits: number, signed: boolean): LebRun<SmallLebArray> {
  const maxBytes = Math.ceil(bits / 7);
  const readOne = element.read as (reader: Reader) => number;
  return {
    write(writer, values) {
      if (values.length <= FEW) {
        writer.reserve(values.length * maxBytes);
        writer.position = writeBlock(writer.buffer, writer.position, values, 0, values.length, signed);
        return;
      }
      // Many are written aside first, so that no more memory is allocated than they turn out to need.
      aside ??= new Uint8Array(RUN_NUMBERS * 5);
      for (let from = 0; from < values.length; from += RUN_NUMBERS) {
        const to = Math.min(values.length, from + RUN_NUMBERS);
        writer.bytes(aside.subarray(0, writeBlock(aside, 0, values, from, to, signed)));
      }
    },
    readInto(reader, values, from, to) {
      for (let index = from; ; ) {
        index = readFast(reader, values, index, to, bits, signed);
        if (index === to || !isWhole(reader, maxBytes)) return index;
        values[index++] = readOne(reader);
      }
    },
  };
}

/** 64-bit numbers, handled as pairs of 32-bit halves, which spares making a bigint of each. */
export function bigLebRun(signed: boolean, truncated: boolean): LebRun<BigLebArray> {
  const writeOne = signed ? writeSigned64 : writeUnsigned64;
  return {
    write(writer, values) {
      const halves = halvesOf(values);
      for (let at = 0; at < halves.length; at += 2) {
        writeOne(writer, halves[at + lowHalf] as number, halves[at + 1 - lowHalf] as number);
      }
    },
    readInto(reader, values, from, to) {
      const halves = halvesOf(values);
      for (let index = from; index < to; index++) {
        if (reader.end - reader.position < 10 && !isWhole(reader, 10)) return index;
        readHalves(reader, halves, 2 * index, signed, truncated);
      }
      return to;
    },
  };
}

function halvesOf(values: BigLebArray): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
}

/** Up to this many numbers are written where room for the longest ones was made. */
const FEW = 256;

/** Numbers that are read or written at a time: what memory that is used again has room for, the kernel's too. */
export const RUN_NUMBERS = 16_384;

/** Where they are written before it is known how long they are. */
let aside: Uint8Array | undefined;

/*
 * One branch per byte, rather than a loop with its counter, makes both of these half as fast again. So does it that nothing
 * in them is anything but 32 bits to the engine, and that signed and unsigned numbers differ by constants, not by branches.
 */

/** Writes `values[from]` to `values[to - 1]` from `start` on. @returns where they end */
function writeBlock(
  buffer: Uint8Array,
  start: number,
  values: SmallLebArray,
  from: number,
  to: number,
  signed: boolean,
): number {
  let position = start;
  // A negative number takes as many bytes as its complement.
  const complement = signed ? -1 : 0;
  const lastBits = signed ? 0x7f : 0x0f;
  // What fits into one byte; each further one holds 128 times as much.
  const one = (signed ? 0x40 : 0x80) >>> 0;
  const two = (one << 7) >>> 0;
  const three = (two << 7) >>> 0;
  const four = (three << 7) >>> 0;
  for (let index = from; index < to; index++) {
    const value = (values[index] as number) | 0;
    const size = (value ^ ((value >> 31) & complement)) >>> 0;
    if (size < one) {
      buffer[position++] = value & 0x7f;
      continue;
    }
    buffer[position++] = (value & 0x7f) | 0x80;
    if (size < two) {
      buffer[position++] = (value >> 7) & 0x7f;
      continue;
    }
    buffer[position++] = ((value >> 7) & 0x7f) | 0x80;
    if (size < three) {
      buffer[position++] = (value >> 14) & 0x7f;
      continue;
    }
    buffer[position++] = ((value >> 14) & 0x7f) | 0x80;
    if (size < four) {
      buffer[position++] = (value >> 21) & 0x7f;
      continue;
    }
    buffer[position++] = ((value >> 21) & 0x7f) | 0x80;
    buffer[position++] = (value >> 28) & lastBits;
  }
  return position;
}

/** Reads while the longest number would still be there. Stops in front of a number with bits beyond its width. */
function readFast(
  reader: Reader,
  values: SmallLebArray,
  from: number,
  to: number,
  bits: number,
  signed: boolean,
): number {
  const { buffer } = reader;
  const safe = reader.end - 5;
  // Bits above those that a signed number of one to four bytes has; shifting there and back again extends its sign.
  const unusedOne = signed ? 25 : 0;
  const unusedTwo = signed ? 18 : 0;
  const unusedThree = signed ? 11 : 0;
  const unusedFour = signed ? 4 : 0;
  // The last byte of a full number carries two bits of 16, or four of 32; what is above has to extend their sign, and
  // vanishes where half of their range is added.
  const signTwo = signed ? 2 : 0;
  const signFour = signed ? 8 : 0;
  const endTwo = bits === 16 ? 4 : 256;
  let { position } = reader;
  let index = from;
  for (; index < to && position <= safe; index++) {
    const a = buffer[position] as number;
    if (a < 0x80) {
      values[index] = (a << unusedOne) >> unusedOne;
      position += 1;
      continue;
    }
    const b = buffer[position + 1] as number;
    const two = (a & 0x7f) | (b << 7);
    if (b < 0x80) {
      values[index] = (two << unusedTwo) >> unusedTwo;
      position += 2;
      continue;
    }
    const c = buffer[position + 2] as number;
    const three = (two & 0x3fff) | (c << 14);
    if ((((c + signTwo) & 0x7f) | (c & 0x80)) >= endTwo) break;
    if (c < 0x80) {
      values[index] = (three << unusedThree) >> unusedThree;
      position += 3;
      continue;
    }
    const d = buffer[position + 3] as number;
    const four = (three & 0x1fffff) | (d << 21);
    if (d < 0x80) {
      values[index] = (four << unusedFour) >> unusedFour;
      position += 4;
      continue;
    }
    const e = buffer[position + 4] as number;
    if ((((e + signFour) & 0x7f) | (e & 0x80)) >= 16) break;
    values[index] = (four & 0xfffffff) | (e << 28);
    position += 5;
  }
  reader.position = position;
  return index;
}

/** Whether the next number is there to its last byte, or is too long to be one. */
function isWhole(reader: Reader, maxBytes: number): boolean {
  const { buffer, position } = reader;
  const most = Math.min(reader.end, position + maxBytes);
  for (let at = position; at < most; at++) if ((buffer[at] as number) < 0x80) return true;
  return most === position + maxBytes;
}
