import { type ContractRef, findInterface } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";
import type { CallOptions, Stream, StreamInput } from "@witwire/wit/values";

/** What calls echo. */
export interface Item {
  readonly id: number;
  readonly name: string;
  readonly tags: readonly string[];
  readonly blob: Uint8Array;
  readonly weight?: number | undefined;
}

/** The interface as clients see it. */
export interface Soak {
  echo(item: Item): Item;
  divide(a: number, b: number): number;
  fail(): number;
  sleep(milliseconds: number): number;
  hang(): number;
  download(size: number): Stream<Uint8Array>;
  upload(bytes: StreamInput<number>): bigint;
  numbers(numbers: StreamInput<number>): Stream<number, Uint32Array>;
  texts(texts: StreamInput<string>): Stream<string>;
  endless(): Stream<Uint8Array>;
  broken(after: number): Stream<number>;
  later(text: Promise<string>): Promise<string>;
  never(): Promise<string>;
  consume(counter: Counter): number;
  read(counter: Counter): number;
  pass(counter: Counter): Counter;
  watch(watcher: Watcher, times: number): number;
  readonly Counter: { readonly new: (start: number, options?: CallOptions) => Promise<Counter> };
}

export interface Counter extends Disposable {
  increment(by: number, options?: CallOptions): Promise<number>;
}

/** A callback: callers implement it. */
export interface Watcher {
  notify(number: number): number;
  [Symbol.dispose]?(): void;
}

export const soak: ContractRef = findInterface(
  parseWit(`
    package witwire:soak@0.1.0;
    interface watchers {
      resource watcher { notify: func(number: u32) -> u32; }
    }
    interface soak {
      use watchers.{watcher};
      record item { id: u32, name: string, tags: list<string>, blob: list<u8>, weight: option<f64> }
      resource counter {
        constructor(start: u32);
        increment: func(by: u32) -> u32;
      }
      echo: func(item: item) -> item;
      divide: func(a: u32, b: u32) -> result<u32, string>;
      // Plain wRPC over a Unix socket cannot show that a call without a result failed, so these have one.
      fail: func() -> u32;
      sleep: func(milliseconds: u32) -> u32;
      hang: func() -> u32;
      download: func(size: u32) -> stream<u8>;
      upload: func(bytes: stream<u8>) -> u64;
      numbers: func(numbers: stream<u32>) -> stream<u32>;
      texts: func(texts: stream<string>) -> stream<string>;
      endless: func() -> stream<u8>;
      broken: func(after: u32) -> stream<u32>;
      later: func(text: future<string>) -> future<string>;
      never: func() -> future<string>;
      consume: func(counter: counter) -> u32;
      read: func(counter: borrow<counter>) -> u32;
      pass: func(counter: counter) -> counter;
      watch: func(watcher: watcher, times: u32) -> u32;
    }
  `),
  "soak",
);
