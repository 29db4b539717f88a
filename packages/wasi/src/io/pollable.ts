import { type CallContext, sync } from "@witwire/wit/values";
import type { Scope } from "../scope.ts";
import { wait } from "./wait.ts";
import type { Waitable } from "./waitable.ts";

/** `wasi:io/poll` `pollable`: lets a guest wait for one thing, or for the first of several. */
export class Pollable implements Disposable {
  readonly #scope: Scope;
  readonly #waitable: Waitable;

  /** @throws WasiLimitError where the guest has too many pollables */
  constructor(scope: Scope, waitable: Waitable) {
    this.#scope = scope;
    this.#waitable = waitable;
    scope.add("pollables", this);
  }

  ready(): boolean {
    return this.#waitable.isReady();
  }

  /** Answers at once where it is ready; the promise rejects when the guest's caller gives up. */
  block(context?: CallContext): Promise<void> | undefined {
    return wait([this.#waitable], context, this.#scope.turn);
  }

  [Symbol.dispose](): void {
    this.#scope.delete("pollables", this);
    this.#waitable.close?.();
  }

  /** What it waits for. */
  static waitableOf(pollable: Pollable): Waitable {
    return pollable.#waitable;
  }

  static {
    sync(Pollable.prototype.ready);
  }
}
