import type { ClosedLoopOptions } from "../../closed-loop.ts";

/**
 * What all contestants of the row do; the number of calls in flight is their first argument. V8 has compiled the last of
 * what takes part in a call of ours after some 40,000 of them. Each connection leaves a port behind; Linux gives those of
 * loopback connections out again after a second (`tcp_tw_reuse`), while elsewhere they may run out.
 */
export function loopOptions(): ClosedLoopOptions {
  return { calls: 20_000, warmup: 50_000, concurrency: Number(process.argv[2] ?? 1) };
}
