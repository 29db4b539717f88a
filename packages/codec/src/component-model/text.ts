import type { Reader } from "../reader.ts";
import { underflow } from "../reader.ts";
import type { Writer } from "../writer.ts";
import { readAscii } from "./ascii.ts";
import { gatherBytes } from "./bytes.ts";
import type { CompiledType, Explain, Input, Read, Steps, Write } from "./compiled-type.ts";
import { mismatch } from "./compiled-type.ts";
import { hex, malformed, shortage } from "./failures.ts";
import { readUnsigned, resumeUnsigned, writeUnsigned } from "./leb128.ts";
import { lebIsWhole, resumeScalar } from "./scalars.ts";

const textEncoder = /* @__PURE__ */ new TextEncoder();
/** Refuses what is no UTF-8 (so also surrogates and overlong forms) and keeps a leading U+FEFF. */
const textDecoder = /* @__PURE__ */ new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Up to this many UTF-16 code units, a loop is faster than crossing into the engine's encoder. It is also the most whose
 * UTF-8 length, at most three bytes each, always fits the one-byte length prefix.
 */
const shortText = 42;

const writeString: Write = (writer, value) => {
  if (typeof value !== "string") throw mismatch;
  if (value.length > shortText) writeLongString(writer, value);
  else writeShortString(writer, value);
};

/** Writes ASCII as it goes along; the first other character hands over to the engine. */
function writeShortString(writer: Writer, value: string): void {
  const { length } = value;
  writer.reserve(1 + 3 * length);
  const { buffer } = writer;
  let { position } = writer;
  buffer[position++] = length;
  for (let index = 0; index < length; index++) {
    const unit = value.charCodeAt(index);
    if (unit > 0x7f) {
      writeShortUnicode(writer, value);
      return;
    }
    buffer[position++] = unit;
  }
  writer.position = position;
}

function writeShortUnicode(writer: Writer, value: string): void {
  if (!value.isWellFormed()) throw mismatch;
  const { buffer, position } = writer;
  const { written } = textEncoder.encodeInto(value, buffer.subarray(position + 1));
  buffer[position] = written;
  writer.position = position + 1 + written;
}

/**
 * Writes the text behind a length of as many bytes as ASCII would need, and moves it where it turns out to need more. Space
 * is reserved for ASCII as well, and for three bytes per code unit only once something else has been met.
 */
function writeLongString(writer: Writer, value: string): void {
  if (!value.isWellFormed()) throw mismatch;
  const start = writer.position;
  writeUnsigned(writer, value.length);
  const first = writer.position;
  writer.reserve(value.length);
  const { read, written } = textEncoder.encodeInto(value, writer.buffer.subarray(first));
  writer.position = first + written;
  if (read < value.length) writeRest(writer, value.slice(read));
  const length = writer.position - first;
  if (length !== value.length) correctLength(writer, start, first, length);
}

function writeRest(writer: Writer, rest: string): void {
  writer.reserve(3 * rest.length);
  writer.position += textEncoder.encodeInto(rest, writer.buffer.subarray(writer.position)).written;
}

/** Writes the length of the text that begins at `first` to `start`, and moves the text up against it. */
function correctLength(writer: Writer, start: number, first: number, length: number): void {
  writer.reserve(5);
  writer.position = start;
  const end = first + length;
  const moved = start + unsignedSize(length);
  if (moved !== first) writer.buffer.copyWithin(moved, first, end);
  writeUnsigned(writer, length);
  writer.position = moved + length;
}

function unsignedSize(value: number): number {
  return value < 0x80 ? 1 : Math.ceil((32 - Math.clz32(value)) / 7);
}

const readString: Read = (reader) => {
  const length = readUnsigned(reader);
  const { position } = reader;
  const end = position + length;
  if (end > reader.end) throw shortage(reader, length);
  reader.position = end;
  return readAscii(reader.buffer, position, length) ?? decodeText(reader, reader.buffer.subarray(position, end));
};

function decodeText(reader: Reader, bytes: Uint8Array): string {
  try {
    return textDecoder.decode(bytes);
  } catch {
    throw malformed(
      reader,
      reader.position - bytes.length,
      `expected a string, got ${bytes.length} bytes that are not UTF-8`,
    );
  }
}

function* resumeString(input: Input): Steps<string> {
  const length = yield* resumeUnsigned(input);
  const bytes = yield* gatherBytes(input, length);
  return decodeText(input.reader, bytes);
}

const explainString: Explain = (value) => {
  if (typeof value !== "string") return { path: "", expected: "a string", got: value };
  return value.isWellFormed() ? undefined : { path: "", expected: "a string without lone surrogates", got: value };
};

/** `string`: its length in bytes, then UTF-8. */
export const stringType: CompiledType = {
  write: writeString,
  read: readString,
  resume: resumeString,
  explain: explainString,
  minBytes: 1,
};

const writeChar: Write = (writer, value) => {
  if (!isChar(value)) throw mismatch;
  writer.reserve(4);
  const code = value.codePointAt(0) as number;
  if (code < 0x80) writer.buffer[writer.position++] = code;
  else writer.position += textEncoder.encodeInto(value, writer.buffer.subarray(writer.position)).written;
};

function isChar(value: unknown): value is string {
  if (typeof value !== "string") return false;
  return value.length === 1 ? value.isWellFormed() : value.length === 2 && (value.codePointAt(0) as number) > 0xffff;
}

const readChar: Read = (reader) => {
  const { buffer, position } = reader;
  if (position >= reader.end) throw underflow;
  const first = buffer[position] as number;
  const size = charSize(first);
  if (position + size > reader.end) throw underflow;
  reader.position = position + size;
  if (size === 1 && first < 0x80) return String.fromCharCode(first);
  try {
    return textDecoder.decode(buffer.subarray(position, position + size));
  } catch {
    throw malformed(reader, position, `expected a char, got ${size} bytes that are not UTF-8`);
  }
};

/** Number of bytes of a character that begins with `first`; 1 also where none can begin with it. */
export function charSize(first: number): number {
  if (first < 0xc0) return 1;
  return first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf8 ? 4 : 1;
}

const resumeChar = /* @__PURE__ */ resumeScalar(
  readChar as (reader: Reader) => unknown,
  4,
  (bytes, count) => count === charSize(bytes[0] as number),
);

const explainChar: Explain = (value) =>
  isChar(value) ? undefined : { path: "", expected: "a string of one character", got: value };

/** `char`: one Unicode scalar value as UTF-8, without a length. */
export const charType: CompiledType = {
  write: writeChar,
  read: readChar,
  resume: resumeChar,
  explain: explainChar,
  minBytes: 1,
};

const writeGoChar: Write = (writer, value) => {
  if (!isChar(value)) throw mismatch;
  writeUnsigned(writer, value.codePointAt(0) as number);
};

const readGoChar: Read = (reader) => {
  const start = reader.position;
  const code = readUnsigned(reader);
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
    throw malformed(reader, start, `expected a char, got ${hex(code)}, which is none`);
  }
  return String.fromCodePoint(code);
};

/** `char` as Go peers have it: the LEB128 of its code point. */
export const goCharType: CompiledType = {
  write: writeGoChar,
  read: readGoChar,
  resume: /* @__PURE__ */ resumeScalar(readGoChar as (reader: Reader) => unknown, 5, lebIsWhole),
  explain: explainChar,
  minBytes: 1,
};
