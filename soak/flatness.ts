/** How much more a process may hold at the end than at the first mark. */
export const MARGIN = 0.05;

/** When the first mark is taken, as a share of the run. */
export const FIRST_MARK = 0.2;

/** What was held at one time: heaps by process, and counters that should be zero when nothing is under way. */
export interface Mark {
  readonly heaps: Readonly<Record<string, number>>;
  readonly leftovers: Readonly<Record<string, number>>;
}

/** What is wrong with the end of a run, in comparison with its first mark; nothing if it stayed flat. */
export function findGrowth(first: Mark, last: Mark): string[] {
  const grown = Object.entries(last.heaps).flatMap(([process, heap]) => {
    const before = first.heaps[process] ?? 0;
    const most = before * (1 + MARGIN);
    return heap <= most ? [] : [`the heap of the ${process} grew from ${megabytes(before)} to ${megabytes(heap)}`];
  });
  return [...grown, ...findLeftovers(last)];
}

/** Counters that are not zero. */
export function findLeftovers({ leftovers }: Mark): string[] {
  return Object.entries(leftovers).flatMap(([name, count]) => (count === 0 ? [] : [`${count} ${name} left behind`]));
}

/** Bytes for people. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(2)} MB`;
}
