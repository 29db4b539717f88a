import { type Chunk, type ChunkSource, isStream, type Stream } from "@witwire/wit/values";
import { RpcError } from "../errors.ts";

/** Elements of a synchronous iterable that make one chunk. */
const BATCH = 1024;

/**
 * What an application passes as a `stream<T>`, as chunks: a `Stream`, an array, or anything iterable. Of `stream<u8>` the
 * iterated elements are `Uint8Array` chunks already.
 *
 * @param bytes whether the stream is a `stream<u8>`
 * @throws RpcError `invalid-argument` for anything else
 */
export function toChunkSource(value: unknown, bytes: boolean): ChunkSource<Chunk> {
  if (isStream(value)) return fromStream(value);
  if (isWholeChunk(value, bytes)) return once(value);
  if (typeof value === "object" && value !== null) {
    if (Symbol.asyncIterator in value) return fromAsyncIterable(value as AsyncIterable<unknown>, bytes);
    if (Symbol.iterator in value) return fromIterable(value as Iterable<unknown>, bytes);
  }
  throw new RpcError("invalid-argument", `expected a stream: an (async) iterable or a Stream, got ${typeof value}`, {
    started: "no",
  });
}

function fromStream(stream: Stream<unknown, unknown>): ChunkSource<Chunk> {
  return {
    next: () => stream.nextChunk() as Chunk | undefined,
    // Another version of the class may not have it.
    ready: () => stream.readyChunk?.() as Chunk | undefined,
    cancel: (reason) => stream.cancel(reason),
    ...(stream.releasable && { release: (chunk) => stream.releaseChunk(chunk) }),
  };
}

function isWholeChunk(value: unknown, bytes: boolean): value is Chunk {
  if (ArrayBuffer.isView(value)) return true;
  return Array.isArray(value) && !(bytes && value[0] instanceof Uint8Array);
}

/** @throws RpcError for what is no piece of a `stream<u8>`, above all `undefined`, which would pass for its end */
function byteChunk(value: unknown): Chunk {
  if (ArrayBuffer.isView(value) || Array.isArray(value)) return value as Chunk;
  const got = value === null ? "null" : typeof value;
  throw new RpcError(
    "invalid-argument",
    `a stream<u8> consists of Uint8Array chunks, but ${got} came out of its source`,
  );
}

function once(chunk: Chunk): ChunkSource<Chunk> {
  let rest: Chunk | undefined = chunk;
  return {
    next: () => {
      const now = rest;
      rest = undefined;
      return now;
    },
    cancel: () => {},
  };
}

function fromIterable(values: Iterable<unknown>, bytes: boolean): ChunkSource<Chunk> {
  const iterator = values[Symbol.iterator]();
  const next = (): Chunk | undefined => {
    if (bytes) {
      const result = iterator.next();
      return result.done === true ? undefined : byteChunk(result.value);
    }
    const batch: unknown[] = [];
    while (batch.length < BATCH) {
      const result = iterator.next();
      if (result.done === true) break;
      batch.push(result.value);
    }
    return batch.length === 0 ? undefined : batch;
  };
  return { next, cancel: () => void iterator.return?.() };
}

function fromAsyncIterable(values: AsyncIterable<unknown>, bytes: boolean): ChunkSource<Chunk> {
  const iterator = values[Symbol.asyncIterator]();
  const next = async (): Promise<Chunk | undefined> => {
    const result = await iterator.next();
    if (result.done === true) return undefined;
    return bytes ? byteChunk(result.value) : [result.value];
  };
  return { next, cancel: () => void Promise.resolve(iterator.return?.()).catch(() => {}) };
}
