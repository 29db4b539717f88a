import { setTimeout as delay } from "node:timers/promises";
import { type CallContext, type CallOptions, WitError } from "@witwire/wit/values";
import type { Item } from "./contract.ts";

class Counter {
  value: number;

  constructor(start: number) {
    this.value = start;
  }

  increment(by: number): number {
    this.value += by;
    return this.value;
  }
}

/** What the server does: all that a call can come to, wanted or not. */
export const implementation: object = {
  Counter,
  echo: (item: Item) => item,
  divide(a: number, b: number): number {
    if (b === 0) throw new WitError(`${a} cannot be divided by zero`);
    return Math.floor(a / b);
  },
  fail: () => {
    throw new Error("this function always fails");
  },
  async sleep(milliseconds: number, { signal }: CallContext): Promise<number> {
    await delay(milliseconds, undefined, { signal });
    return milliseconds;
  },
  hang: (context: CallContext) => aborted(context),
  download: (size: number) => pieces(size),
  async upload(bytes: AsyncIterable<Uint8Array>): Promise<bigint> {
    let size = 0;
    for await (const chunk of bytes) size += chunk.length;
    return BigInt(size);
  },
  numbers: (numbers: unknown) => numbers,
  texts: (texts: unknown) => texts,
  async *endless(): AsyncGenerator<Uint8Array> {
    for (;;) yield new Uint8Array(16_384);
  },
  async *broken(after: number): AsyncGenerator<number> {
    for (let index = 0; index < after; index++) yield index;
    throw new Error("this stream always breaks");
  },
  later: (text: Promise<string>) => text,
  never: (context: CallContext) => aborted(context),
  consume: (counter: Counter) => counter.value,
  read: (counter: Counter) => counter.value,
  pass: (counter: Counter) => counter,
  async watch(watcher: RemoteWatcher, times: number, context: CallContext): Promise<number> {
    using watched = watcher;
    let sum = 0;
    for (let number = 0; number < times; number++) sum += await watched.notify(number, context);
    return sum;
  },
};

/** What a caller passes. */
interface RemoteWatcher extends Disposable {
  notify(number: number, options?: CallOptions | CallContext): Promise<number>;
}

function* pieces(size: number): Generator<Uint8Array> {
  for (let at = 0; at < size; at += 10_000) yield new Uint8Array(Math.min(10_000, size - at));
}

/** A promise that lasts as long as the caller waits. */
function aborted({ signal }: CallContext): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
