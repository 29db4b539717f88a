import { fstatSync, write, writeSync } from "node:fs";
import type { ByteSink } from "../io/byte-sink.ts";
import { fileFailure } from "./file-failure.ts";
import { type OpenFile, openForAppending } from "./open-file.ts";

/**
 * Writes to a file, from some place on or always behind its end. Where the system does not look for the end itself, it is
 * looked up and written to in one go, so that two streams cannot write over each other.
 */
export class FileSink implements ByteSink {
  readonly #file: OpenFile;
  readonly #synchronous: boolean;
  /** Where the next bytes go. */
  readonly #place: () => number | null;
  #position = 0;
  #writing = false;
  #closed = false;

  /** @param synchronous writes at once, and blocks the thread meanwhile */
  constructor(file: OpenFile, position: bigint | "end", synchronous: boolean) {
    const appending = position === "end" ? openForAppending(file) : undefined;
    this.#file = appending ?? file.retain();
    if (position !== "end") {
      this.#position = Number(position);
      this.#place = () => this.#position;
    } else {
      this.#place = appending === undefined ? () => fstatSync(file.fd).size : () => null;
    }
    this.#synchronous = synchronous || (position === "end" && appending === undefined);
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

  #advance(count: number): number {
    this.#position += count;
    return count;
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (!this.#writing) this.#file.release();
  }
}

function writeOnce(fd: number, bytes: Uint8Array, offset: number, position: number | null): Promise<number> {
  return new Promise((resolve, reject) => {
    write(fd, bytes, offset, bytes.length - offset, position, (error, count) =>
      error === null ? resolve(count) : reject(error),
    );
  });
}
