/** Milliseconds of the first wait at most, and of any. */
const FIRST_DELAY = 250;
const LONGEST_DELAY = 30_000;

/** A connection that has lasted for so many milliseconds was no failure. */
const QUIET_TIME = 10_000;

/**
 * How long to wait before the next attempt to connect: up to twice as long for each failure in a row, and any time below
 * that with the same likelihood, so that clients that lost the same server do not return all at once.
 */
export class Backoff {
  #failures = 0;

  /**
   * An attempt to connect has failed, or a connection was lost.
   *
   * @param lasted milliseconds for which there was a connection; `undefined` when it did not come about
   * @returns milliseconds to wait; none after the first loss of a connection
   */
  failed(lasted: number | undefined): number {
    if (lasted !== undefined && lasted >= QUIET_TIME) this.#failures = 0;
    const failures = this.#failures++;
    if (lasted !== undefined && failures === 0) return 0;
    return Math.ceil(Math.random() * Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** failures));
  }
}
