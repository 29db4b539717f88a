/** A growing byte buffer. Encoders write through `buffer` and `view` directly after {@link Writer.reserve}. */
export class Writer {
  buffer: Uint8Array<ArrayBuffer>;
  view: DataView<ArrayBuffer>;
  /** Number of bytes written. */
  position = 0;

  constructor(capacity = 256) {
    this.buffer = new Uint8Array(capacity);
    this.view = new DataView(this.buffer.buffer);
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

  /** Hands over the bytes written so far, which belong to the caller from now on, and starts afresh. */
  take(): Uint8Array {
    const bytes = this.written();
    this.buffer = new Uint8Array(256);
    this.view = new DataView(this.buffer.buffer);
    this.position = 0;
    return bytes;
  }

  #grow(count: number): void {
    const larger = new Uint8Array(Math.max(this.buffer.length * 2, this.position + count));
    larger.set(this.buffer.subarray(0, this.position));
    this.buffer = larger;
    this.view = new DataView(larger.buffer);
  }
}
