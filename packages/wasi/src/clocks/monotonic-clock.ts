/** A clock that never goes back. Injectable, so that time can stand still in tests. */
export interface MonotonicClock {
  /** Nanoseconds since some moment. */
  now(): bigint;
  /** Nanoseconds between two ticks. */
  readonly resolution: bigint;
  /**
   * Calls `callback` once when the clock may show `when`; a little early does no harm.
   *
   * @returns takes the request back
   */
  schedule(when: bigint, callback: () => void): () => void;
}

const millisecond = 1_000_000n;
/** Node's timers hold no more than 31 bits of milliseconds. */
const longestTimer = 2_147_483_647n;

/** Node's own clock, from 0 at the time of this call: how long the machine has been running is no guest's business. */
export function systemMonotonicClock(): MonotonicClock {
  const start = process.hrtime.bigint();
  const now = (): bigint => process.hrtime.bigint() - start;
  return {
    now,
    resolution: 1n,
    schedule(when, callback) {
      const rest = when - now();
      // Timers are no finer than a millisecond, so the last part goes in turns of the event loop.
      if (rest < millisecond) {
        const immediate = setImmediate(callback);
        return () => clearImmediate(immediate);
      }
      const milliseconds = rest / millisecond;
      const timer = setTimeout(callback, Number(milliseconds > longestTimer ? longestTimer : milliseconds));
      return () => clearTimeout(timer);
    },
  };
}
