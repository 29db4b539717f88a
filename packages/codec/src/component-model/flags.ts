import type { Reader } from "../reader.ts";
import { underflow } from "../reader.ts";
import type { CompiledType, Explain, Read, Write } from "./compiled-type.ts";
import { mismatch } from "./compiled-type.ts";
import { malformed } from "./failures.ts";
import { resumeFixed } from "./scalars.ts";

type Flags = Record<string, unknown>;

/**
 * `flags`: one bit each, the first one lowest, in as few bytes as hold them. In JavaScript an object of booleans; those
 * not given are false.
 *
 * @param readBytes how many bytes the sender writes; more than necessary for some peers
 */
export function flagsType(keys: readonly string[], readBytes: number): CompiledType {
  const size = Math.ceil(keys.length / 8);
  const write: Write = (writer, value) => {
    if (typeof value !== "object" || value === null) throw mismatch;
    writer.reserve(size);
    const { buffer, position } = writer;
    buffer.fill(0, position, position + size);
    for (let index = 0; index < keys.length; index++) {
      const flag = (value as Flags)[keys[index] as string];
      if (flag === true)
        buffer[position + (index >>> 3)] = (buffer[position + (index >>> 3)] as number) | (1 << (index & 7));
      else if (flag !== false && flag !== undefined) throw mismatch;
    }
    writer.position = position + size;
  };
  const read: Read = (reader) => {
    const { buffer, position } = reader;
    if (position + readBytes > reader.end) throw underflow;
    checkUnknown(reader, keys.length, readBytes);
    const flags: Flags = {};
    for (let index = 0; index < keys.length; index++) {
      flags[keys[index] as string] = (((buffer[position + (index >>> 3)] as number) >>> (index & 7)) & 1) === 1;
    }
    reader.position = position + readBytes;
    return flags;
  };
  const explain: Explain = (value) => {
    if (typeof value !== "object" || value === null) return { path: "", expected: "an object of booleans", got: value };
    for (const key of keys) {
      const flag = (value as Flags)[key];
      if (flag !== undefined && typeof flag !== "boolean") return { path: `.${key}`, expected: "a boolean", got: flag };
    }
    return undefined;
  };
  return { write, read, resume: resumeFixed(read, readBytes), explain, minBytes: readBytes };
}

/** Refuses bits that belong to no flag. */
function checkUnknown(reader: Reader, count: number, size: number): void {
  const { buffer, position } = reader;
  for (let index = count >>> 3; index < size; index++) {
    const first = Math.max(0, count - 8 * index);
    if ((buffer[position + index] as number) >>> first !== 0) {
      throw malformed(reader, position + index, `expected ${count} flags, got a bit that belongs to none of them`);
    }
  }
}

/** Bytes that Rust's generated encoders write for so many flags: those of the integer that they keep them in. */
export function rustFlagsBytes(count: number): number {
  const exact = Math.ceil(count / 8);
  return exact > 16 ? exact : 2 ** Math.ceil(Math.log2(Math.max(1, exact)));
}
