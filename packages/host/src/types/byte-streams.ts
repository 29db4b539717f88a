import type { Stream } from "@witwire/wit/values";

/** Where an output stream puts its bytes. Answers with a promise while it is busy; throws or rejects when it broke. */
export interface ByteSink {
  write(bytes: Uint8Array): unknown;
  /** Sees to it that everything written before is on its way. */
  flush?(): unknown;
  /** Nothing more comes. */
  end?(): unknown;
  abort?(): void;
}

/**
 * The way between resources of `wasi:io` and what they are outside of a guest. The WASI of an instance brings it along; host
 * and WASI need know no more of each other.
 */
export interface ByteStreams {
  /** An `input-stream` for the guest that reads these bytes, and cancels them when it is dropped. */
  toInputStream(bytes: Stream<Uint8Array, Uint8Array>): object;
  /** What an `input-stream` that the guest gave away still holds. */
  fromInputStream(stream: object): Stream<Uint8Array, Uint8Array>;
  /** An `output-stream` for the guest. */
  toOutputStream(sink: ByteSink): object;
  /** A `pollable` for the guest that is ready once this has settled. */
  toPollable(settled: PromiseLike<unknown>): object;
}
