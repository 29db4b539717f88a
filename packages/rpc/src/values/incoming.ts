import type { Lifting, ResourceRef, StreamCodec, ValueCodec } from "@witwire/codec";
import { type Chunk, Stream } from "@witwire/wit/values";
import { RpcError } from "../errors.ts";
import type { Limits } from "../limits.ts";
import type { Invocation, Path } from "../transport/invocation.ts";
import { cancelWhenDropped } from "./dropped-streams.ts";
import { IncomingFuture } from "./incoming-future.ts";
import { IncomingStream } from "./incoming-stream.ts";
import { PathReader } from "./path-reader.ts";
import { RootDecoder } from "./root-decoder.ts";

/** What becomes of handles that arrive. */
export interface HandleLifting {
  own(resource: ResourceRef, handle: Uint8Array): unknown;
  borrow(resource: ResourceRef, handle: Uint8Array): unknown;
  /** The value that held an owned handle is complete, so it belongs to the receiver now. */
  received(resource: ResourceRef, handle: Uint8Array): void;
}

/** An asynchronous value that is being received. */
export interface IncomingValue {
  /** Whether a consumer has shown interest. */
  readonly wanted: boolean;
  /** Ends it with an error, unless it is over already. */
  fail(error: RpcError): void;
  /** Ends it without one, on behalf of a consumer that never came. */
  cancel(): void;
}

/**
 * What one side of an invocation receives: the root value, then the streams and futures inside it, each on its path.
 * Counts what is still to come, which is how the end of a call is known without waiting for the peer's FIN.
 */
export class IncomingValues {
  readonly invocation: Invocation;
  readonly limits: Limits;
  readonly #handles: HandleLifting;
  readonly #onDone: () => void;
  readonly #onFailure: (error: RpcError) => void;
  readonly #readers = new Map<string, PathReader>();
  readonly #values = new Set<IncomingValue>();
  #rootDone = false;
  #over = false;
  #cancelled = false;

  /**
   * @param onDone called when the root value and everything inside it has arrived, or is wanted no more
   * @param onFailure called when bytes of a stream or future were wrong, which ends the call
   */
  constructor(
    invocation: Invocation,
    limits: Limits,
    handles: HandleLifting,
    onDone: () => void,
    onFailure: (error: RpcError) => void,
  ) {
    this.invocation = invocation;
    this.limits = limits;
    this.#handles = handles;
    this.#onDone = onDone;
    this.#onFailure = onFailure;
  }

  /** Whether a consumer left before its stream had ended, so that the peer may still be sending. */
  get cancelled(): boolean {
    return this.#cancelled;
  }

  /**
   * Receives the root value.
   *
   * @param onValue called once with it; in the same tick when its bytes are there
   * @param onFailure called instead when the bytes are wrong or end too early
   */
  receiveRoot(codec: ValueCodec, onValue: (value: unknown) => void, onFailure: (error: RpcError) => void): void {
    const decoder = new RootDecoder(this, codec);
    decoder.receive((value) => {
      this.#rootDone = true;
      onValue(value);
      this.#finishWhenIdle();
    }, onFailure);
  }

  /** There is no root value, or it is not wanted. */
  skipRoot(): void {
    this.#rootDone = true;
    this.#finishWhenIdle();
  }

  /** A lifting for one value at a path; its streams and futures count once it is committed. */
  lifting(base: Path): PendingLifting {
    return new PendingLifting(this, base, this.#handles);
  }

  /** The bytes of a path, shared by a future and what its value holds. */
  reader(path: Path): PathReader {
    const key = path.join();
    let reader = this.#readers.get(key);
    if (reader === undefined) {
      reader = new PathReader(this.invocation.incoming(path), path, this.limits);
      this.#readers.set(key, reader);
    }
    return reader;
  }

  begin(value: IncomingValue): void {
    this.#values.add(value);
  }

  /** A value is wanted no more, although it has not ended. */
  cancel(value: IncomingValue, reader: PathReader): void {
    this.#cancelled = true;
    this.finish(value, reader, true);
  }

  /** A value has arrived. `pathFinished` unless something inside it goes on at the same path. */
  finish(value: IncomingValue, reader: PathReader, pathFinished: boolean): void {
    if (!this.#values.delete(value)) return;
    if (pathFinished) {
      this.#readers.delete(reader.path.join());
      reader.discard();
    }
    this.#finishWhenIdle();
  }

  /** Whether everything that was to come has come, or is wanted no more. */
  get done(): boolean {
    return this.#over;
  }

  /** Gives up what no consumer has begun to read. */
  cancelUnread(): void {
    for (const value of [...this.#values]) if (!value.wanted) value.cancel();
  }

  /** Bytes that cannot be: the call is over. */
  malformed(error: RpcError): void {
    this.#onFailure(error);
  }

  /** Ends everything that is still to come. */
  fail(error: RpcError): void {
    this.#over = true;
    const values = [...this.#values];
    this.#values.clear();
    for (const value of values) value.fail(error);
    for (const reader of this.#readers.values()) reader.discard();
    this.#readers.clear();
  }

  #finishWhenIdle(): void {
    if (this.#over || !this.#rootDone || this.#values.size > 0) return;
    this.#over = true;
    this.#onDone();
  }
}

/**
 * What a decoder calls while it works. Effects wait until the value is complete, because decoding may start over when
 * bytes were missing.
 */
export class PendingLifting implements Lifting {
  readonly path: number[];
  readonly #base: number;
  readonly #values: IncomingValues;
  readonly #handles: HandleLifting;
  #begun: (() => void)[] | undefined;
  #owned: Uint8Array[] | undefined;
  #sharesPath = false;

  constructor(values: IncomingValues, base: Path, handles: HandleLifting) {
    this.path = [...base];
    this.#base = base.length;
    this.#values = values;
    this.#handles = handles;
  }

  /** Whether the value holds a stream or future that goes on at the value's own path. */
  get sharesPath(): boolean {
    return this.#sharesPath;
  }

  own(resource: ResourceRef, handle: Uint8Array): unknown {
    const value = this.#handles.own(resource, handle);
    const kept = handle.slice();
    this.#giveAway(resource, kept);
    this.#begin(() => this.#handles.received(resource, kept));
    return value;
  }

  borrow(resource: ResourceRef, handle: Uint8Array): unknown {
    return this.#handles.borrow(resource, handle);
  }

  stream(element: StreamCodec, ready?: Chunk): Stream<unknown, Chunk> {
    if (ready !== undefined) return Stream.fromChunks([ready]);
    const source = new IncomingStream(this.#values, this.#reader(), element);
    this.#begin(() => this.#values.begin(source));
    return cancelWhenDropped(new Stream<unknown, Chunk>(source), source);
  }

  future(payload: ValueCodec | undefined, ready?: { readonly value: unknown }): Promise<unknown> {
    if (ready !== undefined) return Promise.resolve(ready.value);
    const future = new IncomingFuture(this.#values, this.#reader(), payload);
    this.#begin(() => {
      this.#values.begin(future);
      future.receive();
    });
    return future.promise;
  }

  /** The value is complete: what it holds counts from now on. */
  commit(): void {
    const begun = this.#begun;
    this.#begun = undefined;
    if (begun !== undefined) for (const begin of begun) begin();
  }

  #reader(): PathReader {
    if (this.path.length === this.#base) this.#sharesPath = true;
    return this.#values.reader(this.path);
  }

  /** One handle cannot become two owned resources. */
  #giveAway(resource: ResourceRef, handle: Uint8Array): void {
    this.#owned ??= [];
    if (this.#owned.some((other) => sameBytes(other, handle))) {
      throw new RpcError("not-found", `the same handle of ${resource.key} was given away twice in one value`);
    }
    this.#owned.push(handle);
  }

  #begin(begin: () => void): void {
    this.#begun ??= [];
    this.#begun.push(begin);
  }
}

function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}
