import { RpcError } from "../errors.ts";
import type { Timer, Timers } from "../timers.ts";

/**
 * Where writers wait while the peer does not keep up. States: open <-> shut -> failed. A gate that stays shut for too
 * long with writers in front of it fails, so that a peer that never reads cannot hold them for ever.
 */
export class SendGate {
  readonly #timers: Timers;
  readonly #stallTimeout: number;
  readonly #onStall: (error: RpcError) => void;
  #waiting: { promise: Promise<void>; resolve: () => void; reject: (error: RpcError) => void } | undefined;
  #timer: Timer | undefined;
  #shut = false;
  #failure: RpcError | undefined;

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

  fail(error: RpcError): void {
    this.#failure = error;
    this.#clear()?.reject(error);
  }

  /** Resolves as soon as the gate is open. */
  passed(): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (!this.#shut) return Promise.resolve();
    if (this.#waiting === undefined) {
      this.#waiting = Promise.withResolvers<void>();
      this.#timer = this.#timers.start(this.#stallTimeout, () => this.#stall());
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
