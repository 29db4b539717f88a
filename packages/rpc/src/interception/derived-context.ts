import type { CallContext, Metadata, Peer } from "@witwire/wit/values";
import type { CallChanges } from "./interceptor.ts";

const origins = new WeakMap<CallContext, CallContext>();

/** The context that a call came with, for one that interceptors have changed on its way to the implementation. */
export function originOf(context: CallContext): CallContext {
  return origins.get(context) ?? context;
}

/** The context of a call that interceptors have changed. */
export class DerivedContext implements CallContext {
  readonly metadata: Metadata;
  readonly #base: CallContext;
  readonly #deadline: number;
  readonly #signal: AbortSignal | undefined;

  constructor(base: CallContext, { metadata, timeout, signal }: CallChanges) {
    this.#base = base;
    this.metadata = metadata ?? base.metadata;
    this.#deadline = timeout === undefined ? Number.POSITIVE_INFINITY : performance.now() + timeout;
    this.#signal = signal;
    origins.set(this, originOf(base));
  }

  get signal(): AbortSignal {
    return this.#signal ?? this.#base.signal;
  }

  get peer(): Peer {
    return this.#base.peer;
  }

  timeRemaining(): number {
    return Math.max(0, Math.min(this.#deadline - performance.now(), this.#base.timeRemaining()));
  }
}
