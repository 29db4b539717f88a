import type { Codec, PathPattern, StreamCodec, ValueCodec } from "@witwire/codec";
import type { Metadata, Peer } from "@witwire/wit/values";
import type { RpcError } from "../errors.ts";
import type { Timers } from "../timers.ts";
import type { AwaitedAnswer, CallHandles } from "./call-handles.ts";

/** Where bytes belong inside an invocation; empty for the root, which carries parameters and results. */
export type Path = readonly number[];

/** A call to be opened. */
export interface OpenRequest {
  /** Instance name, for example `wasi:keyvalue/store@0.2.0-draft2`; empty for root functions of a world. */
  readonly instance: string;
  /** Function name on the wire, for example `bucket.get`. */
  readonly name: string;
  /** Paths on which the result may have streams or futures; bytes anywhere else are an error of the peer. */
  readonly asyncPaths: readonly PathPattern[];
  /** Whether the parameters may have streams or futures. Default: `false`. */
  readonly sendsPaths?: boolean;
  readonly metadata: Metadata;
  /**
   * Milliseconds that the caller gave for all of the call, streams included; `Infinity` where it gave none. Sent along
   * where the transport can.
   */
  readonly timeout: number;
  /** Aborting it has to be followed by {@link Invocation.abort}; a transport may use it while it still connects. */
  readonly signal?: AbortSignal;
}

/** The client's side of a transport: opens invocations. */
export interface InvocationTransport {
  /** The value encoding that the peer needs, for clients that were not told another. Default: the component model's. */
  readonly codec?: Codec | undefined;
  /**
   * Opens an invocation. Never waits: what goes wrong later, the connecting included, is reported by the invocation.
   *
   * @throws RpcError `unavailable` when the transport was closed
   */
  open(request: OpenRequest): Invocation;
  /** Lets running invocations end, opens no more. With `force` they are aborted. */
  close(options?: { readonly force?: boolean }): Promise<void>;
  /** What is in use now; all zero when nothing is. */
  stats(): TransportStats;
}

export interface TransportStats {
  readonly invocations: number;
  readonly connections: number;
  readonly timers: number;
  /** Resources that were given out to peers and that are held of them; 0 where the transport does not know. */
  readonly handles: number;
}

/** One call under way, seen from either side: a byte stream per path and direction. */
export interface Invocation {
  readonly peer: Peer;
  /** Where the timers of the call are started, so that the transport's stats count them. */
  readonly timers: Timers;
  /**
   * Sends bytes on a path. They belong to the invocation from now on. Ignored once the invocation is over.
   *
   * @param codec what encoded the bytes, for transports that may part them in certain places only
   * @returns `false` when the peer does not keep up: better wait for {@link Invocation.drained}
   * @throws RpcError when the transport cannot carry them; nothing was sent then
   */
  write(path: Path, bytes: Uint8Array, codec?: ValueCodec | StreamCodec): boolean;
  /**
   * Resolves when writing on a path makes sense again, or never will. May reject when the invocation breaks.
   *
   * @param path default: all of them
   */
  drained(path?: Path): Promise<void>;
  /** Nothing more will be written on this path. */
  endPath(path: Path): void;
  /** Nothing more will be written on any path. */
  end(): void;
  /** The bytes that arrive on a path. The root, and every path that was declared. */
  incoming(path: Path): IncomingPath;
  /** Everything that was wanted has arrived: what still comes is discarded, and the resources are freed soon. */
  close(): void;
  /** Breaks off, so that the peer learns of it as well as the transport can tell. */
  abort(error: RpcError): void;
  /** Whether the peer may know of it already. */
  readonly begun: boolean;
  /** Whether {@link IncomingPath.discard} makes the peer stop sending on the path. */
  readonly stopsPaths: boolean;
  /** Whether what is written piece by piece in one turn leaves together. */
  readonly joinsWrites: boolean;
  /** The resources of the call, where the transport carries them in both directions; made when it is looked at. */
  readonly handles: CallHandles | undefined;
  /** What the implementation has to wait for, once its parameters are there. */
  readonly awaited?: AwaitedAnswer | undefined;
  /** Calls to the peer on the connection of this call, where that can carry them. */
  readonly peerTransport: InvocationTransport | undefined;
  /** Called when the peer wants no more of a path, or of all where that is the root. */
  onStop: ((path: Path) => void) | undefined;
  /** Called once when the invocation broke, with the reason, unless it was over already. */
  onFailure: ((error: RpcError) => void) | undefined;
}

/** The received bytes of one path. */
export interface IncomingPath {
  /** What has arrived since the last call; `undefined` when nothing has. */
  read(): Uint8Array | undefined;
  /** No more will arrive. Set only when everything was read. */
  readonly ended: boolean;
  /** Why no more will arrive. Set only when everything was read. */
  readonly error: RpcError | undefined;
  /**
   * Calls back once, when `read`, `ended` or `error` has something new; at once if so already. `hungry` says that
   * a consumer waits for it now, so that the transport should read on even past bytes that others leave unread.
   */
  whenReadable(callback: () => void, hungry: boolean): void;
  /** Changes what {@link IncomingPath.whenReadable} said. */
  setHungry(): void;
  /** Nothing of this path is wanted any more, nor of paths below it that no value waits for. */
  discard(): void;
}
