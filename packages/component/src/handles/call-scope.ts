import type { HandleEntry } from "./handle-table.ts";

/**
 * What one call lends. For a call into a component: the borrows that the component got and has to drop before it returns.
 * For a call out of one: the handles that it lends, which it must not drop or give away meanwhile.
 * CanonicalABI.md, `Task.num_borrows` and `Subtask.lenders`.
 */
export class CallScope {
  /** Borrow handles of this call that are not dropped yet. */
  borrows = 0;
  readonly #lenders: HandleEntry<unknown>[] = [];

  lend(entry: HandleEntry<unknown>): void {
    entry.lends++;
    this.#lenders.push(entry);
  }

  /** The call is over: what it lent is free again. */
  returnLent(): void {
    for (const entry of this.#lenders) entry.lends--;
    this.#lenders.length = 0;
  }
}
