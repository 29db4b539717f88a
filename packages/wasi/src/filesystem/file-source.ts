import { read, readSync } from "node:fs";
import type { ByteSource } from "../io/byte-source.ts";
import { fileFailure } from "./file-failure.ts";
import type { OpenFile } from "./open-file.ts";

/** Bytes of one read, whatever the guest wants: fewer are not worth the way to the disk, more not the memory. */
const SMALLEST_READ = 64 * 1024;
const LARGEST_READ = 256 * 1024;

/** The bytes of a file from some place to its end. */
export class FileSource implements ByteSource {
  readonly #file: OpenFile;
  readonly #synchronous: boolean;
  /** Memory that was given back. */
  readonly #spare: Buffer<ArrayBuffer>[] = [];
  #position: bigint;
  #reading = false;
  #closed = false;

  /** @param synchronous reads at once, and blocks the thread meanwhile */
  constructor(file: OpenFile, position: bigint, synchronous: boolean) {
    this.#file = file.retain();
    this.#position = position;
    this.#synchronous = synchronous;
  }

  next(wanted: number): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    const buffer = this.#buffer(Math.min(Math.max(wanted, SMALLEST_READ), LARGEST_READ));
    if (!this.#synchronous) return this.#read(buffer);
    try {
      return this.#received(buffer, readSync(this.#file.fd, buffer, 0, buffer.length, this.#position));
    } catch (error) {
      this.#close();
      throw fileFailure(error);
    }
  }

  reuse(chunk: Uint8Array): void {
    this.#spare.push(Buffer.from(chunk.buffer as ArrayBuffer));
  }

  cancel(): void {
    this.#close();
  }

  /** The last chunk that was given back may still be on its way to the guest, so it is the one before that is used. */
  #buffer(size: number): Buffer<ArrayBuffer> {
    const spare = this.#spare.length > 1 ? this.#spare.shift() : undefined;
    return spare?.length === size ? spare : Buffer.allocUnsafeSlow(size);
  }

  #read(buffer: Buffer<ArrayBuffer>): Promise<Uint8Array | undefined> {
    this.#reading = true;
    return new Promise((resolve, reject) => {
      read(this.#file.fd, buffer, 0, buffer.length, this.#position, (error, count) => {
        this.#reading = false;
        if (this.#closed) this.#file.release();
        else if (error !== null) this.#close();
        if (error === null) resolve(this.#received(buffer, count));
        else reject(fileFailure(error));
      });
    });
  }

  #received(buffer: Buffer<ArrayBuffer>, count: number): Uint8Array | undefined {
    this.#position += BigInt(count);
    if (count > 0) return buffer.subarray(0, count);
    this.#close();
    return undefined;
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (!this.#reading) this.#file.release();
  }
}
