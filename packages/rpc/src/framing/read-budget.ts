import type { Limits } from "../limits.ts";

/** What an invocation may read ahead when the process as a whole holds too much, so that calls still make progress. */
const RESERVED_BYTES = 16 * 1024;

/** Received and unread bytes of the whole process. */
let processBytes = 0;

/** What the process holds in received and unread bytes. */
export function processBufferedBytes(): number {
  return processBytes;
}

/** Counts bytes that another kind of connection holds. @param bytes negative for bytes that are gone */
export function addProcessBufferedBytes(bytes: number): void {
  processBytes += bytes;
}

/**
 * How much one invocation may read ahead of its consumers.
 *
 * Normally reading stops at `readAheadBytes`, which is the backpressure that the peer feels. While a consumer is hungry
 * (it waits for a path that has nothing, behind bytes of other paths that nobody reads) reading goes on up to
 * `maxBufferedBytes`; there is no way forward beyond that. Once the process holds `maxProcessBufferedBytes`, little is
 * read ahead and nothing more.
 */
export class ReadBudget {
  readonly #limits: Pick<Limits, "readAheadBytes" | "maxBufferedBytes" | "maxProcessBufferedBytes">;
  #buffered = 0;
  #hungry = 0;

  constructor(limits: Pick<Limits, "readAheadBytes" | "maxBufferedBytes" | "maxProcessBufferedBytes">) {
    this.#limits = limits;
  }

  get buffered(): number {
    return this.#buffered;
  }

  /** @param bytes fewer than 0 when some were taken */
  add(bytes: number): void {
    this.#buffered += bytes;
    processBytes += bytes;
  }

  hungrier(): void {
    this.#hungry++;
  }

  lessHungry(): void {
    this.#hungry--;
  }

  /** What to do now: keep reading, stop until something is consumed, or give up because nothing can be. */
  get verdict(): "read" | "pause" | "exhausted" {
    const { readAheadBytes, maxBufferedBytes, maxProcessBufferedBytes } = this.#limits;
    const processFull = processBytes >= maxProcessBufferedBytes;
    const ahead = processFull ? Math.min(readAheadBytes, RESERVED_BYTES) : readAheadBytes;
    if (this.#buffered < ahead) return "read";
    if (this.#hungry === 0) return "pause";
    return processFull || this.#buffered >= maxBufferedBytes ? "exhausted" : "read";
  }
}
