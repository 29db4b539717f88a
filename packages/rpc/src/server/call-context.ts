import type { CallContext, Metadata, Peer } from "@witwire/wit/values";

/** The context of one call. Its signal is made only for implementations that look at it. */
export class ServerCallContext implements CallContext {
  readonly metadata: Metadata;
  readonly peer: Peer;
  readonly #deadline: number;
  #controller: AbortController | undefined;
  #aborted: unknown;

  /** @param deadline on the clock of `performance.now()`; `Infinity` where the caller set none or could not say */
  constructor(peer: Peer, metadata: Metadata, deadline: number) {
    this.peer = peer;
    this.metadata = metadata;
    this.#deadline = deadline;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#aborted !== undefined) this.#controller.abort(this.#aborted);
    }
    return this.#controller.signal;
  }

  timeRemaining(): number {
    return Math.max(0, this.#deadline - performance.now());
  }

  /** The caller is gone, for the reason given. */
  abort(reason: unknown): void {
    this.#aborted ??= reason;
    this.#controller?.abort(reason);
  }
}
