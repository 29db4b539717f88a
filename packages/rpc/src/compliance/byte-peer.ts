import assert from "node:assert/strict";
import type { ByteStream } from "./harness.ts";
import { concat, toHex, wire } from "./wire-bytes.ts";

/** A peer that is played by hand, byte for byte. */
export class BytePeer implements Disposable {
  readonly #stream: ByteStream;
  /** What arrived, as it was cut on the way. */
  readonly pieces: Uint8Array[] = [];
  #taken = 0;
  #state: "open" | "ended" | "aborted" = "open";
  #changed = Promise.withResolvers<void>();

  constructor(stream: ByteStream) {
    this.#stream = stream;
    stream.start({
      data: (bytes) => {
        this.pieces.push(bytes);
        this.#change();
      },
      end: () => this.#close("ended"),
      flushed: () => {},
      error: () => this.#close("aborted"),
    });
  }

  /** How the stream stands, as far as this side has seen. */
  get state(): "open" | "ended" | "aborted" {
    return this.#state;
  }

  /** Everything that arrived so far. */
  get received(): Uint8Array {
    return concat(...this.pieces);
  }

  get receivedLength(): number {
    return this.pieces.reduce((sum, piece) => sum + piece.length, 0);
  }

  /** Sends bytes, or what {@link wire} makes of a text. @returns `false` when the other side does not keep up */
  send(...parts: (Uint8Array | string)[]): boolean {
    return this.#stream.write([concat(...parts.map((part) => (typeof part === "string" ? wire(part) : part)))]);
  }

  /** Sends bytes so that they arrive in pieces of the given size. */
  async sendInPieces(bytes: Uint8Array, size: number): Promise<void> {
    for (let at = 0; at < bytes.length; at += size) {
      this.send(bytes.slice(at, at + size));
      await turn();
    }
  }

  end(): void {
    this.#stream.end();
  }

  abort(): void {
    this.#stream.abort();
  }

  /** Stops reading, so that the other side feels backpressure. */
  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }

  /** Waits for the next bytes and checks them. */
  async receives(expected: Uint8Array | string): Promise<void> {
    const bytes = typeof expected === "string" ? wire(expected) : expected;
    assert.equal(toHex(await this.take(bytes.length)), toHex(bytes));
  }

  /** Waits for a number of bytes. */
  async take(count: number): Promise<Uint8Array> {
    await this.until(() => this.receivedLength >= this.#taken + count || this.#state !== "open");
    const bytes = this.received.slice(this.#taken, this.#taken + count);
    this.#taken += bytes.length;
    return bytes;
  }

  /** Waits for the end and gives what came before it. */
  async rest(): Promise<Uint8Array> {
    await this.until(() => this.#state !== "open");
    assert.equal(this.#state, "ended", "the stream was aborted");
    const bytes = this.received.slice(this.#taken);
    this.#taken += bytes.length;
    return bytes;
  }

  /** Waits for the end, before which nothing may come. */
  async receivesEnd(): Promise<void> {
    assert.equal(toHex(await this.rest()), "");
  }

  /** Waits until the stream was aborted, or has ended where the medium cannot tell these apart. Nothing may come before. */
  async receivesAbort(showsAborts: boolean): Promise<void> {
    await this.until(() => this.#state !== "open");
    if (showsAborts) assert.equal(this.#state, "aborted");
    assert.equal(toHex(this.received.slice(this.#taken)), "");
  }

  /** Waits for something about this peer. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await this.#changed.promise;
  }

  [Symbol.dispose](): void {
    if (this.#state !== "aborted") this.#stream.abort();
  }

  #close(state: "ended" | "aborted"): void {
    this.#state = state;
    this.#change();
  }

  #change(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}

/** Lets the event loop go round once. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
