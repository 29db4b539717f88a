import type { Reader } from "../reader.ts";
import { underflow } from "../reader.ts";
import type { CompiledType, Explain, Read, Write } from "./compiled-type.ts";
import { mismatch, plain } from "./compiled-type.ts";
import { resumeFixed } from "./scalars.ts";

/*
 * Little-endian IEEE 754. JavaScript may keep the payload of a NaN, so a NaN is written as its canonical bits rather than
 * as a number.
 */

const canonicalNaN32 = 0x7fc00000;
const canonicalNaN64High = 0x7ff80000;

const writeF32: Write = (writer, value) => {
  if (!isF32(value)) throw mismatch;
  writer.reserve(4);
  const { position, view } = writer;
  if (Number.isNaN(value)) view.setUint32(position, canonicalNaN32, true);
  else view.setFloat32(position, value, true);
  writer.position = position + 4;
};

const writeF64: Write = (writer, value) => {
  if (typeof value !== "number") throw mismatch;
  writer.reserve(8);
  const { position, view } = writer;
  if (Number.isNaN(value)) {
    view.setUint32(position, 0, true);
    view.setUint32(position + 4, canonicalNaN64High, true);
  } else view.setFloat64(position, value, true);
  writer.position = position + 8;
};

const readF32: Read = (reader) => reader.view.getFloat32(advance(reader, 4), true);
const readF64: Read = (reader) => reader.view.getFloat64(advance(reader, 8), true);

/** Moves past `size` bytes and answers where they begin. */
function advance(reader: Reader, size: number): number {
  const { position } = reader;
  if (position + size > reader.end) throw underflow;
  reader.position = position + size;
  return position;
}

/** A number that an f32 can hold, be it rounded: everything but finite numbers that would become infinite. */
function isF32(value: unknown): value is number {
  if (typeof value !== "number") return false;
  return Number.isFinite(Math.fround(value)) || !Number.isFinite(value);
}

const explainF32: Explain = (value) =>
  isF32(value) ? undefined : { path: "", expected: "an f32 (a number of at most 3.4e38)", got: value };

const explainF64: Explain = (value) =>
  typeof value === "number" ? undefined : { path: "", expected: "a number", got: value };

/** `f32`: four bytes. Numbers are rounded to the nearest f32. */
export const f32Type: CompiledType = {
  ...plain,
  write: writeF32,
  read: readF32,
  resume: resumeFixed(readF32, 4),
  explain: explainF32,
  minBytes: 4,
};

/** `f64`: eight bytes. */
export const f64Type: CompiledType = {
  ...plain,
  write: writeF64,
  read: readF64,
  resume: resumeFixed(readF64, 8),
  explain: explainF64,
  minBytes: 8,
};
