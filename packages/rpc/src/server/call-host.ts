import type { PathPattern } from "@witwire/codec";
import type { Metadata, Peer } from "@witwire/wit/values";
import type { RpcError } from "../errors.ts";
import type { Header } from "../framing/header.ts";
import type { PeerCare } from "../framing/peer-care.ts";
import type { Limits } from "../limits.ts";
import type { Timers } from "../timers.ts";
import type { Invocation } from "../transport/invocation.ts";
import type { ServerFunction } from "./server-function.ts";

/** A call that has come, with the first bytes of its parameters. */
export interface IncomingCall {
  readonly header: Header;
  readonly invocation: Invocation;
  readonly metadata: Metadata;
  /** On the clock of `performance.now()`; `Infinity` where the caller set none or could not say. */
  readonly deadline: number;
  /** Functions besides those that are served. */
  readonly more?: FunctionSource;
  /** Called once when the implementation runs no more, which may be long after the caller has left. */
  onIdle?(): void;
}

/** Where functions are found that nobody serves: the methods of resources that were passed. */
export interface FunctionSource {
  find(instance: string, name: string): ServerFunction | undefined;
}

/** What the connections of a server, whatever they speak, need of it. */
export interface CallHost {
  readonly limits: Limits;
  readonly timers: Timers;
  /** What is done for peers of plain wRPC that need it. */
  readonly care: PeerCare | undefined;
  /** The paths on which a function takes streams and futures; or why it cannot be called. */
  admit(header: Header, more?: FunctionSource): readonly PathPattern[] | RpcError;
  /** Runs a call that was admitted. */
  invoked(call: IncomingCall): void;
  /** A byte stream, or a call on it, came to nothing. */
  refused(error: RpcError, peer: Peer, header?: Header): void;
}
