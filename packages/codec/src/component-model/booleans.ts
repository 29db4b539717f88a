import { underflow } from "../reader.ts";
import type { CompiledType, Read, Write } from "./compiled-type.ts";
import { mismatch } from "./compiled-type.ts";
import { hex, malformed } from "./failures.ts";
import { resumeFixed } from "./scalars.ts";

const write: Write = (writer, value) => {
  if (typeof value !== "boolean") throw mismatch;
  writer.byte(value ? 1 : 0);
};

const read: Read = (reader) => {
  const { position } = reader;
  if (position >= reader.end) throw underflow;
  const byte = reader.buffer[position] as number;
  if (byte > 1) throw malformed(reader, position, `expected a bool (0x00 or 0x01), got ${hex(byte)}`);
  reader.position = position + 1;
  return byte === 1;
};

/** `bool`: one byte, 0 or 1. */
export const boolType: CompiledType = {
  write,
  read,
  resume: /* @__PURE__ */ resumeFixed(read, 1),
  explain: (value) => (typeof value === "boolean" ? undefined : { path: "", expected: "a boolean", got: value }),
  minBytes: 1,
};
