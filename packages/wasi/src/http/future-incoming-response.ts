import { sync } from "@witwire/wit/values";
import { Pollable } from "../io/pollable.ts";
import type { Scope } from "../scope.ts";
import type { IncomingResponse } from "./incoming-response.ts";
import { type Outcome, SingleAnswer, type Taken } from "./single-answer.ts";

/** `wasi:http/types` `future-incoming-response`. Dropping it ends a request that has not been answered. */
export class FutureIncomingResponse implements Disposable {
  readonly #scope: Scope;
  readonly #cancel: () => void;
  readonly #answer = new SingleAnswer<IncomingResponse>();

  /** @param cancel ends the request */
  constructor(scope: Scope, cancel: () => void) {
    this.#scope = scope;
    this.#cancel = cancel;
  }

  get(): Taken<IncomingResponse> | undefined {
    return this.#answer.take();
  }

  subscribe(): Pollable {
    return new Pollable(this.#scope, this.#answer);
  }

  [Symbol.dispose](): void {
    if (!this.#answer.isReady()) this.#cancel();
    const dropped = this.#answer.take();
    if (dropped?.tag === "ok" && dropped.val.tag === "ok") dropped.val.val[Symbol.dispose]();
  }

  /** Only the first outcome counts. */
  static settle(future: FutureIncomingResponse, outcome: Outcome<IncomingResponse>): void {
    future.#answer.settle(outcome);
  }

  static {
    for (const member of [FutureIncomingResponse.prototype.get, FutureIncomingResponse.prototype.subscribe])
      sync(member);
  }
}
