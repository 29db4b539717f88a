import { type CallContext, type CallOptions, isCallContext, type Metadata, type Peer } from "@witwire/wit/values";
import type { AsyncScope } from "../core/async-scope.ts";
import { ComponentError } from "../errors.ts";

const noMetadata: Metadata = Object.freeze({});
const peer: Peer = Object.freeze({ transport: "component" });

/**
 * One call into a guest. It is also the context that the imports get which the guest calls meanwhile: they learn how much
 * time is left, and when the caller gives up, but nothing of what the caller told the guest's host.
 */
export class GuestCall implements CallContext {
  readonly metadata: Metadata = noMetadata;
  readonly peer: Peer = peer;
  readonly copiesAnswer = true;
  /** What is called, for messages. */
  readonly label: string;
  /** The call from which this one was made, as far as that is known. */
  readonly parent: GuestCall | undefined;
  /** On the clock of `performance.now()`. */
  readonly deadline: number;
  /** The caller's own signal. */
  readonly callerSignal: AbortSignal | undefined;
  /** The caller gave up; the guest may go on, but nobody waits for it. */
  abandoned = false;
  /** The guest is done with it. */
  settled = false;
  /** The asynchronous context of the caller, where the guest runs in another one. */
  scope: AsyncScope | undefined;
  #controller: AbortController | undefined;
  #reason: unknown;

  constructor(label: string, options: unknown, chain: unknown) {
    this.label = label;
    this.parent = runningCall(chain);
    this.deadline = Number.POSITIVE_INFINITY;
    if (options === undefined) return;
    const { signal, timeout } = readOptions(options);
    this.callerSignal = signal;
    if (timeout !== Number.POSITIVE_INFINITY) this.deadline = performance.now() + timeout;
    this.parent ??= runningCall(options);
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.abandoned) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  timeRemaining(): number {
    return this.deadline === Number.POSITIVE_INFINITY ? this.deadline : Math.max(0, this.deadline - performance.now());
  }

  /** Tells the imports that nobody waits any more. */
  abandon(reason: unknown): void {
    if (this.abandoned) return;
    this.abandoned = true;
    this.#reason = reason;
    this.#controller?.abort(reason);
  }
}

/** The call of a chain that is not over yet. Those that are must not be kept: a chain may go on for ever. */
function runningCall(chain: unknown): GuestCall | undefined {
  let call = chain instanceof GuestCall ? chain : undefined;
  while (call?.settled === true) call = call.parent;
  return call;
}

/** @throws ComponentError `invalid-argument` for anything but options or a context */
function readOptions(options: unknown): { signal: AbortSignal | undefined; timeout: number } {
  if (typeof options !== "object" || options === null) {
    throw invalid(`expected call options behind the last parameter, got ${options === null ? "null" : typeof options}`);
  }
  const passed = options as CallOptions | CallContext;
  if (isCallContext(passed)) return { signal: passed.signal, timeout: passed.timeRemaining() };
  const { signal, timeout = Number.POSITIVE_INFINITY } = passed;
  if (typeof timeout !== "number" || !(timeout >= 0)) {
    throw invalid(`a timeout must be a number of milliseconds from 0, not ${String(timeout)}`);
  }
  if (signal !== undefined && typeof (signal as Partial<AbortSignal> | null)?.addEventListener !== "function") {
    throw invalid(`a signal must be an AbortSignal, not ${typeof signal}`);
  }
  return { signal, timeout };
}

function invalid(message: string): ComponentError {
  return new ComponentError("invalid-argument", message);
}
