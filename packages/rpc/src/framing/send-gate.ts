import { RpcError } from "../errors.ts";
import type { RunningTimer, Timers } from "../timers.ts";

/**
 * Where writers wait while the peer does not keep up. States: open <-> shut -> closed. A gate that stays shut for too
 * long with writers in front of it breaks the call, so that a peer that never reads cannot hold them for ever.
 */
export class SendGate {
  readonly #timers: Timers;
  readonly #stallTimeout: number;
  readonly #onStall: (error: RpcError) => void;
  #waiting: { promise: Promise<void>; resolve: () => void; reject: (error: RpcError) => void } | undefined;
  #timer: RunningTimer | undefined;
  #shut = false;
  #reason: (() => RpcError) | undefined;

  /** @param stallTimeout milliseconds */
  constructor(timers: Timers, stallTimeout: number, onStall: (error: RpcError) => void) {
    this.#timers = timers;
    this.#stallTimeout = stallTimeout;
    this.#onStall = onStall;
  }

  shut(): void {
    this.#shut = true;
  }

  open(): void {
    this.#shut = false;
    this.#clear()?.resolve();
  }

  /**
   * Nobody passes any more. Errors are costly to make and nearly every call ends without a writer in front of its gate,
   * so `reason` is asked for only if there is one.
   */
  close(reason: () => RpcError): void {
    this.#reason ??= reason;
    this.#clear()?.reject(this.#reason());
  }

  /** Resolves as soon as the gate is open. */
  passed(): Promise<void> {
    if (this.#reason !== undefined) return Promise.reject(this.#reason());
    if (!this.#shut) return Promise.resolve();
    if (this.#waiting === undefined) {
      this.#waiting = Promise.withResolvers<void>();
      this.#timer = this.#timers.guard(this.#stallTimeout, () => this.#stall());
    }
    return this.#waiting.promise;
  }

  #stall(): void {
    this.#onStall(
      new RpcError("resource-exhausted", `the peer has not read for ${this.#stallTimeout} ms (limit stallTimeout)`),
    );
  }

  #clear(): { resolve: () => void; reject: (error: RpcError) => void } | undefined {
    this.#timer?.stop();
    const waiting = this.#waiting;
    this.#waiting = undefined;
    return waiting;
  }
}
