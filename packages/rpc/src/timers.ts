import type { GuardRound } from "./guards.ts";

/** `setTimeout` takes no more milliseconds; longer waits are as good as none. */
const MAX_DELAY = 2 ** 31 - 1;

/** Milliseconds from which on a guard may be late. */
const LEAST_GUARDED = 1000;

/** Starts timers and knows how many of them still run, so that none can be forgotten unseen. */
export class Timers {
  #running = 0;
  readonly #roundOf: ((delay: number) => GuardRound) | undefined;
  readonly #guardOver = (): void => {
    this.#running--;
  };

  /** @param rounds looks after guards of a delay together, {@link roundOf}; without it they are timers like others */
  constructor(rounds?: (delay: number) => GuardRound) {
    this.#roundOf = rounds;
  }

  /** Number of timers that were started, and have neither fired nor been stopped. */
  get running(): number {
    return this.#running;
  }

  /**
   * Calls back once after some milliseconds; never where that is more than `setTimeout` can wait (25 days).
   *
   * @param background whether the process may end although the timer still runs
   */
  start(delay: number, callback: () => void, background = false): RunningTimer {
    if (!(delay <= MAX_DELAY)) return never;
    this.#running++;
    const timer = new Timer(() => {
      this.#running--;
    });
    timer.run(delay, callback);
    if (background) timer.unref();
    return timer;
  }

  /**
   * The same for limits that are hardly ever reached, at a fraction of the cost and up to an eighth of the delay late.
   * Delays below a second are exact.
   */
  guard(delay: number, callback: () => void): RunningTimer {
    if (this.#roundOf === undefined || !(delay >= LEAST_GUARDED && delay <= MAX_DELAY))
      return this.start(delay, callback);
    this.#running++;
    return this.#roundOf(delay).add(callback, this.#guardOver);
  }
}

/** What starting a timer gives. */
export interface RunningTimer {
  /** Does nothing once it has fired or was stopped. */
  stop(): void;
}

/** One run of a timer. States: running -> fired or stopped. */
class Timer implements RunningTimer {
  #onOver: (() => void) | undefined;
  #handle: ReturnType<typeof setTimeout> | undefined;

  constructor(onOver?: () => void) {
    this.#onOver = onOver;
  }

  run(delay: number, callback: () => void): void {
    this.#handle = setTimeout(() => {
      this.#over();
      callback();
    }, delay);
  }

  stop(): void {
    clearTimeout(this.#handle);
    this.#over();
  }

  /** Lets the process end although the timer runs, where the platform knows such a thing. */
  unref(): void {
    (this.#handle as { unref?: () => void } | undefined)?.unref?.();
  }

  #over(): void {
    const onOver = this.#onOver;
    this.#onOver = undefined;
    onOver?.();
  }
}

/** Stands for a timer that will never fire. */
const never = new Timer();
