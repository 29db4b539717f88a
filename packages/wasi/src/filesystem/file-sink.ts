import { fstatSync, write, writeSync } from "node:fs";
import type { ByteSink } from "../io/byte-sink.ts";
import { fileFailure } from "./file-failure.ts";
import type { OpenFile } from "./open-file.ts";

/** Writes to a file, from some place on or always behind its end. */
export class FileSink implements ByteSink {
  readonly #file: OpenFile;
  readonly #synchronous: boolean;
  #position: bigint | "end";
  #writing = false;
  #closed = false;

  /** @param synchronous writes at once, and blocks the thread meanwhile */
  constructor(file: OpenFile, position: bigint | "end", synchronous: boolean) {
    this.#file = file.retain();
    this.#position = position;
    this.#synchronous = synchronous;
  }

  write(bytes: Uint8Array): Promise<void> | undefined {
    if (!this.#synchronous) return this.#writeAll(bytes);
    try {
      for (let done = 0; done < bytes.length; ) {
        done += this.#advance(writeSync(this.#file.fd, bytes, done, bytes.length - done, this.#place()));
      }
    } catch (error) {
      throw fileFailure(error);
    }
    return undefined;
  }

  end(): void {
    this.#close();
  }

  abort(): void {
    this.#close();
  }

  async #writeAll(bytes: Uint8Array): Promise<void> {
    this.#writing = true;
    try {
      for (let done = 0; done < bytes.length && !this.#closed; ) {
        done += this.#advance(await writeOnce(this.#file.fd, bytes, done, this.#place()));
      }
    } catch (error) {
      throw fileFailure(error);
    } finally {
      this.#writing = false;
      if (this.#closed) this.#file.release();
    }
  }

  /** Where the next bytes go. The end is looked up each time: the file may have grown. */
  #place(): number {
    return Number(this.#position === "end" ? fstatSync(this.#file.fd, { bigint: true }).size : this.#position);
  }

  #advance(count: number): number {
    if (this.#position !== "end") this.#position += BigInt(count);
    return count;
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (!this.#writing) this.#file.release();
  }
}

function writeOnce(fd: number, bytes: Uint8Array, offset: number, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    write(fd, bytes, offset, bytes.length - offset, position, (error, count) =>
      error === null ? resolve(count) : reject(error),
    );
  });
}
