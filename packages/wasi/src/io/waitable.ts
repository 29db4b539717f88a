/** Something that is ready at some time. It stays the same object while its state changes. */
export interface Waitable {
  /** Whether there is nothing to wait for. May set things going, never blocks. */
  isReady(): boolean;
  /**
   * Calls `wake` whenever {@link isReady} may have become true; too often does no harm. Nothing is called before this
   * function has returned.
   *
   * @returns takes the request back
   */
  onWake(wake: () => void): () => void;
  /** The pollable that it was made for is dropped, even if somebody still waits. */
  close?(): void;
}

/** Those who wait for one thing. */
export class Waiters {
  readonly #waiting = new Set<() => void>();

  get size(): number {
    return this.#waiting.size;
  }

  add(wake: () => void): () => void {
    // A function of its own for each request: the same `wake` may be given more than once.
    const entry = (): void => wake();
    this.#waiting.add(entry);
    return () => {
      this.#waiting.delete(entry);
    };
  }

  clear(): void {
    this.#waiting.clear();
  }

  wake(): void {
    for (const entry of this.#waiting) entry();
  }
}
