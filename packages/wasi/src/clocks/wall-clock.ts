/** A time of `wasi:clocks/wall-clock`: since 1970 in UTC. */
export interface Datetime {
  readonly seconds: bigint;
  /** Below 1,000,000,000. */
  readonly nanoseconds: number;
}

/** The time of day. Injectable, so that tests have a date of their own. */
export interface WallClock {
  now(): Datetime;
  readonly resolution: Datetime;
}

/** Node knows the time of day in milliseconds. */
export const systemWallClock: WallClock = {
  now: () => fromMilliseconds(Date.now()),
  resolution: { seconds: 0n, nanoseconds: 1_000_000 },
};

function fromMilliseconds(milliseconds: number): Datetime {
  const seconds = Math.floor(milliseconds / 1000);
  return { seconds: BigInt(seconds), nanoseconds: (milliseconds - seconds * 1000) * 1_000_000 };
}
