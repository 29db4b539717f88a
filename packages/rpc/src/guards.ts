import { type Active, ActiveSet } from "./active-set.ts";

/** How many times the guards of a delay are looked at while one of them runs: the more, the more exact. */
const SWEEPS = 8;

/** One run of a guard. States: running -> fired or stopped. */
export class Guard implements Active {
  slot = -1;
  readonly round: GuardRound;
  readonly due: number;
  readonly callback: () => void;
  readonly onOver: () => void;

  constructor(round: GuardRound, due: number, callback: () => void, onOver: () => void) {
    this.round = round;
    this.due = due;
    this.callback = callback;
    this.onOver = onOver;
  }

  /** Does nothing once it has fired or was stopped. */
  stop(): void {
    this.round.remove(this);
  }
}

/**
 * All guards of one delay: timers that are hardly ever meant to fire, started and stopped with every call. One real timer
 * looks after them all, so starting one costs about as much as the object; in return it fires up to an eighth of the
 * delay late.
 */
export class GuardRound {
  readonly #delay: number;
  readonly #running = new ActiveSet<Guard>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(delay: number) {
    this.#delay = delay;
  }

  add(callback: () => void, onOver: () => void): Guard {
    const guard = new Guard(this, performance.now() + this.#delay, callback, onOver);
    this.#running.add(guard);
    if (this.#timer === undefined) this.#timer = setTimeout(() => this.#sweep(), this.#delay / SWEEPS);
    else if (this.#running.size === 1) holdProcess(this.#timer, true);
    return guard;
  }

  remove(guard: Guard): void {
    if (guard.slot < 0) return;
    this.#running.delete(guard);
    guard.onOver();
    if (this.#running.size === 0) holdProcess(this.#timer, false);
  }

  #sweep(): void {
    this.#timer = undefined;
    const now = performance.now();
    for (const guard of this.#running.snapshot()) {
      if (guard.due > now || guard.slot < 0) continue;
      this.remove(guard);
      guard.callback();
    }
    if (this.#running.size > 0) this.#timer ??= setTimeout(() => this.#sweep(), this.#delay / SWEEPS);
  }
}

/** Guards by their delay, shared by the process: there are as many delays as limits. */
const rounds = new Map<number, GuardRound>();

/** The guards of a delay. */
export function roundOf(delay: number): GuardRound {
  let round = rounds.get(delay);
  if (round === undefined) {
    round = new GuardRound(delay);
    rounds.set(delay, round);
  }
  return round;
}

/** Whether a timer keeps the process from ending, on platforms that know such a thing. */
function holdProcess(timer: unknown, hold: boolean): void {
  const handle = timer as { ref?: () => void; unref?: () => void } | undefined;
  if (hold) handle?.ref?.();
  else handle?.unref?.();
}
