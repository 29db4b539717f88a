import type { Reader } from "../reader.ts";
import { Writer } from "../writer.ts";
import type { Input, Steps } from "./compiled-type.ts";
import { checkLength, shortage } from "./failures.ts";

/** How many times larger than a view the buffer may be that the view keeps alive. */
const pinRatio = 4;

/** Part of a buffer as a value of its own: a view of it, or a copy where that would keep much more alive than it shows. */
function part(buffer: Uint8Array, start: number, end: number): Uint8Array {
  const pinsTooMuch = (end - start) * pinRatio < buffer.buffer.byteLength;
  return pinsTooMuch ? buffer.slice(start, end) : buffer.subarray(start, end);
}

/** The next `length` bytes as a value of their own. */
export function readBytes(reader: Reader, length: number): Uint8Array {
  const { buffer, position } = reader;
  const end = position + length;
  if (end > reader.end) throw shortage(reader, length);
  reader.position = end;
  return part(buffer, position, end);
}

/** {@link readBytes} for bytes that arrive in pieces. */
export function* resumeBytes(input: Input, length: number): Steps<Uint8Array> {
  return input.reader.remaining < length ? yield* gatherBytes(input, length) : readBytes(input.reader, length);
}

/** Copies the next `length` bytes as they arrive. Memory follows what has arrived, not what was announced. */
export function* gatherBytes(input: Input, length: number): Steps<Uint8Array> {
  checkLength(input.reader, length);
  const gathered = new Writer();
  for (;;) {
    const { reader } = input;
    const { buffer, position } = reader;
    reader.position += Math.min(reader.remaining, length - gathered.position);
    gathered.bytes(buffer.subarray(position, reader.position));
    if (gathered.position === length) return part(gathered.buffer, 0, length);
    yield;
  }
}
