import type { Metadata, Peer } from "@witwire/wit/values";
import type { RpcError } from "../errors.ts";

/** What a {@link Duplex} reports. Calls never overlap. No `data` follows `end`, and nothing at all follows `error`. */
export interface DuplexEvents {
  /**
   * Bytes arrived. They belong to the receiver, who may keep and change them. Where they have memory of their own,
   * `trackMemory` of `@witwire/wit/values` lets that be freed once they were read.
   */
  data(bytes: Uint8Array): void;
  /** The peer has ended its half; the other half may go on. */
  end(): void;
  /**
   * The end that was sent has left, and with it everything before: nothing waits for a peer that does not read. A stream
   * that cannot tell says so at once.
   */
  flushed(): void;
  /** The stream broke in both directions: connection refused, reset, or aborted by the peer. */
  error(error: Error): void;
}

/** What plain wRPC has no place for, and some media carry beside the bytes of a call: an HTTP request in its headers. */
export interface Accompaniment {
  readonly metadata: Metadata;
  /** Milliseconds that the caller waits; `Infinity` where it has not said. */
  readonly timeout: number;
}

/**
 * A bidirectional stream of bytes, in push style: TCP, TLS, Unix sockets, a WebSocket, a QUIC stream, memory. Message
 * boundaries mean nothing. Plain wRPC framing and the session are written over it.
 *
 * States, each half on its own: open -> ended; both halves at once: -> aborted. When both halves have ended the
 * underlying resources are free.
 */
export interface Duplex {
  readonly peer: Peer;
  /** What came with an accepted byte stream beside its bytes, where the medium carries such a thing. */
  readonly accompaniment?: Accompaniment | undefined;
  /** Why nothing is done that an accepted peer asks for: it has not shown who it is, for example. */
  readonly refusal?: RpcError | undefined;
  /** Begins delivery. Called once, in the same tick in which the stream was obtained. */
  start(events: DuplexEvents): void;
  /** No more `data` until {@link Duplex.resume}; the peer feels it as backpressure. */
  pause(): void;
  resume(): void;
  /**
   * Sends chunks in order. They belong to the stream from now on. Ignored after `end`, `abort` or an error. A stream that
   * knows when a chunk has left may call `bytesSent` of `@witwire/wit/values` then, so that its memory can be freed.
   *
   * @param apart each chunk is handed to the system by itself, for peers that are confused by several at once. As far as
   *   the medium allows: it may still join and cut them. Default `false`
   * @returns `false` when the peer does not keep up: better wait for {@link Duplex.onDrain}
   */
  write(chunks: readonly Uint8Array[], apart?: boolean): boolean;
  /** Called when writing makes sense again after `write` returned `false`. */
  onDrain: (() => void) | undefined;
  /** Ends the sending half, after everything that was written. */
  end(): void;
  /** Breaks both halves at once, so that the peer sees an error rather than an end wherever the medium can tell them apart. */
  abort(reason?: Error): void;
}
