import { RpcError } from "../errors.ts";

/** An unsigned 32-bit LEB128 number that arrives byte by byte. */
export class Leb128 {
  #value = 0;
  #shift = 0;

  /** Whether some but not all bytes of a number were seen. */
  get partial(): boolean {
    return this.#shift > 0;
  }

  /**
   * Takes one byte; the number once it is complete, -1 before.
   *
   * @throws RpcError `protocol` when the number needs more than 32 bits
   */
  push(byte: number): number {
    if (this.#shift === 28 && byte > 0x0f) throw new RpcError("protocol", "a length or index exceeds 32 bits");
    this.#value += (byte & 0x7f) * 2 ** this.#shift;
    if (byte > 0x7f) {
      this.#shift += 7;
      return -1;
    }
    const value = this.#value;
    this.#value = 0;
    this.#shift = 0;
    return value;
  }
}

/** Number of bytes that {@link writeU32} needs. */
export function sizeOfU32(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x200000) return 3;
  return value < 0x10000000 ? 4 : 5;
}

/** Writes a number and returns the offset behind it. */
export function writeU32(target: Uint8Array, offset: number, value: number): number {
  let rest = value;
  let at = offset;
  while (rest > 0x7f) {
    target[at++] = (rest & 0x7f) | 0x80;
    rest = Math.floor(rest / 128);
  }
  target[at++] = rest;
  return at;
}
