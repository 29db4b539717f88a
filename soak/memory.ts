import { processBufferedBytes } from "@witwire/rpc";

/** What a process holds, in bytes. */
export interface Memory {
  /** JavaScript's heap and buffers, after garbage was collected. */
  readonly heap: number;
  readonly rss: number;
  /** Received and not yet read, of all connections. */
  readonly buffered: number;
}

/**
 * Collects garbage several times and takes the least that was held, as what one collection finds is given back later, by
 * other threads. Needs `--expose-gc`.
 *
 * @param rounds of collection; several of them also let go of code that has run and is not needed any more, of which there
 * are megabytes from the start of the process, and which would hide as much growth if it went later
 */
export async function measureMemory(rounds: number): Promise<Memory> {
  const flavor = rounds > 1 ? "last-resort" : "regular";
  let heap = Number.POSITIVE_INFINITY;
  for (let round = 0; round < Math.max(1, rounds); round++) {
    if (rounds > 0) globalThis.gc?.({ type: "major", execution: "sync", flavor });
    if (round < rounds - 1) await new Promise((resolve) => setTimeout(resolve, 50));
    const { heapUsed, external } = process.memoryUsage();
    heap = Math.min(heap, heapUsed + external);
  }
  return { heap, rss: process.memoryUsage.rss(), buffered: processBufferedBytes() };
}
