/** Numbers that look random and are the same for the same seed, so that a run can be repeated. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A whole number below `limit`. */
  below(limit: number): number {
    // mulberry32
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }

  /** One of several, each as often as its weight says. @throws RangeError for none */
  pick<T extends { readonly weight: number }>(from: readonly T[]): T {
    let at = this.below(from.reduce((sum, { weight }) => sum + weight, 0));
    for (const one of from) {
      if (at < one.weight) return one;
      at -= one.weight;
    }
    throw new RangeError("there is nothing to pick from");
  }
}
