import { Reader, underflow } from "../reader.ts";
import type { Input, Read, Resume, Steps } from "./compiled-type.ts";
import { hex, malformed } from "./failures.ts";

/** Whether the bytes gathered so far, `bytes[0]` to `bytes[count - 1]`, are all that belong to the value. */
type IsWhole = (bytes: Uint8Array, count: number) => boolean;

/** LEB128: the last byte has no continuation bit. */
export const lebIsWhole: IsWhole = (bytes, count) => (bytes[count - 1] as number) < 0x80;

/**
 * Makes a value of at most `maxBytes` resumable. Where that many bytes are there, it is read in place; otherwise its bytes
 * are gathered one by one until it is whole, so that none is looked at again when the next piece arrives.
 */
export function resumeScalar<T>(
  read: (reader: Reader) => T,
  maxBytes: number,
  isWhole: IsWhole,
): (input: Input) => Steps<T> {
  return function* (input) {
    if (input.reader.end - input.reader.position >= maxBytes) return read(input.reader);
    const bytes = new Uint8Array(maxBytes);
    let count = 0;
    do {
      while (input.reader.position === input.reader.end) yield;
      bytes[count++] = input.reader.buffer[input.reader.position++] as number;
    } while (count < maxBytes && !isWhole(bytes, count));
    const gathered = new Reader(bytes.subarray(0, count), input.reader.limits);
    gathered.offset = input.reader.offset + input.reader.position - count;
    return read(gathered);
  };
}

/** Makes a value of exactly `size` bytes resumable. */
export function resumeFixed(read: Read, size: number): Resume {
  return resumeScalar(read as (reader: Reader) => unknown, size, () => false);
}

/** A reader of a single byte, 0 or 1: what options, results, streams and futures begin with. @param what for messages */
export function zeroOrOneReader(what: string): (reader: Reader) => number {
  return (reader) => {
    const { position } = reader;
    if (position >= reader.end) throw underflow;
    const byte = reader.buffer[position] as number;
    if (byte > 1) throw malformed(reader, position, `expected ${what} (0x00 or 0x01), got ${hex(byte)}`);
    reader.position = position + 1;
    return byte;
  };
}
