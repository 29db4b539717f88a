import type { PathPattern } from "@witwire/codec";
import type { RpcError } from "../errors.ts";
import type { Limits } from "../limits.ts";
import type { Timers } from "../timers.ts";
import type { Duplex } from "../transport/duplex.ts";
import type { IncomingPath, Path } from "../transport/invocation.ts";

/**
 * What an invocation in plain framing does with the bytes of its paths, and with a peer that does not keep up: everything
 * that depends on whether there can be streams and futures.
 */
export interface Flow {
  /** The bytes that arrive on a path. */
  incoming(path: Path): IncomingPath;
  /** Bytes arrived. @throws RpcError `protocol` where none are expected, `resource-exhausted` */
  receive(path: Path, bytes: Uint8Array): void;
  /** All that came at once was received. */
  settle(): void;
  /** The peer does not keep up with what is sent. */
  fallBehind(): void;
  /** Resolves when the peer has caught up. */
  drained(): Promise<void>;
  /** Nothing more will arrive. */
  end(): void;
  /** Nothing more is wanted. */
  discard(): void;
  /** The invocation broke. */
  fail(error: RpcError): void;
  /** The invocation is over: nobody sends any more. */
  close(): void;
}

/** What a {@link Flow} has to know of its invocation. */
export interface FlowOptions {
  readonly limits: Limits;
  readonly timers: Timers;
  /** The paths besides the root on which the peer may send. */
  readonly declared: readonly PathPattern[];
}

/**
 * Makes the flow of an invocation that may have streams and futures; {@link asyncPaths} does.
 *
 * @param onFailure breaks the invocation
 */
export type AsyncPaths = (duplex: Duplex, options: FlowOptions, onFailure: (error: RpcError) => void) => Flow;
