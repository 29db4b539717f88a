import type { CallContext, Metadata, Peer } from "@witwire/wit/values";
import { originOf } from "../interception/derived-context.ts";
import type { Invocation, InvocationTransport } from "../transport/invocation.ts";

/** The context of one call. Its signal is made only for implementations that look at it. */
export class ServerCallContext implements CallContext {
  readonly metadata: Metadata;
  readonly peer: Peer;
  readonly #invocation: Invocation;
  readonly #deadline: number;
  #controller: AbortController | undefined;
  #aborted: unknown;

  /** @param deadline on the clock of `performance.now()`; `Infinity` where the caller set none or could not say */
  constructor(invocation: Invocation, metadata: Metadata, deadline: number) {
    this.#invocation = invocation;
    this.peer = invocation.peer;
    this.metadata = metadata;
    this.#deadline = deadline;
  }

  /** Calls in the other direction, where the connection carries them. */
  get peerTransport(): InvocationTransport | undefined {
    return this.#invocation.peerTransport;
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

/**
 * The session on which a call came, to call its caller: what the caller serves (option `server` of its transport), for as
 * long as the connection lasts. `undefined` on plain wRPC, and for contexts of other origin.
 */
export function callerTransport(context: CallContext): InvocationTransport | undefined {
  const origin = originOf(context);
  return origin instanceof ServerCallContext ? origin.peerTransport : undefined;
}
