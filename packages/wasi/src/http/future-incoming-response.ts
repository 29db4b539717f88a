import { sync } from "@witwire/wit/values";
import { Pollable } from "../io/pollable.ts";
import { type Waitable, Waiters } from "../io/waitable.ts";
import type { Scope } from "../scope.ts";
import type { ErrorCode } from "./error-code.ts";
import type { IncomingResponse } from "./incoming-response.ts";

type Outcome =
  | { readonly tag: "ok"; readonly val: IncomingResponse }
  | { readonly tag: "err"; readonly val: ErrorCode };

/** `wasi:http/types` `future-incoming-response`. Dropping it ends a request that has not been answered. */
export class FutureIncomingResponse implements Disposable, Waitable {
  readonly #scope: Scope;
  readonly #cancel: () => void;
  readonly #waiters = new Waiters();
  #outcome: Outcome | undefined;
  #taken = false;

  /** @param cancel ends the request */
  constructor(scope: Scope, cancel: () => void) {
    this.#scope = scope;
    this.#cancel = cancel;
  }

  /** The answer, once: nothing before it is there, and an error for who asks again. */
  get(): { readonly tag: "ok"; readonly val: Outcome } | { readonly tag: "err"; readonly val: undefined } | undefined {
    if (this.#outcome === undefined) return undefined;
    if (this.#taken) return { tag: "err", val: undefined };
    this.#taken = true;
    return { tag: "ok", val: this.#outcome };
  }

  subscribe(): Pollable {
    return new Pollable(this.#scope, this);
  }

  isReady(): boolean {
    return this.#outcome !== undefined;
  }

  onWake(wake: () => void): () => void {
    return this.#waiters.add(wake);
  }

  [Symbol.dispose](): void {
    if (this.#outcome === undefined) this.#cancel();
    else if (!this.#taken && this.#outcome.tag === "ok") this.#outcome.val[Symbol.dispose]();
    this.#taken = true;
  }

  /** Only the first outcome counts. */
  static settle(future: FutureIncomingResponse, outcome: Outcome): void {
    future.#outcome ??= outcome;
    future.#waiters.wake();
  }

  static {
    for (const member of [FutureIncomingResponse.prototype.get, FutureIncomingResponse.prototype.subscribe])
      sync(member);
  }
}
