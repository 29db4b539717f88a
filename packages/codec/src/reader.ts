import type { DecodeLimits } from "./limits.ts";
import { DEFAULT_DECODE_LIMITS } from "./limits.ts";

/** Thrown by decoders when bytes are missing that may still come. A constant: it carries nothing and costs nothing. */
export const underflow: unique symbol = Symbol("underflow") as never;

const empty = new Uint8Array(0);

/**
 * Bytes to be decoded. Decoders read `buffer` from `position` to `end` directly, and so may a function that lifts its
 * own parameters: advance `position` past what was read, throw {@link underflow} with `position` untouched when bytes are
 * missing.
 */
export class Reader {
  buffer: Uint8Array = empty;
  position = 0;
  end = 0;
  /** Number of bytes read before `buffer[0]`, so that `offset + position` counts from the first byte ever fed. */
  offset = 0;
  readonly limits: DecodeLimits;
  /** List elements that the value being decoded may still have; kept by the decoders. */
  elements = 0;
  #view: DataView | undefined;

  constructor(bytes: Uint8Array = empty, limits: DecodeLimits = DEFAULT_DECODE_LIMITS) {
    this.limits = limits;
    this.#set(bytes);
  }

  /** `buffer` as a DataView. */
  get view(): DataView {
    this.#view ??= new DataView(this.buffer.buffer, this.buffer.byteOffset, this.buffer.byteLength);
    return this.#view;
  }

  /** Number of bytes not yet read. */
  get remaining(): number {
    return this.end - this.position;
  }

  /** Adds bytes behind those not yet read. The reader keeps the array; values may be views of it. */
  feed(bytes: Uint8Array): void {
    this.offset += this.position;
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
    // A Buffer would make every view of it a Buffer too, and values are plain Uint8Arrays.
    const plain = bytes.constructor === Uint8Array;
    this.buffer = plain ? bytes : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = undefined;
    this.position = 0;
    this.end = bytes.length;
  }
}
