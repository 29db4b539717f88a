import type { Reader } from "../reader.ts";
import { underflow } from "../reader.ts";
import type { Writer } from "../writer.ts";
import type { CompiledType, Explain, Read, Write } from "./compiled-type.ts";
import { mismatch, plain } from "./compiled-type.ts";
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

/** The integer types. `truncated` is explained at {@link readLongSigned}. */
export function integerTypes(truncated: boolean): Record<IntegerName, CompiledType> {
  return {
    u8: byteType("u8", writeU8, readU8),
    s8: byteType("s8", writeS8, readS8),
    u16: lebType("u16", 3, writeU16, (reader) => readOneByte(reader) ?? readLongUnsigned(reader, 16)),
    u32: lebType("u32", 5, writeU32, (reader) => readOneByte(reader) ?? readLongUnsigned(reader, 32)),
    s16: lebType("s16", 3, writeS16, (reader) => readOneSignedByte(reader) ?? readLongSigned(reader, 16, truncated)),
    s32: lebType("s32", 5, writeS32, (reader) => readOneSignedByte(reader) ?? readLongSigned(reader, 32, truncated)),
    u64: lebType("u64", 10, writeU64, readU64),
    s64: lebType("s64", 10, writeS64, (reader) => readS64(reader, truncated)),
  };
}

function byteType(name: IntegerName, write: Write, read: Read): CompiledType {
  return { ...plain, write, read, resume: resumeFixed(read, 1), explain: explainInteger(name), minBytes: 1 };
}

function lebType(name: IntegerName, maxBytes: number, write: Write, read: (reader: Reader) => unknown): CompiledType {
  const resume = resumeScalar(read, maxBytes, lebIsWhole);
  return { ...plain, write, read, resume, explain: explainInteger(name), minBytes: 1 };
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

const ranges: Record<IntegerName, string> = {
  u8: "0 to 255",
  s8: "-128 to 127",
  u16: "0 to 65535",
  s16: "-32768 to 32767",
  u32: "0 to 4294967295",
  s32: "-2147483648 to 2147483647",
  u64: "bigint, 0n to 2n ** 64n - 1n",
  s64: "bigint, -(2n ** 63n) to 2n ** 63n - 1n",
};

function explainInteger(name: IntegerName): Explain {
  const bits = Number(name.slice(1));
  const signed = name.startsWith("s");
  const fits = (value: unknown): boolean => {
    if (bits === 64) {
      return typeof value === "bigint" && (signed ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value)) === value;
    }
    const limit = 2 ** (signed ? bits - 1 : bits);
    return Number.isInteger(value) && (value as number) < limit && (value as number) >= (signed ? -limit : 0);
  };
  const expected = `${signed ? "an" : "a"} ${name} (${ranges[name]})`;
  return (value) => (fits(value) ? undefined : { path: "", expected, got: value });
}
