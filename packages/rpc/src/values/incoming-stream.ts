import type { ChunkDecoder, StreamCodec } from "@witwire/codec";
import { type Chunk, type ChunkSource, isWhole, releaseMemory, releaseShown, trackMemory } from "@witwire/wit/values";
import type { RpcError } from "../errors.ts";
import { endedWithoutDrop } from "./dropped-streams.ts";
import type { IncomingScope, IncomingValue, ValueLifting } from "./incoming-value.ts";
import type { PathReader } from "./path-reader.ts";

/**
 * The receiving end of a `stream<T>`. Nothing is decoded before the consumer asks, so unread bytes stay bytes and count
 * against the invocation's read-ahead.
 *
 * States: open -> ended (terminator), failed (cut off or malformed), or cancelled (by the consumer).
 */
export class IncomingStream implements ChunkSource<Chunk>, IncomingValue {
  readonly #values: IncomingScope;
  readonly #source: PathReader;
  readonly #element: StreamCodec;
  readonly #lifting: ValueLifting;
  #decoder: ChunkDecoder | undefined;
  #failure: RpcError | undefined;
  #started = false;
  #over = false;
  #waiting: PromiseWithResolvers<Chunk | undefined> | undefined;
  readonly #onReadable = (): void => this.#wake();

  constructor(values: IncomingScope, source: PathReader, element: StreamCodec) {
    this.#values = values;
    this.#source = source;
    this.#element = element;
    this.#lifting = values.lifting(source.path);
  }

  get wanted(): boolean {
    return this.#started;
  }

  next(): Chunk | undefined | Promise<Chunk | undefined> {
    this.#started = true;
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#over) return undefined;
    const chunk = this.#take();
    if (chunk !== undefined || this.#over) return chunk;
    this.#waiting = Promise.withResolvers();
    const { promise } = this.#waiting;
    this.#source.incoming.whenReadable(this.#onReadable, true);
    return promise;
  }

  ready(): Chunk | undefined {
    if (!this.#started || this.#over) return undefined;
    try {
      return this.#take();
    } catch {
      // Whoever asks for the next chunk is told.
      return undefined;
    }
  }

  release(chunk: Chunk): void {
    releaseShown(chunk);
  }

  cancel(): void {
    if (this.#over) return;
    this.#end();
    this.#settle((waiting) => waiting.resolve(undefined));
    this.#values.cancel(this, this.#source);
  }

  fail(error: RpcError): void {
    if (this.#over) return;
    this.#end();
    this.#failure = error;
    this.#settle((waiting) => waiting.reject(error));
  }

  #take(): Chunk | undefined {
    try {
      this.#decoder ??= this.#element.decoder(this.#lifting);
      do {
        const chunk = this.#decode(this.#decoder);
        if (chunk !== undefined) {
          this.#lifting.commit();
          return chunk;
        }
        if (this.#decoder.ended) {
          this.#finish();
          return undefined;
        }
      } while (this.#source.fill());
    } catch (error) {
      this.#values.malformed(this.#source.malformed(error));
      throw this.#failure ?? error;
    }
    const cutOff = this.#source.cutOff("stream");
    if (cutOff === undefined) return undefined;
    this.#failure = cutOff;
    this.#finish();
    throw cutOff;
  }

  /** Numbers are read into memory of their own, or are views: what they do not look at is needed no more. */
  #decode(decoder: ChunkDecoder): Chunk | undefined {
    const { reader } = this.#source;
    if (!this.#element.numeric) return decoder.next(reader);
    // What was read to its end may be freed, and then not even be looked at, as decoders in the middle of a number would.
    if (reader.remaining === 0) return undefined;
    const { position } = reader;
    const { buffer } = reader.buffer;
    const chunk = decoder.next(reader) as Uint8Array | undefined;
    const isView = chunk?.buffer === buffer;
    // What shows all of its memory is the consumer's from now on, whoever has given it away before.
    if (chunk !== undefined && (!isView || isWhole(chunk))) trackMemory(chunk);
    releaseMemory(buffer, reader.position - position - (isView ? chunk.byteLength : 0));
    return chunk;
  }

  #wake(): void {
    if (this.#over) return;
    try {
      const chunk = this.#take();
      if (chunk !== undefined || this.#over) this.#settle((waiting) => waiting.resolve(chunk));
      else this.#source.incoming.whenReadable(this.#onReadable, true);
    } catch (error) {
      this.#settle((waiting) => waiting.reject(error));
    }
  }

  #finish(): void {
    if (this.#over) return;
    this.#end();
    this.#values.finish(this, this.#source, true);
  }

  #end(): void {
    this.#over = true;
    endedWithoutDrop(this);
  }

  #settle(settle: (waiting: PromiseWithResolvers<Chunk | undefined>) => void): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting !== undefined) settle(waiting);
  }
}
