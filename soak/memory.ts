import { processBufferedBytes } from "@witwire/rpc";

/** What a process holds, in bytes. */
export interface Memory {
  /** JavaScript's heap and buffers, after garbage was collected. */
  readonly heap: number;
  readonly rss: number;
  /** Received and not yet read, of all connections. */
  readonly buffered: number;
}

/** Collects garbage, several times, as what one collection finds is given back later by other threads. Needs `--expose-gc`. */
export async function measureMemory(rounds = 6): Promise<Memory> {
  for (let round = 0; round < rounds; round++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: heapUsed + external, rss, buffered: processBufferedBytes() };
}
