import type { Stream } from "@witwire/wit/values";
import type { Scope } from "../scope.ts";
import type { ByteSink } from "./byte-sink.ts";
import { InputStream } from "./input-stream.ts";
import { OutputStream } from "./output-stream.ts";
import { Pollable } from "./pollable.ts";

/** The way between resources of `wasi:io` and what they are outside of a guest, for whoever links other interfaces. */
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

/** For one instance: what is made is counted, and ends with it. */
export function byteStreams(scope: Scope): ByteStreams {
  return {
    toInputStream: (bytes) => InputStream.from(bytes, { scope }),
    fromInputStream(stream) {
      using given = stream as InputStream;
      return given.toStream();
    },
    toOutputStream: (sink) => OutputStream.to(sink, { scope }),
    toPollable: (settled) => new Pollable(scope, new Settling(settled)),
  };
}

/** Ready when a promise has settled, whichever way. */
class Settling {
  #ready = false;
  readonly #settled: Promise<void>;

  constructor(promise: PromiseLike<unknown>) {
    const ready = (): void => {
      this.#ready = true;
    };
    this.#settled = Promise.resolve(promise).then(ready, ready);
  }

  isReady(): boolean {
    return this.#ready;
  }

  onWake(wake: () => void): () => void {
    let wanted = true;
    this.#settled.then(() => {
      if (wanted) wake();
    });
    return () => {
      wanted = false;
    };
  }
}
