import type { DecodeLimits } from "./limits.ts";
import { DEFAULT_DECODE_LIMITS } from "./limits.ts";

/** Thrown by decoders when bytes are missing that may still come. A constant: it carries nothing and costs nothing. */
export const underflow: unique symbol = Symbol("underflow") as never;

const empty = new Uint8Array(0);

/** Bytes to be decoded. Decoders read `buffer` from `position` to `end` directly. */
export class Reader {
  buffer: Uint8Array = empty;
  view: DataView = new DataView(empty.buffer);
  position = 0;
  end = 0;
  readonly limits: DecodeLimits;

  constructor(bytes: Uint8Array = empty, limits: DecodeLimits = DEFAULT_DECODE_LIMITS) {
    this.limits = limits;
    this.#set(bytes);
  }

  /** Number of bytes not yet read. */
  get remaining(): number {
    return this.end - this.position;
  }

  /** Adds bytes behind those not yet read. The reader keeps the array; values may be views of it. */
  feed(bytes: Uint8Array): void {
    if (this.position === this.end) {
      this.#set(bytes);
      return;
    }
    const joined = new Uint8Array(this.remaining + bytes.length);
    joined.set(this.buffer.subarray(this.position, this.end));
    joined.set(bytes, this.remaining);
    this.#set(joined);
  }

  #set(bytes: Uint8Array): void {
    this.buffer = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.position = 0;
    this.end = bytes.length;
  }
}
