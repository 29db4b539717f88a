import type { CallContext, Metadata, Peer } from "@witwire/wit/values";

const noMetadata: Metadata = Object.freeze({});
const peer: Peer = Object.freeze({ transport: "local" });

/** What an implementation in this process learns of a call. Its signal is made only when it is looked at. */
export class LocalCallContext implements CallContext {
  readonly metadata: Metadata = noMetadata;
  readonly peer: Peer = peer;
  readonly #deadline: number;
  #controller: AbortController | undefined;
  #aborted: { readonly reason: unknown } | undefined;

  /** @param timeout milliseconds; `Infinity` for no limit */
  constructor(timeout: number) {
    this.#deadline = performance.now() + timeout;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#aborted !== undefined) this.#controller.abort(this.#aborted.reason);
    }
    return this.#controller.signal;
  }

  timeRemaining(): number {
    return Math.max(0, this.#deadline - performance.now());
  }

  /** Nobody waits any more. */
  abort(reason: unknown): void {
    this.#aborted ??= { reason };
    this.#controller?.abort(reason);
  }
}
