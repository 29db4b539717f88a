import type { CallContext, Metadata } from "@witwire/wit/values";
import { isCallContext } from "@witwire/wit/values";
import type { ChangeableCall } from "../interception/chain.ts";
import { checkSignal, checkTimeout } from "../interception/checks.ts";
import type { CallChanges, FunctionContract } from "../interception/interceptor.ts";
import { isRepeatable } from "../interception/repeatable.ts";
import type { ResolvedCallOptions } from "./call-options.ts";
import type { CallTarget } from "./client-call.ts";

/** A call on its way through the interceptors of a client. */
export class ClientInterceptedCall implements ChangeableCall<ClientInterceptedCall> {
  readonly side = "client";
  readonly target: CallTarget;
  readonly params: readonly unknown[];
  readonly context: CallContext | undefined;
  readonly peer: undefined = undefined;
  readonly #options: ResolvedCallOptions;
  /** On the clock of `performance.now()`: when the timeout of the options began to run. */
  readonly #begin: number;
  /** On the same clock: by when the call has to be over, however interceptors change its timeout. */
  readonly #latest: number;

  /**
   * @param passed what the caller passed behind the last parameter, from which the options were made
   * @param maxTimeout milliseconds that the call may take at most
   */
  static begin(
    target: CallTarget,
    params: readonly unknown[],
    passed: unknown,
    options: ResolvedCallOptions,
    maxTimeout: number,
  ): ClientInterceptedCall {
    const context = passed !== undefined && isCallContext(passed as CallContext) ? (passed as CallContext) : undefined;
    const now = performance.now();
    return new ClientInterceptedCall(target, params, context, options, now, now + maxTimeout);
  }

  private constructor(
    target: CallTarget,
    params: readonly unknown[],
    context: CallContext | undefined,
    options: ResolvedCallOptions,
    begin: number,
    latest: number,
  ) {
    this.target = target;
    this.params = params;
    this.context = context;
    this.#options = options;
    this.#begin = begin;
    this.#latest = latest;
  }

  get instance(): string {
    return this.target.instance;
  }

  get name(): string {
    return this.target.name;
  }

  get contract(): FunctionContract | undefined {
    return this.target.contract;
  }

  get metadata(): Metadata {
    return this.#options.metadata;
  }

  get signal(): AbortSignal | undefined {
    return this.#options.signal;
  }

  get repeatable(): boolean {
    const { contract, params } = this.target;
    return contract === undefined ? !params.hasEffects : isRepeatable(contract);
  }

  /** The options for what is left of the call. */
  get options(): ResolvedCallOptions {
    const elapsed = Math.floor(performance.now() - this.#begin);
    return elapsed <= 0 ? this.#options : { ...this.#options, elapsed };
  }

  timeRemaining(): number {
    return Math.max(0, this.#options.timeout - (performance.now() - this.#begin));
  }

  /** @throws RpcError `invalid-argument` for a timeout or signal that is none */
  with({ params, metadata, timeout, signal }: CallChanges): ClientInterceptedCall {
    const begin = timeout === undefined ? this.#begin : performance.now();
    const changed: ResolvedCallOptions = {
      timeout: Math.min(checkTimeout(timeout) ?? this.#options.timeout, this.#latest - begin),
      coversStreams: this.#options.coversStreams || timeout !== undefined,
      signal: checkSignal(signal) ?? this.#options.signal,
      metadata: metadata ?? this.#options.metadata,
    };
    return new ClientInterceptedCall(this.target, params ?? this.params, this.context, changed, begin, this.#latest);
  }
}
