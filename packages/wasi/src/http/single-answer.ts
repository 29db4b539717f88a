import { type Waitable, Waiters } from "../io/waitable.ts";
import type { ErrorCode } from "./error-code.ts";

/** How something ended that was waited for. */
export type Outcome<T> = { readonly tag: "ok"; readonly val: T } | { readonly tag: "err"; readonly val: ErrorCode };

/** What the `get` of a future answers: nothing before the outcome is there, `err` for who asks again. */
export type Taken<T> =
  | { readonly tag: "ok"; readonly val: Outcome<T> }
  | { readonly tag: "err"; readonly val: undefined };

/** An outcome that comes once, and is given out once. */
export class SingleAnswer<T> implements Waitable {
  readonly #waiters = new Waiters();
  #outcome: Outcome<T> | undefined;
  #taken = false;

  /** Only the first outcome counts. */
  settle(outcome: Outcome<T>): void {
    this.#outcome ??= outcome;
    this.#waiters.wake();
  }

  take(): Taken<T> | undefined {
    if (this.#outcome === undefined) return undefined;
    if (this.#taken) return { tag: "err", val: undefined };
    this.#taken = true;
    return { tag: "ok", val: this.#outcome };
  }

  isReady(): boolean {
    return this.#outcome !== undefined;
  }

  onWake(wake: () => void): () => void {
    return this.#waiters.add(wake);
  }
}
