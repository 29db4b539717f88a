import type { Reader } from "../reader.ts";
import type { Writer } from "../writer.ts";
import type { CompiledType } from "./compiled-type.ts";
import { isSignedEnd, lowHalf, readHalves, writeSigned64, writeUnsigned64 } from "./leb128.ts";

/*
 * Many LEB128 numbers in a row, from and to typed arrays. The loops below do the same as one number at a time does, several
 * times as fast: nothing is called per number, and whether bytes are missing is asked once where many are there. Whatever
 * is unusual (the last few bytes of what has arrived, numbers that are too long) is left to the function for one number.
 */

export type SmallLebArray = Uint16Array | Int16Array | Uint32Array | Int32Array;
export type BigLebArray = BigUint64Array | BigInt64Array;

/** How one kind of LEB128 number is read and written in bulk. */
export interface LebRun<A> {
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
      for (let from = 0; from < values.length; from += blockLength) {
        const to = Math.min(values.length, from + blockLength);
        writer.reserve((to - from) * maxBytes);
        writeBlock(writer, values, from, to, signed);
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

/** Room for this many numbers is reserved at a time. */
const blockLength = 1024;

/* One branch per byte, rather than a loop with its counter, makes both of these half as fast again. */

function writeBlock(writer: Writer, values: SmallLebArray, from: number, to: number, signed: boolean): void {
  const { buffer } = writer;
  let { position } = writer;
  // What fits into one byte; each further one holds 128 times as much.
  const one = signed ? 0x40 : 0x80;
  const two = one << 7;
  const three = two << 7;
  const four = three << 7;
  for (let index = from; index < to; index++) {
    const value = values[index] as number;
    // A negative number takes as many bytes as its complement.
    const size = (signed ? value ^ (value >> 31) : value) >>> 0;
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
    buffer[position++] = (signed ? value >> 28 : value >>> 28) & 0x7f;
  }
  writer.position = position;
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
  let { position } = reader;
  let index = from;
  for (; index < to && position <= safe; index++) {
    const a = buffer[position] as number;
    if (a < 0x80) {
      values[index] = signed ? (a << 25) >> 25 : a;
      position += 1;
      continue;
    }
    const b = buffer[position + 1] as number;
    const two = (a & 0x7f) | (b << 7);
    if (b < 0x80) {
      values[index] = signed ? (two << 18) >> 18 : two;
      position += 2;
      continue;
    }
    const c = buffer[position + 2] as number;
    const three = (two & 0x3fff) | (c << 14);
    if (bits === 16 && !isEnd(c, 2, signed)) break;
    if (c < 0x80) {
      values[index] = signed ? (three << 11) >> 11 : three;
      position += 3;
      continue;
    }
    const d = buffer[position + 3] as number;
    const four = (three & 0x1fffff) | (d << 21);
    if (d < 0x80) {
      values[index] = signed ? (four << 4) >> 4 : four;
      position += 4;
      continue;
    }
    const e = buffer[position + 4] as number;
    if (!isEnd(e, 4, signed)) break;
    values[index] = (four & 0xfffffff) | (e << 28);
    position += 5;
  }
  reader.position = position;
  return index;
}

/** Whether a byte may be the last one of a number of which it carries `bits` bits. */
function isEnd(byte: number, bits: number, signed: boolean): boolean {
  return signed ? isSignedEnd(byte, bits, false) : byte >>> bits === 0;
}

/** Whether the next number is there to its last byte, or is too long to be one. */
function isWhole(reader: Reader, maxBytes: number): boolean {
  const { buffer, position } = reader;
  const most = Math.min(reader.end, position + maxBytes);
  for (let at = position; at < most; at++) if ((buffer[at] as number) < 0x80) return true;
  return most === position + maxBytes;
}
