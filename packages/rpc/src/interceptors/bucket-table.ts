import { TokenBucket } from "./token-bucket.ts";

/**
 * A bucket per key, for a bounded number of keys. A bucket that is full again is forgotten, since a new one would be the
 * same. When there are too many that are not, further keys share one bucket: somebody who invents keys can neither fill the
 * memory nor get round the limit.
 */
export class BucketTable {
  readonly #perSecond: number;
  readonly #burst: number;
  readonly #maxKeys: number;
  /** Those that were not used for longest first. */
  readonly #buckets = new Map<string, TokenBucket>();
  #shared: TokenBucket | undefined;

  constructor(perSecond: number, burst: number, maxKeys: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#maxKeys = maxKeys;
  }

  /** Keys that have a bucket of their own. */
  get size(): number {
    return this.#buckets.size;
  }

  of(key: string, now: number): TokenBucket {
    const known = this.#buckets.get(key);
    if (known !== undefined) this.#buckets.delete(key);
    else if (!this.#hasRoom(now)) {
      this.#shared ??= this.#create(now);
      return this.#shared;
    }
    const bucket = known ?? this.#create(now);
    this.#buckets.set(key, bucket);
    return bucket;
  }

  #create(now: number): TokenBucket {
    return new TokenBucket(this.#perSecond, this.#burst, now);
  }

  /** Forgets at most two at a time, so that no call pays for many. */
  #hasRoom(now: number): boolean {
    let looked = 0;
    for (const [key, bucket] of this.#buckets) {
      if (looked++ === 2 || !bucket.isFull(now)) break;
      this.#buckets.delete(key);
    }
    return this.#buckets.size < this.#maxKeys;
  }
}
