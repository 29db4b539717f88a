import { RpcError } from "../errors.ts";

/**
 * Where writers wait while the peer does not keep up. States: open <-> shut -> failed. A gate that stays shut for too
 * long with writers in front of it fails, so that a peer that never reads cannot hold them for ever.
 */
export class SendGate {
  readonly #stallTimeout: number;
  readonly #onStall: (error: RpcError) => void;
  #waiting: { promise: Promise<void>; resolve: () => void; reject: (error: RpcError) => void } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #shut = false;
  #failure: RpcError | undefined;

  constructor(stallTimeout: number, onStall: (error: RpcError) => void) {
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
      this.#timer = setTimeout(() => this.#stall(), this.#stallTimeout);
    }
    return this.#waiting.promise;
  }

  #stall(): void {
    this.#onStall(
      new RpcError("resource-exhausted", `the peer has not read for ${this.#stallTimeout} ms (limit stallTimeout)`),
    );
  }

  #clear(): { resolve: () => void; reject: (error: RpcError) => void } | undefined {
    clearTimeout(this.#timer);
    const waiting = this.#waiting;
    this.#waiting = undefined;
    return waiting;
  }
}
