import type { Reader } from "../reader.ts";
import { underflow } from "../reader.ts";
import type { Writer } from "../writer.ts";
import type { CompiledType, Explain, Read, Write } from "./compiled-type.ts";
import { mismatch } from "./compiled-type.ts";
import { littleEndian } from "./leb128.ts";
import { resumeFixed } from "./scalars.ts";

/*
 * Little-endian IEEE 754. JavaScript may keep the payload of a NaN, so a NaN is written as its canonical bits rather than
 * as a number.
 */

const canonicalNaN32 = /* @__PURE__ */ Uint8Array.of(0x00, 0x00, 0xc0, 0x7f);
const canonicalNaN64 = /* @__PURE__ */ Uint8Array.of(0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xf8, 0x7f);

/*
 * One number at a time goes through a scratch array: moving eight bytes costs less than a DataView of a buffer that is
 * used for a message or two.
 */
const scratch = /* @__PURE__ */ new Uint8Array(8);
const scratch32 = /* @__PURE__ */ new Float32Array(scratch.buffer, 0, 1);
const scratch64 = /* @__PURE__ */ new Float64Array(scratch.buffer);

const writeF32: Write = (writer, value) => {
  if (!isF32(value)) throw mismatch;
  scratch32[0] = value;
  if (Number.isNaN(value)) writer.bytes(canonicalNaN32);
  else writeScratch(writer, 4);
};

const writeF64: Write = (writer, value) => {
  if (typeof value !== "number") throw mismatch;
  scratch64[0] = value;
  if (Number.isNaN(value)) writer.bytes(canonicalNaN64);
  else writeScratch(writer, 8);
};

const readF32: Read = (reader) => {
  readScratch(reader, 4);
  return scratch32[0];
};

const readF64: Read = (reader) => {
  readScratch(reader, 8);
  return scratch64[0];
};

function writeScratch(writer: Writer, size: number): void {
  writer.reserve(size);
  const { buffer, position } = writer;
  const flip = littleEndian ? 0 : size - 1;
  for (let index = 0; index < size; index++) buffer[position + index] = scratch[index ^ flip] as number;
  writer.position = position + size;
}

function readScratch(reader: Reader, size: number): void {
  const { buffer, position } = reader;
  if (position + size > reader.end) throw underflow;
  const flip = littleEndian ? 0 : size - 1;
  for (let index = 0; index < size; index++) scratch[index ^ flip] = buffer[position + index] as number;
  reader.position = position + size;
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
  write: writeF32,
  read: readF32,
  resume: /* @__PURE__ */ resumeFixed(readF32, 4),
  explain: explainF32,
  minBytes: 4,
};

/** `f64`: eight bytes. */
export const f64Type: CompiledType = {
  write: writeF64,
  read: readF64,
  resume: /* @__PURE__ */ resumeFixed(readF64, 8),
  explain: explainF64,
  minBytes: 8,
};
