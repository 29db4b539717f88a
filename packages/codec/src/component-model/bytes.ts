import type { Reader } from "../reader.ts";
import type { Input, Steps } from "./compiled-type.ts";
import { checkLength, shortage } from "./failures.ts";

/** How many times larger than a view the buffer may be that the view keeps alive. */
const pinRatio = 4;

/** Whether a view of `length` bytes would keep a buffer alive that is much larger than itself. */
function pinsTooMuch(buffer: Uint8Array, length: number): boolean {
  return length * pinRatio < buffer.buffer.byteLength;
}

/** The next `length` bytes as a value of their own: a view of what was received, or a copy where that would pin too much. */
export function readBytes(reader: Reader, length: number): Uint8Array {
  const { buffer, position } = reader;
  const end = position + length;
  if (end > reader.end) throw shortage(reader, length);
  reader.position = end;
  return pinsTooMuch(buffer, length) ? buffer.slice(position, end) : buffer.subarray(position, end);
}

/** {@link readBytes} for bytes that arrive in pieces. Memory follows what has arrived, not what was announced. */
export function* resumeBytes(input: Input, length: number): Steps<Uint8Array> {
  if (input.reader.remaining >= length) return readBytes(input.reader, length);
  checkLength(input.reader, length);
  let bytes = new Uint8Array(Math.min(length, 2 * input.reader.remaining + 16));
  let count = 0;
  for (;;) {
    const { reader } = input;
    const taken = Math.min(reader.remaining, length - count);
    if (count + taken > bytes.length) bytes = grow(bytes, count, Math.min(length, 2 * (count + taken)));
    bytes.set(reader.buffer.subarray(reader.position, reader.position + taken), count);
    reader.position += taken;
    count += taken;
    if (count === length) return bytes.length === length ? bytes : bytes.slice(0, length);
    yield;
  }
}

function grow(bytes: Uint8Array<ArrayBuffer>, count: number, capacity: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(capacity);
  larger.set(bytes.subarray(0, count));
  return larger;
}
