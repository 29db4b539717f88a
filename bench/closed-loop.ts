import { percentile } from "./harness/median.ts";

export interface ClosedLoopOptions {
  /** Calls that are measured. */
  readonly calls: number;
  /** Calls in flight at any time; each that ends starts the next. */
  readonly concurrency: number;
  /** Calls in front that are not measured. Default: a fifth of `calls`. */
  readonly warmup?: number;
}

/** Times in microseconds. */
export interface ClosedLoopResult {
  readonly calls: number;
  readonly callsPerSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Of this process, user and system. */
  readonly cpuPerCall: number;
}

/** Makes calls as fast as they are answered. `call` checks its answer; a call that fails ends the measurement. */
export async function closedLoop(call: () => Promise<unknown>, options: ClosedLoopOptions): Promise<ClosedLoopResult> {
  const { calls, concurrency, warmup = Math.ceil(calls / 5) } = options;
  await drive(call, (made) => made < warmup, concurrency);
  return measureCalls(call, (made) => made < calls, concurrency);
}

/**
 * The same for a time instead of a number of calls, for contestants that differ by an order of magnitude. Nothing is
 * made in front that is not measured.
 */
export function timedLoop(
  call: () => Promise<unknown>,
  options: { readonly seconds: number; readonly concurrency: number },
): Promise<ClosedLoopResult> {
  const end = performance.now() + options.seconds * 1000;
  return measureCalls(call, () => performance.now() < end, options.concurrency);
}

async function measureCalls(
  call: () => Promise<unknown>,
  goesOn: (made: number) => boolean,
  concurrency: number,
): Promise<ClosedLoopResult> {
  const latencies: number[] = [];
  const cpuBefore = process.cpuUsage();
  const start = process.hrtime.bigint();
  await drive(call, goesOn, concurrency, latencies);
  const microseconds = Number(process.hrtime.bigint() - start) / 1000;
  const cpu = process.cpuUsage(cpuBefore);
  return {
    calls: latencies.length,
    callsPerSecond: (latencies.length / microseconds) * 1e6,
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    cpuPerCall: (cpu.user + cpu.system) / latencies.length,
  };
}

/** Prints the line that the harness reads: calls per second as the value, the rest for people. */
export function printResult(result: ClosedLoopResult): void {
  const rounded = Object.entries(result).map(([name, value]) => [name, Math.round(value * 10) / 10]);
  console.log(JSON.stringify({ value: result.callsPerSecond, ...Object.fromEntries(rounded) }));
}

async function drive(
  call: () => Promise<unknown>,
  goesOn: (made: number) => boolean,
  concurrency: number,
  latencies?: number[],
): Promise<void> {
  let made = 0;
  const worker = async (): Promise<void> => {
    while (goesOn(made)) {
      made++;
      const start = performance.now();
      await call();
      latencies?.push((performance.now() - start) * 1000);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}
