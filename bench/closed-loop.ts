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
  readonly callsPerSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Of this process, user and system. */
  readonly cpuPerCall: number;
}

/** Makes calls as fast as they are answered. `call` checks its answer; a call that fails ends the measurement. */
export async function closedLoop(call: () => Promise<unknown>, options: ClosedLoopOptions): Promise<ClosedLoopResult> {
  const { calls, concurrency, warmup = Math.ceil(calls / 5) } = options;
  await drive(call, warmup, concurrency);
  const latencies = new Float64Array(calls);
  const cpuBefore = process.cpuUsage();
  const start = process.hrtime.bigint();
  await drive(call, calls, concurrency, latencies);
  const microseconds = Number(process.hrtime.bigint() - start) / 1000;
  const cpu = process.cpuUsage(cpuBefore);
  const sorted = Array.from(latencies);
  return {
    callsPerSecond: (calls / microseconds) * 1e6,
    p50: percentile(sorted, 0.5),
    p99: percentile(sorted, 0.99),
    cpuPerCall: (cpu.user + cpu.system) / calls,
  };
}

/** Prints the line that the harness reads: calls per second as the value, the rest for people. */
export function printResult(result: ClosedLoopResult): void {
  const rounded = Object.entries(result).map(([name, value]) => [name, Math.round(value * 10) / 10]);
  console.log(JSON.stringify({ value: result.callsPerSecond, ...Object.fromEntries(rounded) }));
}

async function drive(
  call: () => Promise<unknown>,
  calls: number,
  concurrency: number,
  latencies?: Float64Array,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < calls) {
      const index = next++;
      const start = performance.now();
      await call();
      if (latencies !== undefined) latencies[index] = (performance.now() - start) * 1000;
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, calls) }, worker));
}
