import { giveMemory, memoryCount, releaseShown } from "./memory.ts";
import { isPromiseLike } from "./promise-like.ts";

/** A list, or the typed array that a numeric list is in JavaScript. */
export type Chunk<T = unknown> =
  | readonly T[]
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | BigUint64Array
  | BigInt64Array
  | Float32Array
  | Float64Array;

/** Where the chunks of a {@link Stream} come from. One call to `next` is outstanding at a time. */
export interface ChunkSource<C> {
  /** The next chunk, never empty; `undefined` at the end. Answers without a promise when it can. Throws or rejects when the stream broke. */
  next(): C | undefined | PromiseLike<C | undefined>;
  /**
   * Another chunk that is there already; `undefined` where one would have to wait for it, to make it or to fail. Absent where
   * none is ever there before it is asked for.
   */
  ready?(): C | undefined;
  /** The consumer has done with a chunk, whose memory may be freed. Absent where chunks belong to others too. */
  release?(chunk: C): void;
  /** The consumer wants no more. Called at most once, and not after the end. */
  cancel(reason?: unknown): void;
}

/** How {@link Stream.chunks} yields. */
export interface ChunksOptions {
  /**
   * Whether a chunk is needed only until the next one is asked for: its memory is freed then, where that can be done, and the
   * chunk becomes empty. Makes large chunks much cheaper. What is to be kept has to be copied. Default: `false`.
   */
  readonly borrow?: boolean;
}

/** How {@link Stream.fromChunks} takes chunks. */
export interface FromChunksOptions {
  /**
   * Whether the memory of the chunks is given away too, as `postMessage` transfers it: typed arrays that are all of their
   * buffer may become empty once they have been sent, and cost V8 no search then. Default: `false`.
   */
  readonly transfer?: boolean;
}

const brand: unique symbol = Symbol.for("witwire.stream") as never;

/**
 * A `stream<T>`: values that arrive over time, read once.
 *
 * `for await` yields one element at a time, except for `stream<u8>`, where it yields `Uint8Array` chunks. `chunks()`
 * yields what arrived together, typed arrays for numbers, and is the fast way. Leaving either loop early cancels.
 *
 * @typeParam T what iteration yields: the element, or `Uint8Array` for `stream<u8>`
 * @typeParam C what `chunks()` yields
 */
export class Stream<T, C = Chunk<T>> implements AsyncIterable<T>, AsyncDisposable {
  readonly #source: ChunkSource<C>;
  #state: "open" | "ended" | "cancelled" = "open";
  #reading = false;

  static {
    Object.defineProperty(Stream.prototype, brand, { value: true });
  }

  /** Wraps a source of chunks. Most code wants {@link Stream.fromChunks} or a plain iterable instead. */
  constructor(source: ChunkSource<C>) {
    this.#source = source;
  }

  /** A stream of ready-made chunks, which belong to the stream from then on; empty ones are skipped. */
  static fromChunks<T, C extends Chunk<T> = Chunk<T>>(
    chunks: Iterable<C> | AsyncIterable<C>,
    options: FromChunksOptions = {},
  ): Stream<T, C> {
    return new Stream(iteratorSource(chunks, options.transfer ?? false));
  }

  /**
   * The next chunk, or `undefined` at the end; without a promise when it is already there.
   *
   * @throws TypeError when another read is still waiting
   */
  nextChunk(): C | undefined | Promise<C | undefined> {
    if (this.#state !== "open") return undefined;
    if (this.#reading) throw new TypeError("this stream is already being read; await the previous read first");
    let next: C | undefined | PromiseLike<C | undefined>;
    try {
      next = this.#source.next();
    } catch (error) {
      this.#state = "ended";
      throw error;
    }
    if (!isPromiseLike(next)) return this.#received(next);
    this.#reading = true;
    return Promise.resolve(next).then(
      (chunk) => this.#arrived(chunk),
      (error: unknown) => this.#failed(error),
    );
  }

  /**
   * Another chunk that has arrived already; `undefined` where there is none, or none yet, or the stream broke, which
   * {@link Stream.nextChunk} says.
   */
  readyChunk(): C | undefined {
    return this.#state === "open" && !this.#reading ? this.#source.ready?.() : undefined;
  }

  /** Whether chunks may be released, because nobody else has them. */
  get releasable(): boolean {
    return this.#source.release !== undefined;
  }

  /**
   * Says, once, that a chunk which was taken out of this stream is needed no more, nor any view of it: its memory is freed
   * where that can be done. For those who pass streams on; applications borrow chunks, see {@link Stream.chunks}.
   */
  releaseChunk(chunk: C): void {
    this.#source.release?.(chunk);
  }

  /** Everything that arrives together, as it arrives. */
  chunks(options: ChunksOptions = {}): AsyncIterableIterator<C> {
    if (options.borrow === true) return this.#borrowedChunks();
    return this.#iterator(() => this.#nextResult((chunk) => (chunk === undefined ? end : item(chunk))));
  }

  #borrowedChunks(): AsyncIterableIterator<C> {
    let borrowed: C | undefined;
    let count: unknown;
    const giveBack = (): void => {
      // What was given to another stream meanwhile is that one's.
      if (borrowed !== undefined && countOf(borrowed) === count) this.releaseChunk(borrowed);
      borrowed = undefined;
    };
    const lend = (chunk: C | undefined): IteratorResult<C, undefined> => {
      borrowed = chunk;
      count = countOf(chunk);
      return chunk === undefined ? end : item(chunk);
    };
    return this.#iterator(() => {
      giveBack();
      return this.#nextResult(lend);
    }, giveBack);
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<T> {
    let chunk: ArrayLike<T> = [];
    let index = 0;
    const first = (next: C | undefined): IteratorResult<T, undefined> => {
      if (next === undefined) return end;
      if (next instanceof Uint8Array) return item(next as T);
      chunk = next as ArrayLike<T>;
      index = 1;
      return item(chunk[0] as T);
    };
    return this.#iterator(() =>
      index < chunk.length ? Promise.resolve(item(chunk[index++] as T)) : this.#nextResult(first),
    );
  }

  /** What `for await` uses. `next` makes no more promises than it has to: most of what small chunks cost is theirs. */
  #iterator<V>(next: () => Promise<IteratorResult<V, undefined>>, onLeave?: () => void): AsyncIterableIterator<V> {
    return {
      next,
      return: async () => {
        onLeave?.();
        this.cancel();
        return end;
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  #nextResult<V>(
    result: (chunk: C | undefined) => IteratorResult<V, undefined>,
  ): Promise<IteratorResult<V, undefined>> {
    try {
      const chunk = this.nextChunk();
      return isPromiseLike(chunk) ? chunk.then(result) : Promise.resolve(result(chunk));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Tells the producer that nothing more is wanted. Does nothing once the stream has ended. */
  cancel(reason?: unknown): void {
    if (this.#state !== "open") return;
    this.#state = "cancelled";
    this.#source.cancel(reason);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cancel();
  }

  /** The chunks as a WHATWG stream, for APIs that want one. */
  readable(): ReadableStream<C> {
    return new ReadableStream<C>(
      {
        pull: async (controller) => {
          const chunk = await this.nextChunk();
          if (chunk === undefined) controller.close();
          else controller.enqueue(chunk);
        },
        cancel: (reason) => this.cancel(reason),
      },
      { highWaterMark: 0 },
    );
  }

  #arrived(chunk: C | undefined): C | undefined {
    this.#reading = false;
    return this.#received(chunk);
  }

  #failed(error: unknown): undefined {
    this.#reading = false;
    if (this.#state === "cancelled") return undefined;
    this.#state = "ended";
    throw error;
  }

  #received(chunk: C | undefined): C | undefined {
    if (this.#state === "cancelled") return undefined;
    if (chunk === undefined) this.#state = "ended";
    return chunk;
  }
}

const end: IteratorResult<never, undefined> = { done: true, value: undefined };

function item<V>(value: V): IteratorResult<V, undefined> {
  return { done: false, value };
}

/** A `future<T>`: one value that arrives later. */
export type Future<T> = Promise<T>;

/**
 * What may be passed where a `stream<T>` is expected: a stream, or an iterable of elements (of `Uint8Array` for `stream<u8>`).
 * Chunks belong to the stream from when they were yielded: large ones are sent from where they are, perhaps later.
 */
export type StreamInput<T> = Stream<T, unknown> | AsyncIterable<T> | Iterable<T> | ReadableStream<T>;

/** Whether a value is a {@link Stream}, whichever copy of this module made it. */
export function isStream(value: unknown): value is Stream<unknown, unknown> {
  return typeof value === "object" && value !== null && brand in value;
}

function iteratorSource<C extends Chunk>(chunks: Iterable<C> | AsyncIterable<C>, transfer: boolean): ChunkSource<C> {
  const iterator =
    Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : (chunks as Iterable<C>)[Symbol.iterator]();
  const next = (): C | undefined | Promise<C | undefined> => {
    for (;;) {
      const result = iterator.next();
      if (isPromiseLike(result)) return skipEmpty(result);
      if (result.done === true) return undefined;
      const chunk = taken(result.value);
      if (chunk.length > 0) return chunk;
    }
  };
  const skipEmpty = async (first: PromiseLike<IteratorResult<C, unknown>>): Promise<C | undefined> => {
    for (let result = await first; result.done !== true; result = await iterator.next()) {
      const chunk = taken(result.value);
      if (chunk.length > 0) return chunk;
    }
    return undefined;
  };
  const taken = (chunk: C): C => {
    if (transfer && ArrayBuffer.isView(chunk)) giveMemory(chunk);
    return chunk;
  };
  const source = { next, cancel: () => ignoreRejection(iterator.return?.()) };
  return transfer ? { ...source, release: releaseShown } : source;
}

function countOf(chunk: unknown): unknown {
  return ArrayBuffer.isView(chunk) ? memoryCount(chunk.buffer) : undefined;
}

function ignoreRejection(outcome: unknown): void {
  if (isPromiseLike(outcome)) outcome.then(undefined, () => {});
}
