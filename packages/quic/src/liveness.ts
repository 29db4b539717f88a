import type { Limits } from "@witwire/rpc";

export interface LivenessOwner {
  /** Asks the peer for a sign of life. */
  ping(): void;
  /** It gave none in time. */
  silent(): void;
}

/**
 * Notices when a peer is gone without a word, as one that was killed is: after `keepaliveInterval` of silence it is asked, and
 * has `keepaliveTimeout` to answer. Only while there are streams; without them silence is nothing unusual.
 */
export class Liveness {
  readonly #interval: number;
  readonly #timeout: number;
  readonly #owner: LivenessOwner;
  #heardAt = 0;
  #askedAt: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor({ keepaliveInterval, keepaliveTimeout }: Limits, owner: LivenessOwner) {
    this.#interval = keepaliveInterval;
    this.#timeout = keepaliveTimeout;
    this.#owner = owner;
  }

  /** Begins, or ends. */
  watch(isWatching: boolean): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!isWatching) return;
    this.heard();
    this.#wait(this.#interval);
  }

  /** Something arrived. */
  heard(): void {
    this.#heardAt = performance.now();
    this.#askedAt = undefined;
  }

  #wait(milliseconds: number): void {
    this.#timer = setTimeout(() => this.#look(), Math.max(1, milliseconds)).unref();
  }

  #look(): void {
    const now = performance.now();
    if (this.#askedAt === undefined) {
      const rest = this.#heardAt + this.#interval - now;
      if (rest > 0) {
        this.#wait(rest);
        return;
      }
      this.#askedAt = now;
      this.#owner.ping();
    }
    const rest = this.#askedAt + this.#timeout - now;
    if (rest > 0) this.#wait(rest);
    else this.#owner.silent();
  }
}
