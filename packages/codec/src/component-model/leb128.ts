import type { Reader } from "../reader.ts";
import { underflow } from "../reader.ts";
import type { Writer } from "../writer.ts";
import type { Input, Steps } from "./compiled-type.ts";
import { malformed } from "./failures.ts";
import { lebIsWhole, resumeScalar } from "./scalars.ts";

/*
 * LEB128: seven bits per byte, lowest first, the eighth bit says that more follow. Longer forms than necessary are
 * accepted up to the most bytes that the type can need; bits beyond the type's width are refused.
 *
 * One-byte numbers are by far the most frequent ones. The readers and writers handle them first and in few enough
 * instructions to be inlined; everything longer is somewhere else.
 */

/** Whether this machine keeps the lowest byte first, as the wire does. */
export const littleEndian: boolean = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Which half of a 64-bit number is the lower one. */
export const lowHalf: 0 | 1 = littleEndian ? 0 : 1;

/** Appends an unsigned number of at most 32 bits. */
export function writeUnsigned(writer: Writer, value: number): void {
  writer.reserve(5);
  if (value < 0x80) writer.buffer[writer.position++] = value;
  else writeLongUnsigned(writer, value);
}

function writeLongUnsigned(writer: Writer, value: number): void {
  const { buffer } = writer;
  let { position } = writer;
  let rest = value;
  while (rest > 0x7f) {
    buffer[position++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  buffer[position++] = rest;
  writer.position = position;
}

/** Appends a signed number of at most 32 bits. */
export function writeSigned(writer: Writer, value: number): void {
  writer.reserve(5);
  const { buffer } = writer;
  let { position } = writer;
  let rest = value;
  while (rest > 63 || rest < -64) {
    buffer[position++] = (rest & 0x7f) | 0x80;
    rest >>= 7;
  }
  buffer[position++] = rest & 0x7f;
  writer.position = position;
}

/** Appends the unsigned number `high * 2^32 + low`. */
export function writeUnsigned64(writer: Writer, low: number, high: number): void {
  writer.reserve(10);
  const { buffer } = writer;
  let { position } = writer;
  let lower = low >>> 0;
  let upper = high >>> 0;
  while (upper !== 0 || lower > 0x7f) {
    buffer[position++] = (lower & 0x7f) | 0x80;
    lower = ((lower >>> 7) | (upper << 25)) >>> 0;
    upper >>>= 7;
  }
  buffer[position++] = lower;
  writer.position = position;
}

/** Appends the signed number whose two's complement is `high * 2^32 + low`. */
export function writeSigned64(writer: Writer, low: number, high: number): void {
  writer.reserve(10);
  const { buffer } = writer;
  let { position } = writer;
  let lower = low | 0;
  let upper = high | 0;
  // Done when the upper half is nothing but the sign, and the sign is also bit 6 of what remains.
  while (upper !== lower >> 31 || lower > 63 || lower < -64) {
    buffer[position++] = (lower & 0x7f) | 0x80;
    lower = (lower >>> 7) | (upper << 25);
    upper >>= 7;
  }
  buffer[position++] = lower & 0x7f;
  writer.position = position;
}

/** Reads an unsigned number of at most 32 bits: a count, a length, a discriminant. */
export function readUnsigned(reader: Reader): number {
  const { position } = reader;
  if (position < reader.end) {
    const byte = reader.buffer[position] as number;
    if (byte < 0x80) {
      reader.position = position + 1;
      return byte;
    }
  }
  return readLongUnsigned(reader, 32);
}

/** {@link readUnsigned} for a number that arrives in pieces. */
export const resumeUnsigned: (input: Input) => Steps<number> = /* @__PURE__ */ resumeScalar(
  readUnsigned,
  5,
  lebIsWhole,
);

/** Reads an unsigned number of any length up to `bits`, at most 32. */
export function readLongUnsigned(reader: Reader, bits: number): number {
  const { buffer, end } = reader;
  let { position } = reader;
  let value = 0;
  for (let shift = 0; shift < bits; shift += 7) {
    if (position >= end) throw underflow;
    const byte = buffer[position++] as number;
    // In the last byte, neither the continuation bit nor bits beyond the width may be set.
    if (bits - shift < 7 && byte >>> (bits - shift) !== 0) break;
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) {
      reader.position = position;
      return value >>> 0;
    }
  }
  throw malformed(reader, reader.position, `expected a u${bits}, got a number of more than ${bits} bits`);
}

/**
 * Reads a signed number of any length up to `bits`, at most 32. With `truncated`, the last byte of a number of full length
 * may lack the bits that extend the sign, as some Rust peers write it.
 */
export function readLongSigned(reader: Reader, bits: number, truncated: boolean): number {
  const { buffer, end } = reader;
  let { position } = reader;
  let value = 0;
  for (let shift = 0; shift < bits; shift += 7) {
    if (position >= end) throw underflow;
    const byte = buffer[position++] as number;
    value |= (byte & 0x7f) << shift;
    const left = bits - shift;
    if (left < 7 && !isSignedEnd(byte, left, truncated)) break;
    if (byte < 0x80) {
      reader.position = position;
      const unused = 32 - Math.min(bits, shift + 7);
      return (value << unused) >> unused;
    }
  }
  throw malformed(reader, reader.position, `expected an s${bits}, got a number of more than ${bits} bits`);
}

/** A 64-bit number as its halves, and as what JavaScript makes of them. */
const halves = /* @__PURE__ */ new Uint32Array(2);
const unsigned = /* @__PURE__ */ viewed(BigUint64Array);
const signed = /* @__PURE__ */ viewed(BigInt64Array);

function viewed<T>(View: new (buffer: ArrayBuffer) => T): T {
  return new View(halves.buffer);
}

/** Reads an unsigned number of up to 64 bits. */
export function readUnsigned64(reader: Reader): bigint {
  readHalves(reader, halves, 0, false, false);
  return unsigned[0] as bigint;
}

/** Reads a signed number of up to 64 bits. */
export function readSigned64(reader: Reader, truncated: boolean): bigint {
  readHalves(reader, halves, 0, true, truncated);
  return signed[0] as bigint;
}

/** Reads a 64-bit number into two numbers of 32 bits, laid out as this machine lays out a 64-bit one. */
export function readHalves(
  reader: Reader,
  target: Uint32Array,
  at: number,
  isSigned: boolean,
  truncated: boolean,
): void {
  const { buffer, end } = reader;
  let { position } = reader;
  let low = 0;
  let high = 0;
  for (let shift = 0; shift < 64; shift += 7) {
    if (position >= end) throw underflow;
    const byte = buffer[position++] as number;
    if (shift === 63 && !(isSigned ? isSignedEnd(byte, 1, truncated) : byte <= 1)) break;
    // If this is the last byte, its bits stand for the sign and all bits above.
    const bits = isSigned && byte < 0x80 ? (byte << 25) >> 25 : byte & 0x7f;
    if (shift < 32) {
      low |= bits << shift;
      // In two shifts, since a shift by 32 is a shift by 0.
      high |= (bits >> 1) >> (31 - shift);
    } else high |= bits << (shift - 32);
    if (byte < 0x80) {
      target[at + lowHalf] = low;
      target[at + 1 - lowHalf] = high;
      reader.position = position;
      return;
    }
  }
  const type = isSigned ? "an s64" : "a u64";
  throw malformed(reader, reader.position, `expected ${type}, got a number of more than 64 bits`);
}

/** Whether a byte may be the last one of a signed number of which it carries `bits` bits. */
export function isSignedEnd(byte: number, bits: number, truncated: boolean): boolean {
  if (byte >= 0x80) return false;
  const sign = (byte << 25) >> (24 + bits);
  return sign === 0 || sign === -1 || (truncated && byte >>> bits === 0);
}
