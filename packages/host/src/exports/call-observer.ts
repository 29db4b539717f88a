import type { RpcError } from "@witwire/rpc";
import type { Peer } from "@witwire/wit/values";

/** A call of an exported function. */
export interface ObservedCall {
  /** The interface; empty for a function at the root. */
  readonly instance: string;
  readonly name: string;
  /** Who calls, where that is known. */
  readonly peer: Peer | undefined;
}

/**
 * Told of every call as it arrives. What it returns is called when the call is over, with what went wrong; `err` is an
 * answer like any other.
 */
export type CallObserver = (call: ObservedCall) => ((error: RpcError | undefined) => void) | undefined;
