import type { Writable } from "node:stream";

/** Small writes of one turn are gathered up to this many bytes, then sent together. */
const GATHER_BYTES = 16 * 1024;

/**
 * Writes the body of a request or response. What is written in one turn leaves as one chunk of HTTP's, of which each costs
 * more than its bytes. Not by corking: a corked request that ends loses its last chunks.
 */
export class BodyWriter {
  readonly #output: Pick<Writable, "write" | "end" | "writableNeedDrain">;
  #gathered: Uint8Array[] = [];
  #bytes = 0;
  #scheduled = false;

  constructor(output: Pick<Writable, "write" | "end" | "writableNeedDrain">) {
    this.#output = output;
  }

  /** @returns `false` when the other side does not keep up */
  write(chunks: readonly Uint8Array[]): boolean {
    for (const chunk of chunks) {
      this.#gathered.push(chunk);
      this.#bytes += chunk.length;
    }
    if (this.#bytes >= GATHER_BYTES) this.#flush();
    else if (!this.#scheduled) {
      this.#scheduled = true;
      process.nextTick(() => {
        this.#scheduled = false;
        this.#flush();
      });
    }
    return !this.#output.writableNeedDrain;
  }

  end(): void {
    this.#flush();
    this.#output.end();
  }

  /** Forgets what has not been sent. */
  drop(): void {
    this.#gathered = [];
    this.#bytes = 0;
  }

  #flush(): void {
    const [chunks, bytes] = [this.#gathered, this.#bytes];
    this.drop();
    if (bytes === 0) return;
    // Large ones are not worth copying.
    if (chunks.length > 1 && bytes < 2 * GATHER_BYTES) this.#output.write(Buffer.concat(chunks, bytes));
    else for (const chunk of chunks) if (chunk.length > 0) this.#output.write(chunk);
  }
}
