import { type ComponentDecodeError, malformed } from "./decode-error.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Reads one stretch of a file from front to back. Positions count from the beginning of the file. */
export class ByteReader {
  readonly bytes: Uint8Array;
  /** Where the next byte is read. */
  at: number;
  /** Just behind the last byte. */
  readonly end: number;
  /** What this stretch is, for messages: `file`, `type section`. */
  readonly what: string;

  constructor(bytes: Uint8Array, at: number, end: number, what: string) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
    this.what = what;
  }

  get remaining(): number {
    return this.end - this.at;
  }

  /** The next byte, left in place. */
  peek(expected: string): number {
    const byte = this.at < this.end ? this.bytes[this.at] : undefined;
    if (byte === undefined) throw malformed(this.at, `unexpected end of the ${this.what}: ${expected} expected`);
    return byte;
  }

  byte(expected: string): number {
    const byte = this.peek(expected);
    this.at++;
    return byte;
  }

  /** An unsigned LEB128 number of at most 32 bits and five bytes. */
  u32(expected: string): number {
    const start = this.at;
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte(expected);
      if (shift === 28 && byte > 0x0f) throw this.#tooLong(start, expected, byte, "32 bits");
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw malformed(start, `${expected} is a number of too many bytes`);
  }

  /** A signed LEB128 number of at most `bits` bits, passed over. */
  skipSigned(bits: 32 | 33 | 64, expected: string): void {
    const start = this.at;
    const most = Math.ceil(bits / 7);
    for (let count = 1; count <= most; count++) {
      const byte = this.byte(expected);
      if (byte >= 0x80) continue;
      if (count === most) {
        const used = bits - 7 * (most - 1);
        const sign = (byte << 25) >> (24 + used);
        if (sign !== 0 && sign !== -1) throw this.#tooLong(start, expected, byte, `${bits} bits`);
      }
      return;
    }
    throw malformed(start, `${expected} is a number of too many bytes`);
  }

  /** A signed LEB128 number of 33 bits that must not be negative: how indices of types are written. */
  typeIndex(expected: string): number {
    const start = this.at;
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte(expected);
      if (shift === 28 && (byte & 0x7f) > 0x0f) throw this.#tooLong(start, expected, byte, "33 bits");
      value += (byte & 0x7f) * 2 ** shift;
      if (byte >= 0x80) continue;
      if (shift < 28 && (byte & 0x40) !== 0) throw malformed(start, `${expected} expected, but 0x${hex(byte)} is none`);
      return value;
    }
    throw malformed(start, `${expected} is a number of too many bytes`);
  }

  /** The count in front of a list, no larger than bytes remain, since each element takes at least one. */
  count(of: string): number {
    const start = this.at;
    const count = this.u32(`the number of ${of}`);
    if (count > this.remaining) {
      throw malformed(start, `${count} ${of} announced, but only ${this.remaining} bytes remain in the ${this.what}`);
    }
    return count;
  }

  /** Reads a list with the count in front of it. */
  list<T>(of: string, element: (index: number) => T): T[] {
    const count = this.count(of);
    const elements: T[] = [];
    for (let index = 0; index < count; index++) elements.push(element(index));
    return elements;
  }

  /** Text with its length in bytes in front of it. */
  name(expected: string): string {
    const bytes = this.take(this.count(`bytes of ${expected}`), expected);
    try {
      return utf8.decode(bytes);
    } catch {
      throw malformed(this.at - bytes.length, `${expected} is not valid UTF-8`);
    }
  }

  /** The next bytes, as a view. */
  take(length: number, expected: string): Uint8Array {
    if (length > this.remaining) {
      throw malformed(
        this.at,
        `${expected} takes ${length} bytes, but only ${this.remaining} remain in the ${this.what}`,
      );
    }
    const start = this.at;
    this.at += length;
    return this.bytes.subarray(start, this.at);
  }

  /** A reader of the next `size` bytes, which this one passes over; the size is read first. */
  within(what: string): ByteReader {
    const size = this.u32(`the size of the ${what}`);
    const start = this.at;
    if (size > this.remaining) {
      throw malformed(start, `the ${what} takes ${size} bytes, but only ${this.remaining} remain in the ${this.what}`);
    }
    this.at += size;
    return new ByteReader(this.bytes, start, this.at, what);
  }

  /** Makes sure that nothing is left over. */
  finish(): void {
    if (this.remaining > 0) {
      throw malformed(this.at, `the ${this.what} should end here, but ${this.remaining} more bytes follow`);
    }
  }

  #tooLong(start: number, expected: string, byte: number, size: string): ComponentDecodeError {
    return malformed(start, `${expected} is a number ${byte >= 0x80 ? "of too many bytes" : `of more than ${size}`}`);
  }
}

/** A byte in two digits. */
export function hex(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}
