/** Fills with tokens as time goes by, up to a number; those who want one take one out, or learn when there will be one. */
export class TokenBucket {
  readonly #perMillisecond: number;
  readonly #burst: number;
  #tokens: number;
  #at: number;

  /** @param now on any clock of milliseconds that does not go back */
  constructor(perSecond: number, burst: number, now: number) {
    this.#perMillisecond = perSecond / 1000;
    this.#burst = burst;
    this.#tokens = burst;
    this.#at = now;
  }

  /** Takes a token if there is one. @returns 0; or the milliseconds until there will be one, and takes none */
  take(now: number): number {
    this.#fill(now);
    if (this.#tokens < 1) return this.#wait();
    this.#tokens--;
    return 0;
  }

  /** Takes a token that may only come later. @returns the milliseconds until it is there */
  reserve(now: number): number {
    this.#fill(now);
    const wait = this.#tokens < 1 ? this.#wait() : 0;
    this.#tokens--;
    return wait;
  }

  /** A token that was taken is not needed after all. */
  giveBack(): void {
    this.#tokens = Math.min(this.#burst, this.#tokens + 1);
  }

  /** Whether it is as full as a new one. */
  isFull(now: number): boolean {
    this.#fill(now);
    return this.#tokens >= this.#burst;
  }

  #fill(now: number): void {
    this.#tokens = Math.min(this.#burst, this.#tokens + (now - this.#at) * this.#perMillisecond);
    this.#at = now;
  }

  #wait(): number {
    return Math.ceil((1 - this.#tokens) / this.#perMillisecond);
  }
}
