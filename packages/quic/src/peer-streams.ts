/** How far apart the numbers of streams of one kind are (RFC 9000, 2.1). */
const STEP = 4;

/**
 * Tells the streams that a peer opens from those that are over. They come in any order: whoever opens one has opened
 * all of the same kind below it.
 */
export class PeerStreams {
  /** The number above all that were opened. */
  #next: number;
  /** Those below it of which nothing was heard yet. The peer may have no more of them open than it was allowed. */
  readonly #silent = new Set<number>();

  /** @param first 0 for streams of a client, 1 for those of a server */
  constructor(first: 0 | 1) {
    this.#next = first;
  }

  /** Whether a stream is heard of for the first time. */
  isNew(id: number): boolean {
    if (id % STEP !== this.#next % STEP) return false;
    if (id < this.#next) return this.#silent.delete(id);
    for (let between = this.#next; between < id; between += STEP) this.#silent.add(between);
    this.#next = id + STEP;
    return true;
  }
}
