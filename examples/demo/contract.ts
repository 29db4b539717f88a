import type { Stream, StreamInput } from "@witwire/wit/values";

/** `wrpc-examples:hello/handler` */
export interface Handler {
  hello(): string;
}

/** `wrpc-examples:hello/streams`, as a client sees it. */
export interface Streams {
  echo(request: {
    numbers: StreamInput<bigint>;
    bytes: StreamInput<Uint8Array>;
  }): [Stream<bigint, BigUint64Array>, Stream<Uint8Array, Uint8Array>];
}

/** `wrpc-examples:hello/counters`, as a client sees it. */
export interface Counters {
  Counter: {
    new: (start: number) => Promise<Counter>;
    join: (left: Counter, right: Counter) => Promise<Counter>;
  };
}

export interface Counter extends Disposable {
  /** @throws WitError with a `Failure` */
  add(amount: number): Promise<number>;
}

export type Failure = { tag: "limit-reached"; val: number };
