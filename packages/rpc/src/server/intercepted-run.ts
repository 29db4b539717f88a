import { type CallContext, isPromiseLike } from "@witwire/wit/values";
import type { RpcError } from "../errors.ts";
import type { Header } from "../framing/header.ts";
import type { Handler } from "../interception/chain.ts";
import { ServerInterceptedCall } from "./intercepted-call.ts";
import type { ServerFunction } from "./server-function.ts";

/** What a call's way through the interceptors needs of the call. */
export interface InterceptedRunOwner {
  /** Calls the implementation, now that all interceptors agree. May throw. */
  implement(params: readonly unknown[], context: CallContext): unknown;
  /** An implementation has come to its end. */
  implemented(): void;
}

/**
 * The way of one call through the interceptors to its implementation. A call that fails meanwhile (its caller leaves, its
 * time is up) fails for the interceptors too, at once, while the implementation may go on for as long as it likes.
 */
export class InterceptedRun {
  readonly #owner: InterceptedRunOwner;
  /** What interceptors wait for: the ends of implementations. */
  readonly #waiting = new Set<PromiseWithResolvers<unknown>>();
  #running = 0;
  #failure: RpcError | undefined;

  constructor(owner: InterceptedRunOwner) {
    this.#owner = owner;
  }

  /** Whether an implementation runs, whatever the interceptors say meanwhile. */
  get running(): boolean {
    return this.#running > 0;
  }

  start(
    intercept: Handler<ServerInterceptedCall>,
    header: Header,
    fn: ServerFunction,
    params: readonly unknown[],
    context: CallContext,
  ): Promise<unknown> {
    return intercept(new ServerInterceptedCall(header, fn, params, context, (call) => this.#implement(call)));
  }

  /** The call has failed: interceptors learn of it, and begin no implementation any more. */
  fail(error: RpcError): void {
    this.#failure = error;
    for (const waiting of this.#waiting) waiting.reject(error);
    this.#waiting.clear();
  }

  #implement({ params, context }: ServerInterceptedCall): Promise<unknown> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const waiting = Promise.withResolvers<unknown>();
    // An interceptor may have lost interest in the outcome, which is no reason to end the process.
    waiting.promise.catch(() => {});
    this.#waiting.add(waiting);
    this.#running++;
    this.#settle(waiting, params, context);
    return waiting.promise;
  }

  #settle(waiting: PromiseWithResolvers<unknown>, params: readonly unknown[], context: CallContext): void {
    const end = (settle: () => void): void => {
      this.#running--;
      this.#waiting.delete(waiting);
      settle();
      this.#owner.implemented();
    };
    try {
      const outcome = this.#owner.implement(params, context);
      if (isPromiseLike(outcome)) {
        Promise.resolve(outcome).then(
          (value) => end(() => waiting.resolve(value)),
          (error: unknown) => end(() => waiting.reject(error)),
        );
      } else end(() => waiting.resolve(outcome));
    } catch (error) {
      end(() => waiting.reject(error));
    }
  }
}
