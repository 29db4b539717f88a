/** Gaps at the front of the array that are left open before it is moved. */
const MAX_GAP = 64;

/**
 * A queue. `Array.shift` moves everything that is behind, which for a peer that sends many tiny pieces is most of the
 * work; here the front moves seldom enough to cost nothing.
 */
export class Fifo<T> {
  readonly #items: (T | undefined)[] = [];
  #front = 0;

  get length(): number {
    return this.#items.length - this.#front;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  /** The oldest item, or `undefined` when there is none. */
  shift(): T | undefined {
    if (this.length === 0) return undefined;
    const item = this.#items[this.#front];
    this.#items[this.#front++] = undefined;
    if (this.length === 0) this.clear();
    else if (this.#front > MAX_GAP && this.#front > this.length) {
      this.#items.splice(0, this.#front);
      this.#front = 0;
    }
    return item;
  }

  clear(): void {
    this.#items.length = 0;
    this.#front = 0;
  }
}
