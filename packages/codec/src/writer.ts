/** What a writer allocates at a time, once it has been used for a while. Small messages share it. */
const slabBytes = 8192;

/**
 * A growing byte buffer. Encoders write to `buffer` from `position` directly after {@link Writer.reserve}, and so may a
 * function that lowers its own results.
 */
export class Writer {
  buffer: Uint8Array<ArrayBuffer>;
  /** Number of bytes written. */
  position = 0;
  #view: DataView<ArrayBuffer> | undefined;
  #next: number;

  /** @param capacity bytes to begin with; more are allocated as needed */
  constructor(capacity = 256) {
    this.buffer = new Uint8Array(capacity);
    this.#next = capacity;
  }

  /** `buffer` as a DataView. */
  get view(): DataView<ArrayBuffer> {
    this.#view ??= new DataView(this.buffer.buffer, this.buffer.byteOffset, this.buffer.byteLength);
    return this.#view;
  }

  /** Makes room for `count` more bytes; call before writing to `buffer`. */
  reserve(count: number): void {
    if (this.position + count > this.buffer.length) this.#grow(count);
  }

  byte(value: number): void {
    this.reserve(1);
    this.buffer[this.position++] = value;
  }

  /** ULEB128 of an unsigned 32-bit number. */
  u32(value: number): void {
    this.reserve(5);
    let rest = value >>> 0;
    while (rest > 0x7f) {
      this.buffer[this.position++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.buffer[this.position++] = rest;
  }

  /** Raw bytes without a length. */
  bytes(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.buffer.set(bytes, this.position);
    this.position += bytes.length;
  }

  /** The bytes written so far, as a view that the next write may overwrite or abandon. */
  written(): Uint8Array {
    return this.buffer.subarray(0, this.position);
  }

  /**
   * Hands over the bytes written so far, which belong to the caller from now on, and starts afresh behind them. Nothing
   * is copied: small messages lie side by side in one allocation of at most 8 KiB, and keep it alive together.
   */
  take(): Uint8Array {
    const bytes = this.written();
    this.buffer = this.buffer.subarray(this.position);
    this.#view = undefined;
    this.position = 0;
    return bytes;
  }

  #grow(count: number): void {
    // Doubling both within a message and from one allocation to the next: a writer that is used once stays small.
    this.#next = Math.min(2 * this.#next, slabBytes);
    const capacity = Math.max(this.#next, this.position === 0 ? count : 2 * this.buffer.length, this.position + count);
    const larger = new Uint8Array(capacity);
    larger.set(this.buffer.subarray(0, this.position));
    this.buffer = larger;
    this.#view = undefined;
  }
}
