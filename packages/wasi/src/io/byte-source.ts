import type { Readable } from "node:stream";
import { type ChunkSource, isPromiseLike, isStream, Stream } from "@witwire/wit/values";
import { NodeReadableSource } from "./node-readable-source.ts";

/**
 * Where an input stream gets its bytes from. The chunks belong to whoever asks, and may not change afterwards; empty
 * ones are passed over. Throws or rejects when it broke, with an {@link IoError} where the guest is to learn why.
 */
export interface ByteSource extends Pick<ChunkSource<Uint8Array>, "cancel"> {
  /**
   * The next bytes, `undefined` at the end.
   *
   * @param wanted how many the guest asked for; more or fewer may be given
   */
  next(wanted: number): Uint8Array | undefined | PromiseLike<Uint8Array | undefined>;
  /** A chunk is no longer needed once the chunk after it was asked for, so its memory may be used for the one after that. */
  reuse?(chunk: Uint8Array): void;
}

/**
 * What bytes may come from: bytes, text, a Node `Readable`, a web `ReadableStream`, a `Stream`, an iterable of chunks, or a
 * {@link ByteSource}. A Node stream is not destroyed when the guest wants no more of it; all others are told.
 */
export type ByteInput =
  | Uint8Array
  | string
  | Readable
  | ReadableStream<Uint8Array>
  | Stream<Uint8Array, unknown>
  | AsyncIterable<Uint8Array>
  | Iterable<Uint8Array>
  | ByteSource;

/** @throws TypeError for anything that bytes cannot come from */
export function toByteSource(input: ByteInput): ByteSource {
  if (typeof input === "string") return toByteSource(new TextEncoder().encode(input));
  if (input instanceof Uint8Array) return chunkSource([input]);
  if (isStream(input)) return streamSource(input as Stream<Uint8Array, Uint8Array>);
  if (isByteSource(input)) return input;
  if (isNodeReadable(input)) return new NodeReadableSource(input);
  if (isIterable(input)) return streamSource(Stream.fromChunks<Uint8Array, Uint8Array>(checked(input)));
  throw new TypeError("expected bytes, text, a readable stream or an iterable of Uint8Array to read from");
}

/** Bytes that are all there. */
export function chunkSource(chunks: Iterable<Uint8Array>): ByteSource {
  const rest = [...chunks].reverse();
  return { next: () => rest.pop(), cancel: () => rest.splice(0) };
}

function streamSource(stream: Stream<Uint8Array, Uint8Array>): ByteSource {
  return { next: () => stream.nextChunk(), cancel: (reason) => stream.cancel(reason) };
}

function isByteSource(input: object): input is ByteSource {
  return "next" in input && typeof input.next === "function" && "cancel" in input && typeof input.cancel === "function";
}

function isNodeReadable(input: object): input is Readable {
  return "read" in input && typeof input.read === "function" && "on" in input && typeof input.on === "function";
}

function isIterable(input: object): input is AsyncIterable<Uint8Array> | Iterable<Uint8Array> {
  return Symbol.asyncIterator in input || Symbol.iterator in input;
}

/** Iterables come from anywhere, so what they yield is looked at. */
function checked(input: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const iterator =
    Symbol.asyncIterator in input ? input[Symbol.asyncIterator]() : (input as Iterable<Uint8Array>)[Symbol.iterator]();
  const check = (result: IteratorResult<Uint8Array>): IteratorResult<Uint8Array> => {
    if (result.done === true || result.value instanceof Uint8Array) return result;
    throw new TypeError("a source of bytes yielded something that is no Uint8Array");
  };
  const next = (): unknown => {
    const result = iterator.next();
    return isPromiseLike(result) ? result.then(check) : check(result);
  };
  const checkedIterator = { next, return: () => iterator.return?.() };
  return { [Symbol.asyncIterator]: () => checkedIterator as AsyncIterator<Uint8Array> };
}
