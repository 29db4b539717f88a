import type { Func, Resolve, Type } from "@witwire/wit/model";
import type { Chunk } from "@witwire/wit/values";
import type { Reader } from "./reader.ts";
import type { Writer } from "./writer.ts";

/**
 * An encoding of WIT values: component-model value encoding, later JSON and MessagePack. A codec is stateless; everything
 * it compiles is cached per {@link Resolve} and type.
 *
 * Nothing obliges anyone to go through values: what `encode` writes and `decode` reads is what is in `Writer` and `Reader`,
 * with nothing before or behind it. A function that lifts its parameters and lowers its results itself, say straight from
 * and to a component's memory, works on the same two objects.
 */
export interface Codec {
  /** Registered name, for example `component-model`. */
  readonly name: string;
  /** The parameters of a function as one value, an array. Each parameter `i` sits at path `[i]`. */
  params(resolve: Resolve, func: Func): ValueCodec;
  /** The result of a function, at path `[0]`; `undefined` where it returns nothing. */
  result(resolve: Resolve, func: Func): ValueCodec | undefined;
  /** Any type, at the path where the caller says it is. */
  type(resolve: Resolve, type: Type): ValueCodec;
}

/** Encoder and decoder of one type, compiled to closures. */
export interface ValueCodec {
  /** Where streams and futures can be inside the value, relative to it. Empty for values without any. */
  readonly asyncPaths: readonly PathPattern[];
  /** Whether handles, streams or futures are inside, so that decoding twice would not be the same as decoding once. */
  readonly hasEffects: boolean;
  /** The fewest bytes that a value can have. With less at hand there is no point in trying {@link ValueCodec.decode}. */
  readonly minBytes: number;
  /**
   * Appends the value.
   *
   * @throws ValueError naming the path inside the value when it does not fit the type; the writer is then as before
   */
  encode(writer: Writer, value: unknown, lowering: Lowering): void;
  /**
   * Reads a value whose bytes are all there.
   *
   * @throws {@link underflow} when they are not; the reader is then as before. DecodeError when they are wrong.
   */
  decode(reader: Reader, lifting: Lifting): unknown;
  /** Reads a value that arrives in pieces, each byte visited once. */
  decoder(lifting: Lifting): ResumableDecoder;
  /** {@link Splitter.split}, where the encoding has peers that need it. */
  readonly split?: Splitter["split"];
}

/** Parts what was encoded for peers that cannot read a primitive across the end of a frame. */
export interface Splitter {
  /**
   * Parts the bytes of one encoded value, or of one chunk of a stream, into pieces of at most `most` bytes. Numbers,
   * strings, handles and flags stay whole: a piece is larger where one of these alone is.
   */
  split(bytes: Uint8Array, most: number): Uint8Array[];
}

/** A value that is being decoded as its bytes arrive. */
export interface ResumableDecoder {
  /** Takes what the reader has; `true` once the value is complete. @throws DecodeError */
  step(reader: Reader): boolean;
  /** The value, once complete. */
  readonly value: unknown;
}

/** The elements of a `stream<T>`, which travel as a list per chunk. */
export interface StreamCodec {
  /** Where streams and futures can be inside an element, relative to the stream: each begins with `"*"`. */
  readonly asyncPaths: readonly PathPattern[];
  /** Whether the element is `u8`, so that chunks are `Uint8Array` and iteration yields them whole. */
  readonly bytes: boolean;
  /** Whether the elements are numbers, so that chunks are typed arrays. */
  readonly numeric: boolean;
  /**
   * Appends one chunk, count first. `index` is the running number of its first element. An empty chunk appends nothing,
   * because a count of zero is the end of the stream.
   *
   * @returns the number of elements
   */
  encode(writer: Writer, chunk: Chunk | Iterable<unknown>, index: number, lowering: Lowering): number;
  /**
   * Present where a chunk of bytes travels as it is behind a head: appends that head, so that the chunk itself need not be
   * copied. The chunk may be in pieces.
   *
   * @param length bytes of the chunk, more than 0
   */
  readonly head?: (writer: Writer, length: number) => void;
  decoder(lifting: Lifting): ChunkDecoder;
  /** {@link Splitter.split}, where the encoding has peers that need it. */
  readonly split?: Splitter["split"];
}

/** The elements of one stream as they arrive. */
export interface ChunkDecoder {
  /**
   * Decodes what the reader has; `undefined` when that is not yet an element, or when the stream has ended. A chunk may
   * hold fewer elements than its sender wrote together: nothing waits for the end of a long chunk.
   *
   * @throws DecodeError
   */
  next(reader: Reader): Chunk | undefined;
  /** `true` once the terminator was read. Bytes behind it stay in the reader. */
  readonly ended: boolean;
}

/** A path through a value with `"*"` for any element number. Options, results, variants and futures add nothing. */
export type PathPattern = readonly (number | "*")[];

/** A resource type as the two sides name it. */
export interface ResourceRef {
  /** `namespace:package/interface@version#resource`, where the resource was defined. */
  readonly key: string;
  /** Kebab-case name of the resource. */
  readonly name: string;
}

/**
 * What an encoder calls for values that are not bytes. `path` is where the encoder stands; it pushes and pops it while it
 * works, and an implementation copies it where it keeps it.
 */
export interface Lowering {
  readonly path: number[];
  /** The handle to send for an owned resource. */
  own(resource: ResourceRef, value: unknown): Uint8Array;
  /** The handle to send for a borrowed resource. */
  borrow(resource: ResourceRef, value: unknown): Uint8Array;
  /** A stream to be sent on the current path, once the value that holds it has been. */
  stream(element: StreamCodec, value: unknown): void;
  /** A future to be sent on the current path. `payload` is absent for a bare `future`. */
  future(payload: ValueCodec | undefined, value: unknown): void;
}

/** What a decoder calls for values that are not bytes; the counterpart of {@link Lowering}. */
export interface Lifting {
  readonly path: number[];
  own(resource: ResourceRef, handle: Uint8Array): unknown;
  borrow(resource: ResourceRef, handle: Uint8Array): unknown;
  /** A stream whose chunks will come on the current path; or, with `ready`, one that came whole. */
  stream(element: StreamCodec, ready?: Chunk): unknown;
  /** A future whose value will come on the current path; or, with `ready`, one that came along. */
  future(payload: ValueCodec | undefined, ready?: { readonly value: unknown }): unknown;
}
