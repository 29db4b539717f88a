import type { ClosedLoopOptions } from "../../closed-loop.ts";

/** What all contestants of the row do; the number of calls in flight is their first argument. */
export function loopOptions(): ClosedLoopOptions {
  const concurrency = Number(process.argv[2] ?? 64);
  const calls = concurrency === 1 ? 20_000 : 150_000;
  return { calls, warmup: 50_000, concurrency };
}
