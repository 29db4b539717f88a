import type { Reader } from "../reader.ts";
import type { Writer } from "../writer.ts";
import type { CompiledType } from "./compiled-type.ts";
import { lowHalf, readHalves, writeSigned, writeSigned64, writeUnsigned, writeUnsigned64 } from "./leb128.ts";

/*
 * Many LEB128 numbers in a row, from and to typed arrays. The loops below do the same as one number at a time does, several
 * times as fast: nothing is called per number, whether bytes are missing is asked once where many are there, and bytes are
 * loaded and stored four at a time. Whatever is unusual (the last few bytes of what has arrived, numbers that are too long)
 * is left to the function for one number.
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
export function smallLebRun(element: CompiledType, bits: 16 | 32, signed: boolean): LebRun<SmallLebArray> {
  const maxBytes = Math.ceil(bits / 7);
  const readOne = element.read as (reader: Reader) => number;
  const writeOne = signed ? writeSigned : writeUnsigned;
  return {
    write(writer, values) {
      if (values.length <= FEW) {
        for (let index = 0; index < values.length; index++) writeOne(writer, values[index] as number);
        return;
      }
      // Written aside first, so that no more memory is allocated than the numbers turn out to need.
      aside ??= new DataView(new ArrayBuffer(MANY * 5));
      for (let from = 0; from < values.length; from += MANY) {
        const count = Math.min(values.length - from, MANY);
        const length = writeBlock(aside, widened(values, from, count), signed);
        writer.bytes(new Uint8Array(aside.buffer, 0, length));
      }
    },
    readInto(reader, values, from, to) {
      let index = from;
      if (to - from > FEW)
        index = bits === 32 ? readMany(reader, values, from, to) : readNarrow(reader, values, from, to);
      for (; index < to; index++) {
        if (reader.end - reader.position < maxBytes && !isWhole(reader, maxBytes)) return index;
        values[index] = readOne(reader);
      }
      return to;
    },
  };

  function readMany(reader: Reader, values: SmallLebArray, from: number, to: number): number {
    return from + readBlock(reader, words(values, from, to - from), readOne, bits, signed);
  }

  function readNarrow(reader: Reader, values: SmallLebArray, from: number, to: number): number {
    wide ??= new Int32Array(MANY);
    for (let index = from; ; ) {
      const block = wide.subarray(0, Math.min(to - index, MANY));
      const count = readBlock(reader, block, readOne, bits, signed);
      values.set(block.subarray(0, count), index);
      index += count;
      if (count < MANY) return index;
    }
  }
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

/** For no more numbers than this it does not pay to prepare anything. */
const FEW = 24;

/** Numbers that are written at a time. */
const MANY = 16_384;

/** Where they are written before it is known how long they are. */
let aside: DataView<ArrayBuffer> | undefined;

/** Where numbers of 16 bits are while they are written or read. */
let wide: Int32Array<ArrayBuffer> | undefined;

/** Numbers of 32 bits, whatever their sign; to the engine, arrays of one type are several times as fast as those of four. */
function words(values: SmallLebArray, from: number, count: number): Int32Array {
  return new Int32Array(values.buffer, values.byteOffset + 4 * from, count);
}

/** At most {@link MANY} numbers, as numbers of 32 bits. */
function widened(values: SmallLebArray, from: number, count: number): Int32Array {
  if (values.BYTES_PER_ELEMENT === 4) return words(values, from, count);
  wide ??= new Int32Array(MANY);
  wide.set(values.subarray(from, from + count));
  return wide.subarray(0, count);
}

/*
 * What makes the next two fast: one branch per length, each with all that this length needs; nothing that is anything but
 * 32 bits to the engine; signed and unsigned numbers that differ by constants, not by branches; and four numbers at once
 * where they take one byte each.
 */

/** Writes all `values`, from the first byte of `view` on. @returns where they end */
function writeBlock(view: DataView, values: Int32Array, signed: boolean): number {
  const count = values.length;
  const lastFour = count - 4;
  const lastBits = signed ? 0x7f : 0x0f;
  // Half of what fits into one byte to four: added to a signed number, it makes those that fit the ones from zero on.
  const halfOne = signed ? 0x40 : 0;
  const halfTwo = signed ? 0x2000 : 0;
  const halfThree = signed ? 0x10_0000 : 0;
  const halfFour = signed ? 0x800_0000 : 0;
  let position = 0;
  for (let index = 0; index < count; ) {
    const value = values[index] as number;
    if (((value + halfOne) & ~0x7f) === 0) {
      if (index <= lastFour) {
        const b = values[index + 1] as number;
        const c = values[index + 2] as number;
        const d = values[index + 3] as number;
        if ((((b + halfOne) | (c + halfOne) | (d + halfOne)) & ~0x7f) === 0) {
          view.setInt32(position, (value & 0x7f) | ((b & 0x7f) << 8) | ((c & 0x7f) << 16) | ((d & 0x7f) << 24), true);
          position += 4;
          index += 4;
          continue;
        }
      }
      view.setInt8(position, value & 0x7f);
      position += 1;
      index += 1;
      continue;
    }
    index += 1;
    const two = (value & 0x7f) | ((value & 0x3f80) << 1);
    if (((value + halfTwo) & ~0x3fff) === 0) {
      view.setInt16(position, two | 0x80, true);
      position += 2;
      continue;
    }
    const three = two | ((value & 0x1fc000) << 2);
    if (((value + halfThree) & ~0x1fffff) === 0) {
      view.setInt32(position, three | 0x8080, true);
      position += 3;
      continue;
    }
    const four = three | ((value & 0xfe00000) << 3);
    if (((value + halfFour) & ~0xfffffff) === 0) {
      view.setInt32(position, four | 0x808080, true);
      position += 4;
      continue;
    }
    view.setInt32(position, four | 0x80808080, true);
    view.setInt8(position + 4, (value >> 28) & lastBits);
    position += 5;
  }
  return position;
}

/**
 * Reads numbers while the longest one would still be there, as many as `values` holds at most. Those of full length with
 * bits beyond their width are left to `readOne`. @returns how many
 */
function readBlock(
  reader: Reader,
  values: Int32Array,
  readOne: (reader: Reader) => number,
  bits: 16 | 32,
  signed: boolean,
): number {
  const { view } = reader;
  const safe = reader.end - 5;
  const count = values.length;
  const lastFour = count - 4;
  // The sign bit of numbers of one to four bytes: what is above it has to become equal to it.
  const signOne = signed ? 0x40 : 0;
  // The last byte of a full number carries two bits of 16, or four of 32; what is above has to extend their sign, and
  // vanishes where half of their range is added.
  const isNarrow = bits === 16;
  const halfNarrow = signed ? 0x2_0000 : 0;
  const beyondNarrow = isNarrow ? 0x7c_0000 : 0;
  const halfLast = signed ? 8 : 0;
  let { position } = reader;
  let index = 0;
  while (index < count && position <= safe) {
    const four = view.getInt32(position, true);
    if ((four & 0x80) === 0) {
      if ((four & 0x80808080) === 0 && index <= lastFour) {
        values[index] = signed ? (four << 25) >> 25 : four & 0x7f;
        values[index + 1] = (((four >> 8) & 0x7f) ^ signOne) - signOne;
        values[index + 2] = (((four >> 16) & 0x7f) ^ signOne) - signOne;
        values[index + 3] = ((four >> 24) ^ signOne) - signOne;
        position += 4;
        index += 4;
        continue;
      }
      values[index] = signed ? (four << 25) >> 25 : four & 0x7f;
      position += 1;
      index += 1;
      continue;
    }
    const two = (four & 0x7f) | ((four >> 1) & 0x3f80);
    if ((four & 0x8000) === 0) {
      values[index] = signed ? (two << 18) >> 18 : two;
      position += 2;
      index += 1;
      continue;
    }
    const three = two | ((four >> 2) & 0x1fc000);
    if ((four & 0x80_0000) === 0 && ((four + halfNarrow) & beyondNarrow) === 0) {
      values[index] = signed ? (three << 11) >> 11 : three;
      position += 3;
      index += 1;
      continue;
    }
    if (!isNarrow) {
      const bits28 = three | ((four >> 3) & 0xfe00000);
      if (four >= 0) {
        values[index] = signed ? (bits28 << 4) >> 4 : bits28;
        position += 4;
        index += 1;
        continue;
      }
      const last = view.getUint8(position + 4);
      if ((((last + halfLast) & 0x7f) | (last & 0x80)) < 16) {
        values[index] = bits28 | (last << 28);
        position += 5;
        index += 1;
        continue;
      }
    }
    reader.position = position;
    values[index] = readOne(reader);
    position = reader.position;
    index += 1;
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
