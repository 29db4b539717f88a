import type { ResourceRef, StreamCodec, ValueCodec } from "@witwire/codec";
import type { Resolve } from "@witwire/wit/model";
import { type Chunk, Stream } from "@witwire/wit/values";
import { RpcError } from "../errors.ts";
import type { Invocation, Path } from "../transport/invocation.ts";
import { cancelWhenDropped } from "./dropped-streams.ts";
import type { HandleLifting, HandleScope } from "./handles.ts";
import { IncomingFuture } from "./incoming-future.ts";
import { IncomingStream } from "./incoming-stream.ts";
import type { IncomingScope, ValueLifting } from "./incoming-value.ts";
import type { PathReader } from "./path-reader.ts";

/**
 * What a decoder calls while it works. Effects wait until the value is complete, because decoding may start over when
 * bytes were missing.
 */
export class PendingLifting implements ValueLifting, HandleScope {
  readonly path: number[];
  readonly base: Path;
  readonly #values: IncomingScope;
  readonly #handles: HandleLifting;
  #begun: (() => void)[] | undefined;
  #owned: Set<string> | undefined;
  #sharesPath = false;

  constructor(values: IncomingScope, base: Path, handles: HandleLifting) {
    this.path = [...base];
    this.base = base;
    this.#values = values;
    this.#handles = handles;
  }

  get invocation(): Invocation {
    return this.#values.invocation;
  }

  get resolve(): Resolve | undefined {
    return this.#values.resolve;
  }

  get sharesPath(): boolean {
    return this.#sharesPath;
  }

  own(resource: ResourceRef, handle: Uint8Array): unknown {
    const value = this.#handles.own(resource, handle, this);
    const kept = handle.slice();
    this.#giveAway(resource, kept);
    this.#begin(() => this.#handles.received(kept, value, this));
    return value;
  }

  borrow(resource: ResourceRef, handle: Uint8Array): unknown {
    return this.#handles.borrow(resource, handle, this);
  }

  stream(element: StreamCodec, ready?: Chunk): Stream<unknown, Chunk> {
    if (ready !== undefined) return Stream.fromChunks(ready.length === 0 ? [] : [ready]);
    const source = new IncomingStream(this.#values, this.#reader(), element);
    const stream = new Stream<unknown, Chunk>(source);
    this.#begin(() => {
      this.#values.begin(source);
      cancelWhenDropped(stream, source);
    });
    return stream;
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

  commit(): void {
    const begun = this.#begun;
    this.#begun = undefined;
    if (begun !== undefined) for (const begin of begun) begin();
  }

  #reader(): PathReader {
    if (this.path.length === this.base.length) this.#sharesPath = true;
    return this.#values.reader(this.path);
  }

  /** One handle cannot become two owned resources. */
  #giveAway(resource: ResourceRef, handle: Uint8Array): void {
    this.#owned ??= new Set();
    const before = this.#owned.size;
    if (this.#owned.add(handle.join()).size > before) return;
    throw new RpcError("not-found", `the same handle of ${resource.key} was given away twice in one value`);
  }

  #begin(begin: () => void): void {
    this.#begun ??= [];
    this.#begun.push(begin);
  }
}
