import { addProcessBufferedBytes, processBufferedBytes } from "../framing/read-budget.ts";
import type { Limits } from "../limits.ts";

/**
 * What one connection may hold of its peer's bytes. Half of the budget is for windows that grow; all of it together bounds
 * the bytes that are there. The first window of an invocation that was admitted is never withheld.
 */
export class SessionBudget {
  readonly #limits: Limits;
  #buffered = 0;
  #grown = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Received bytes that nobody has read, and those of values that are not complete. */
  get buffered(): number {
    return this.#buffered;
  }

  /** Whether there is too much to take on more. */
  get full(): boolean {
    const { maxBufferedBytes, maxProcessBufferedBytes } = this.#limits;
    return this.#buffered > maxBufferedBytes || processBufferedBytes() > maxProcessBufferedBytes;
  }

  /** @param bytes negative for bytes that are gone */
  add(bytes: number): void {
    this.#buffered += bytes;
    addProcessBufferedBytes(bytes);
  }

  /** Whether a window may grow by so many bytes; it has to be given back later. */
  grow(bytes: number): boolean {
    if (this.full || this.#grown + bytes > this.#limits.maxBufferedBytes / 2) return false;
    this.#grown += bytes;
    return true;
  }

  shrink(bytes: number): void {
    this.#grown -= bytes;
  }
}
