import type { ClosedLoopOptions } from "../../closed-loop.ts";

/**
 * What all contestants of the row do; the number of calls in flight is their first argument. So few calls, because
 * every connection leaves a port behind that the system takes a minute to give out again.
 */
export function loopOptions(): ClosedLoopOptions {
  return { calls: 6000, warmup: 10_000, concurrency: Number(process.argv[2] ?? 1) };
}
