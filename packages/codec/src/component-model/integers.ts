import type { Reader } from "../reader.ts";
import { underflow } from "../reader.ts";
import type { Writer } from "../writer.ts";
import type { CompiledType, Explain, Read, Write } from "./compiled-type.ts";
import { mismatch } from "./compiled-type.ts";
import {
  readLongSigned,
  readLongUnsigned,
  readSigned64,
  readUnsigned64,
  writeSigned,
  writeSigned64,
  writeUnsigned,
  writeUnsigned64,
} from "./leb128.ts";
import { lebIsWhole, resumeFixed, resumeScalar } from "./scalars.ts";

export type IntegerName = "u8" | "s8" | "u16" | "s16" | "u32" | "s32" | "u64" | "s64";

/** `u8`: one byte. */
export const u8Type: CompiledType = /* @__PURE__ */ byteType("u8", writeU8, readU8);

/** `s8`: one byte. */
export const s8Type: CompiledType = /* @__PURE__ */ byteType("s8", writeS8, readS8);

/** `u16`: LEB128. */
export const u16Type: CompiledType = /* @__PURE__ */ lebType("u16", 3, writeU16, (reader) => {
  return readOneByte(reader) ?? readLongUnsigned(reader, 16);
});

/** `u32`: LEB128. */
export const u32Type: CompiledType = /* @__PURE__ */ lebType("u32", 5, writeU32, (reader) => {
  return readOneByte(reader) ?? readLongUnsigned(reader, 32);
});

/** `u64`: LEB128. */
export const u64Type: CompiledType = /* @__PURE__ */ lebType("u64", 10, writeU64, readU64);

/** `s16`: LEB128. @param truncated explained at {@link readLongSigned} */
export function s16Type(truncated: boolean): CompiledType {
  return lebType("s16", 3, writeS16, (reader) => {
    return readOneSignedByte(reader) ?? readLongSigned(reader, 16, truncated);
  });
}

/** `s32`: LEB128. @param truncated explained at {@link readLongSigned} */
export function s32Type(truncated: boolean): CompiledType {
  return lebType("s32", 5, writeS32, (reader) => {
    return readOneSignedByte(reader) ?? readLongSigned(reader, 32, truncated);
  });
}

/** `s64`: LEB128. @param truncated explained at {@link readLongSigned} */
export function s64Type(truncated: boolean): CompiledType {
  return lebType("s64", 10, writeS64, (reader) => readS64(reader, truncated));
}

function byteType(name: IntegerName, write: Write, read: Read): CompiledType {
  return { write, read, resume: resumeFixed(read, 1), explain: explainInteger(name), minBytes: 1 };
}

function lebType(name: IntegerName, maxBytes: number, write: Write, read: (reader: Reader) => unknown): CompiledType {
  const resume = resumeScalar(read, maxBytes, lebIsWhole);
  return { write, read, resume, explain: explainInteger(name), minBytes: 1 };
}

/* Writing. A shift converts to the width, so what is equal to its result is an integer that fits. */

function writeU8(writer: Writer, value: unknown): void {
  if (typeof value !== "number" || (value & 0xff) !== value) throw mismatch;
  writer.byte(value);
}

function writeS8(writer: Writer, value: unknown): void {
  if (typeof value !== "number" || (value << 24) >> 24 !== value) throw mismatch;
  writer.byte(value);
}

function writeU16(writer: Writer, value: unknown): void {
  if (typeof value !== "number" || (value & 0xffff) !== value) throw mismatch;
  writeUnsigned(writer, value);
}

function writeU32(writer: Writer, value: unknown): void {
  if (typeof value !== "number" || value >>> 0 !== value) throw mismatch;
  writeUnsigned(writer, value);
}

function writeS16(writer: Writer, value: unknown): void {
  if (typeof value !== "number" || (value << 16) >> 16 !== value) throw mismatch;
  writeSigned(writer, value);
}

function writeS32(writer: Writer, value: unknown): void {
  if (typeof value !== "number" || (value | 0) !== value) throw mismatch;
  writeSigned(writer, value);
}

function writeU64(writer: Writer, value: unknown): void {
  if (typeof value !== "bigint" || BigInt.asUintN(64, value) !== value) throw mismatch;
  writeUnsigned64(writer, Number(BigInt.asUintN(32, value)), Number(value >> 32n));
}

function writeS64(writer: Writer, value: unknown): void {
  if (typeof value !== "bigint" || BigInt.asIntN(64, value) !== value) throw mismatch;
  writeSigned64(writer, Number(BigInt.asIntN(32, value)), Number(value >> 32n));
}

/* Reading. */

function readU8(reader: Reader): number {
  if (reader.position >= reader.end) throw underflow;
  return reader.buffer[reader.position++] as number;
}

function readS8(reader: Reader): number {
  return (readU8(reader) << 24) >> 24;
}

/** An unsigned number of one byte; `undefined` when it is longer or missing. */
function readOneByte(reader: Reader): number | undefined {
  const { position } = reader;
  if (position >= reader.end) return undefined;
  const byte = reader.buffer[position] as number;
  if (byte >= 0x80) return undefined;
  reader.position = position + 1;
  return byte;
}

/** A signed number of one byte; `undefined` when it is longer or missing. */
function readOneSignedByte(reader: Reader): number | undefined {
  const byte = readOneByte(reader);
  return byte === undefined ? undefined : (byte << 25) >> 25;
}

function readU64(reader: Reader): bigint {
  const short = readOneByte(reader);
  return short === undefined ? readUnsigned64(reader) : BigInt(short);
}

function readS64(reader: Reader, truncated: boolean): bigint {
  const short = readOneSignedByte(reader);
  return short === undefined ? readSigned64(reader, truncated) : BigInt(short);
}

/* Explaining. */

function explainInteger(name: IntegerName): Explain {
  const bits = Number(name.slice(1));
  const signed = name.startsWith("s");
  const least = signed ? -(2n ** BigInt(bits - 1)) : 0n;
  const beyond = least + 2n ** BigInt(bits);
  const isBig = bits === 64;
  const range = isBig
    ? `bigint, ${signed ? "-(2n ** 63n) to 2n ** 63n" : "0n to 2n ** 64n"} - 1n`
    : `${least} to ${beyond - 1n}`;
  const fits = (value: unknown): boolean =>
    (isBig ? typeof value === "bigint" : Number.isInteger(value)) &&
    (value as number) >= least &&
    (value as number) < beyond;
  const expected = `${signed ? "an" : "a"} ${name} (${range})`;
  return (value) => (fits(value) ? undefined : { path: "", expected, got: value });
}
