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
