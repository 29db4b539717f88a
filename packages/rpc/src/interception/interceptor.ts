import type { Func, Resolve } from "@witwire/wit/model";
import type { CallContext, Metadata, Peer } from "@witwire/wit/values";

/** What a contract says about a function. */
export interface FunctionContract {
  readonly resolve: Resolve;
  readonly func: Func;
}

/** A call on its way through interceptors, on either side. */
export interface InterceptedCall {
  readonly side: "client" | "server";
  /** Instance name, for example `wasi:keyvalue/store@0.2.0-draft2`; empty for root functions of a world. */
  readonly instance: string;
  /** Function name on the wire, for example `bucket.get`. */
  readonly name: string;
  /** Absent on servers for functions that were served by their names alone. */
  readonly contract: FunctionContract | undefined;
  /** One value per parameter; `self` is the first one of a method. */
  readonly params: readonly unknown[];
  /** On clients what will be sent, on servers what the implementation will see. */
  readonly metadata: Metadata;
  /** Milliseconds until the call's deadline; `Infinity` where it has none. */
  timeRemaining(): number;
  /** Aborted when the caller gives up. On clients absent where the caller gave none; on servers made when it is looked at. */
  readonly signal: AbortSignal | undefined;
  /** Who calls; on servers only. */
  readonly peer: Peer | undefined;
  /** On servers what the implementation will get; on clients the context that was handed on as options, if it was one. */
  readonly context: CallContext | undefined;
  /**
   * Whether the parameters can be sent a second time: types with streams, futures or owned handles cannot, since the
   * first time may have used them up.
   */
  readonly repeatable: boolean;
}

/** What an interceptor changes of a call that it passes on. */
export interface CallChanges {
  readonly params?: readonly unknown[];
  /** Instead of what there is; `{ ...call.metadata, key }` adds to it. */
  readonly metadata?: Metadata;
  /** Milliseconds from now, streams included, instead of the time that remains. On servers it cannot become longer. */
  readonly timeout?: number;
  /** Instead of the caller's; `AbortSignal.any` keeps that one too. */
  readonly signal?: AbortSignal;
}

/**
 * Stands around calls: does something before, passes the call on with `next` (changed, more than once, or not at all),
 * and sees or changes what came of it. A result is the value as it is on the wire, a `result<T, E>` as `{ tag, val }`;
 * what fails is thrown as an `RpcError`. Streams inside a result have only begun when `next` resolves.
 *
 * One that waits for something else than `next` must not wait longer than the call may take; see `withinCall`.
 */
export type Interceptor = (
  call: InterceptedCall,
  next: (changes?: CallChanges) => Promise<unknown>,
) => Promise<unknown>;
