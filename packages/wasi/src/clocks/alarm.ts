import { type Waitable, Waiters } from "../io/waitable.ts";
import type { MonotonicClock } from "./monotonic-clock.ts";

/** Ready from some moment on. A timer runs only while somebody waits. */
export class Alarm implements Waitable {
  readonly #clock: MonotonicClock;
  readonly #when: bigint;
  readonly #waiters = new Waiters();
  #cancel: (() => void) | undefined;

  /** @param when on the clock, in nanoseconds */
  constructor(clock: MonotonicClock, when: bigint) {
    this.#clock = clock;
    this.#when = when;
  }

  isReady(): boolean {
    return this.#clock.now() >= this.#when;
  }

  onWake(wake: () => void): () => void {
    const release = this.#waiters.add(wake);
    this.#arm();
    return () => {
      release();
      if (this.#waiters.size === 0) this.#disarm();
    };
  }

  /** An instance may end while it waits, and its timer must not outlive it. */
  close(): void {
    this.#waiters.clear();
    this.#disarm();
  }

  #arm(): void {
    if (this.#cancel !== undefined || this.#waiters.size === 0) return;
    this.#cancel = this.#clock.schedule(this.#when, () => {
      this.#cancel = undefined;
      if (this.isReady()) this.#waiters.wake();
      else this.#arm();
    });
  }

  #disarm(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
