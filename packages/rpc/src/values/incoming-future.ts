import type { ResumableDecoder, ValueCodec } from "@witwire/codec";
import { RpcError } from "../errors.ts";
import type { IncomingScope, IncomingValue, ValueLifting } from "./incoming-value.ts";
import type { PathReader } from "./path-reader.ts";

/** A promise that learns when somebody begins to wait for it. */
class WatchedPromise<T> extends Promise<T> {
  onWait: (() => void) | undefined;

  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  // `await` calls this as well, because the constructor is not Promise itself.
  // biome-ignore lint/suspicious/noThenProperty: a promise has one, and this is how waiting is noticed
  override then<R = T, E = never>(
    onFulfilled?: ((value: T) => R | PromiseLike<R>) | null,
    onRejected?: ((reason: unknown) => E | PromiseLike<E>) | null,
  ): Promise<R | E> {
    this.onWait?.();
    return super.then(onFulfilled, onRejected);
  }
}

/**
 * The receiving end of a `future<T>`. It decodes whatever arrives, but makes the transport read past unread streams only
 * once somebody waits for it: a stream with a future behind it (the usual pair) keeps its backpressure.
 */
export class IncomingFuture implements IncomingValue {
  readonly promise: Promise<unknown>;
  readonly #values: IncomingScope;
  readonly #source: PathReader;
  readonly #payload: ValueCodec | undefined;
  readonly #lifting: ValueLifting;
  #decoder: ResumableDecoder | undefined;
  #resolve: (value: unknown) => void = () => {};
  #reject: (error: unknown) => void = () => {};
  #awaited = false;
  #over = false;

  constructor(values: IncomingScope, source: PathReader, payload: ValueCodec | undefined) {
    this.#values = values;
    this.#source = source;
    this.#payload = payload;
    this.#lifting = values.lifting(source.path);
    const promise = new WatchedPromise<unknown>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // A future that nobody waits for must not end the process when its call fails.
    promise.catch(() => {});
    promise.onWait = () => {
      promise.onWait = undefined;
      this.#awaited = true;
      this.#source.incoming.setHungry();
    };
    this.promise = promise;
  }

  get wanted(): boolean {
    return this.#awaited;
  }

  /** Begins to receive. */
  receive(): void {
    if (this.#over) return;
    try {
      if (this.#step()) return;
    } catch (error) {
      const malformed = this.#source.malformed(error);
      this.fail(malformed);
      this.#values.malformed(malformed);
      return;
    }
    this.#source.incoming.whenReadable(() => this.receive(), this.#awaited);
  }

  fail(error: RpcError): void {
    if (this.#over) return;
    this.#over = true;
    this.#reject(error);
  }

  cancel(): void {
    if (this.#over) return;
    this.fail(new RpcError("cancelled", "the call ended before this future was awaited"));
    this.#values.cancel(this, this.#source);
  }

  #step(): boolean {
    const payload = this.#payload;
    if (payload === undefined) return this.#stepBare();
    this.#decoder ??= payload.decoder(this.#lifting);
    do {
      if (this.#decoder.step(this.#source.reader)) {
        this.#lifting.commit();
        this.#finish(this.#decoder.value, !this.#lifting.sharesPath);
        return true;
      }
    } while (this.#source.fill());
    return this.#cutOff();
  }

  /** A future without a payload has no bytes: it is resolved by the end of the path. */
  #stepBare(): boolean {
    while (this.#source.fill()) this.#source.reader.position = this.#source.reader.end;
    if (this.#source.incoming.ended) {
      this.#finish(undefined, true);
      return true;
    }
    return this.#cutOff();
  }

  #cutOff(): boolean {
    const cutOff = this.#source.cutOff("future");
    if (cutOff === undefined) return false;
    this.fail(cutOff);
    this.#values.finish(this, this.#source, true);
    return true;
  }

  #finish(value: unknown, pathFinished: boolean): void {
    this.#over = true;
    this.#resolve(value);
    this.#values.finish(this, this.#source, pathFinished);
  }
}
