import { releaseMemory } from "@witwire/wit/values";
import { Fifo } from "../fifo.ts";

/** Smaller pieces are gathered once several of them wait, so that many tiny ones cost little more than their bytes. */
const GATHER_BYTES = 4096;

/** A view may keep alive a buffer this many times its size; what would keep more is copied. */
const MAX_PINNING = 4;

/**
 * Received bytes in order. A peer decides how they are cut, so memory follows the bytes that wait and not the number of
 * pieces, nor the size of the buffers that they were cut from.
 */
export class ChunkQueue {
  readonly #chunks = new Fifo<Uint8Array>();
  #gathered: Uint8Array | undefined;
  #gatheredLength = 0;
  #byteLength = 0;

  get byteLength(): number {
    return this.#byteLength;
  }

  push(bytes: Uint8Array): void {
    const first = this.#byteLength === 0;
    this.#byteLength += bytes.length;
    if (first || bytes.length >= GATHER_BYTES) {
      this.#closeGathered();
      this.#chunks.push(unpinned(bytes));
    } else this.#gather(bytes);
  }

  /** The oldest piece, or `undefined` when there is none. */
  shift(): Uint8Array | undefined {
    if (this.#chunks.length === 0) this.#closeGathered();
    const chunk = this.#chunks.shift();
    this.#byteLength -= chunk?.length ?? 0;
    return chunk;
  }

  clear(): void {
    this.#chunks.clear();
    this.#gathered = undefined;
    this.#byteLength = 0;
  }

  #gather(bytes: Uint8Array): void {
    if (this.#gathered !== undefined && this.#gatheredLength + bytes.length > GATHER_BYTES) this.#closeGathered();
    if (this.#gathered === undefined) {
      this.#gathered = new Uint8Array(GATHER_BYTES);
      this.#gatheredLength = 0;
    }
    this.#gathered.set(bytes, this.#gatheredLength);
    this.#gatheredLength += bytes.length;
    releaseMemory(bytes.buffer, bytes.length);
  }

  #closeGathered(): void {
    if (this.#gathered !== undefined) this.#chunks.push(this.#gathered.subarray(0, this.#gatheredLength));
    this.#gathered = undefined;
  }
}

/** A copy that takes the place of bytes. */
export function ownCopy(bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  releaseMemory(bytes.buffer, bytes.length);
  return copy;
}

/** Bytes that may wait: a copy, where they would keep too much else alive. */
export function unpinned(bytes: Uint8Array): Uint8Array {
  const { byteLength } = bytes.buffer;
  return byteLength > GATHER_BYTES && bytes.length * MAX_PINNING < byteLength ? ownCopy(bytes) : bytes;
}
