import type { Work } from "./work.ts";

/** What {@link sortByDependency} finds: an order, or the index of something that depends on itself. */
export type Sorted = { readonly order: readonly number[] } | { readonly cycle: number; readonly through: number };

/**
 * Orders indices so that each comes after everything it depends on, and otherwise as early as its own number allows.
 * `dependencies[i]` lists what `i` depends on. A cycle is reported as one edge of it: `cycle` depends on `through`.
 */
export function sortByDependency(dependencies: readonly (readonly number[])[], work: Work): Sorted {
  const remaining = dependencies.map((edges) => edges.length);
  const dependents: number[][] = dependencies.map(() => []);
  dependencies.forEach((edges, from) => {
    work.visited += edges.length + 1;
    for (const to of edges) dependents[to]?.push(from);
  });
  const order: number[] = [];
  const queue = new SmallestFirst(work);
  remaining.forEach((count, index) => {
    if (count === 0) queue.push(index);
  });
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    order.push(next);
    for (const dependent of dependents[next] ?? []) {
      const left = (remaining[dependent] ?? 0) - 1;
      remaining[dependent] = left;
      work.visited++;
      if (left === 0) queue.push(dependent);
    }
  }
  return order.length === dependencies.length ? { order } : findCycle(dependencies, remaining);
}

/** Everything left waits for something left; following those edges must return to where it has been. */
function findCycle(dependencies: readonly (readonly number[])[], remaining: readonly number[]): Sorted {
  const waits = (index: number): boolean => (remaining[index] ?? 0) > 0;
  const seen = new Set<number>();
  let current = remaining.findIndex((count) => count > 0);
  for (;;) {
    seen.add(current);
    const next = (dependencies[current] ?? []).find(waits);
    if (next === undefined || seen.has(next)) return { cycle: current, through: next ?? current };
    current = next;
  }
}

/** A binary heap of numbers. */
class SmallestFirst {
  readonly #heap: number[] = [];
  readonly #work: Work;

  constructor(work: Work) {
    this.#work = work;
  }

  push(value: number): void {
    const heap = this.#heap;
    let at = heap.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as number;
      if (above <= value) break;
      heap[at] = above;
      at = parent;
      this.#work.visited++;
    }
    heap[at] = value;
  }

  pop(): number | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && (heap[child + 1] as number) < (heap[child] as number)) child++;
      if ((heap[child] as number) >= last) break;
      heap[at] = heap[child] as number;
      at = child;
      this.#work.visited++;
    }
    heap[at] = last;
    return first;
  }
}
