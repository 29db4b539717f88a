import type { Stream } from "@witwire/wit/values";

/** What `wasi:io/streams` looks like from outside: the way between its resources and streams of bytes. */
export interface ByteStreams {
  /** An `input-stream` for the guest that reads these bytes, and cancels them when it is dropped. */
  toInputStream(bytes: Stream<Uint8Array, Uint8Array>): object;
  /** What an `input-stream` that the guest gave away still holds. */
  fromInputStream(stream: object): Stream<Uint8Array, Uint8Array>;
}
