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
export const resumeUnsigned: (input: Input) => Steps<number> = resumeScalar(readUnsigned, 5, lebIsWhole);

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

/** Reads an unsigned number of up to 64 bits. */
export function readLongUnsigned64(reader: Reader): bigint {
  const { buffer, end } = reader;
  let { position } = reader;
  let low = 0;
  let high = 0;
  for (let shift = 0; shift < 64; shift += 7) {
    if (position >= end) throw underflow;
    const byte = buffer[position++] as number;
    if (shift === 63 && byte > 1) break;
    if (shift < 32) low |= (byte & 0x7f) << shift;
    if (shift > 24) high |= shift < 32 ? (byte & 0x7f) >>> (32 - shift) : (byte & 0x7f) << (shift - 32);
    if (byte < 0x80) {
      reader.position = position;
      return joinHalves(low >>> 0, high >>> 0);
    }
  }
  throw malformed(reader, reader.position, "expected a u64, got a number of more than 64 bits");
}

/** Reads a signed number of up to 64 bits. */
export function readLongSigned64(reader: Reader, truncated: boolean): bigint {
  const { buffer, end } = reader;
  let { position } = reader;
  let low = 0;
  let high = 0;
  for (let shift = 0; shift < 64; shift += 7) {
    if (position >= end) throw underflow;
    const byte = buffer[position++] as number;
    if (shift === 63 && !isSignedEnd(byte, 1, truncated)) break;
    // The sign extends from here to bit 63, unless more bytes follow and say otherwise.
    const bits = shift === 63 ? -(byte & 1) : (byte << 25) >> 25;
    const keep = byte < 0x80 ? bits : byte & 0x7f;
    if (shift < 32) low |= keep << shift;
    if (shift < 32) high |= shift === 0 ? keep >> 31 : keep >> (32 - shift);
    else high |= keep << (shift - 32);
    if (byte < 0x80) {
      reader.position = position;
      return joinHalves(low >>> 0, high);
    }
  }
  throw malformed(reader, reader.position, "expected an s64, got a number of more than 64 bits");
}

/** `high * 2^32 + low`, by way of a double where that is exact. */
function joinHalves(low: number, high: number): bigint {
  const exact = high < 0x200000 && high >= -0x200000;
  return exact ? BigInt(high * 0x100000000 + low) : (BigInt(high) << 32n) | BigInt(low);
}

/** Whether a byte may be the last one of a signed number of which it carries `bits` bits. */
export function isSignedEnd(byte: number, bits: number, truncated: boolean): boolean {
  if (byte >= 0x80) return false;
  const sign = (byte << 25) >> (24 + bits);
  return sign === 0 || sign === -1 || (truncated && byte >>> bits === 0);
}
