import type { Chunk } from "@witwire/wit/values";
import type { ChunkDecoder, Lifting, Lowering, PathPattern, StreamCodec } from "../codec.ts";
import { Reader, underflow } from "../reader.ts";
import type { Writer } from "../writer.ts";
import type { CompiledType, Input, Problem, Steps } from "./compiled-type.ts";
import { overLimit } from "./failures.ts";
import { readUnsigned, resumeUnsigned, writeUnsigned } from "./leb128.ts";
import { around, explainElements, readElements, resumeElements, writeElements } from "./lists.ts";
import type { NumericRun } from "./numeric-lists.ts";
import { isNumeric, writeNumbers } from "./numeric-lists.ts";
import { PendingValue } from "./pending-value.ts";
import type { Split } from "./splitting.ts";
import { explained, readValue } from "./value-codec.ts";

/** The chunks of a `stream<T>`: lists that are never empty, and a count of zero at the end. */
export class ComponentStreamCodec implements StreamCodec {
  readonly element: CompiledType;
  readonly #run: NumericRun | undefined;
  readonly bytes: boolean;
  readonly numeric: boolean;
  readonly head?: (writer: Writer, length: number) => void;
  readonly asyncPaths: readonly PathPattern[];
  readonly split?: Split;

  /**
   * @param run how numbers are read and written; `undefined` where the elements are none
   * @param split how chunks are parted, where there are peers that need it
   */
  constructor(element: CompiledType, run: NumericRun | undefined, split?: Split) {
    this.element = element;
    this.#run = run;
    if (split !== undefined) this.split = split;
    this.numeric = run !== undefined;
    this.bytes = run?.arrayName === "Uint8Array";
    if (this.bytes) this.head = writeUnsigned;
    this.asyncPaths = around(element).effects?.asyncPaths ?? [];
  }

  encode(writer: Writer, chunk: Chunk | Iterable<unknown>, index: number, lowering: Lowering): number {
    const values: readonly unknown[] = isNumeric(chunk) ? chunk : [...(chunk as Iterable<unknown>)];
    if (values.length === 0) return 0;
    const start = writer.position;
    const level = lowering.path.length;
    try {
      writeUnsigned(writer, values.length);
      if (this.#run === undefined) writeElements(writer, this.element, values, lowering, index);
      else writeNumbers(writer, this.#run, values);
      return values.length;
    } catch (error) {
      writer.position = start;
      lowering.path.length = level;
      throw explained(error, "stream", () => this.#explain(values, index), values);
    }
  }

  #explain(values: readonly unknown[], index: number): Problem | undefined {
    return explainElements(this.element, values, index);
  }

  decoder(lifting: Lifting): ChunkDecoder {
    return new ComponentChunkDecoder(this.element, this.#run, lifting);
  }

  /** Reads the elements of a stream that came whole, inside the value that holds it. */
  readReady(reader: Reader, count: number, lifting: Lifting): Chunk {
    return this.#run?.read(reader, count) ?? readElements(reader, this.element, count, lifting);
  }

  /** {@link readReady} for elements that arrive in pieces. */
  resumeReady(input: Input, count: number): Steps<Chunk> {
    return this.#run?.resume(input, count) ?? resumeElements(input, this.element, count);
  }
}

/** A generator of chunks; it yields `undefined` when it needs more bytes, and returns at the end of the stream. */
type Chunks = Generator<Chunk | undefined, void, undefined>;

class ComponentChunkDecoder implements ChunkDecoder {
  readonly #input: Input;
  readonly #chunks: Chunks;
  #ended = false;

  constructor(element: CompiledType, run: NumericRun | undefined, lifting: Lifting) {
    this.#input = { reader: new Reader(), lifting };
    const body = run === undefined ? valueChunks(element, [...lifting.path]) : numberChunks(run);
    this.#chunks = wireChunks(this.#input, body, element);
  }

  get ended(): boolean {
    return this.#ended;
  }

  next(reader: Reader): Chunk | undefined {
    this.#input.reader = reader;
    const { done, value } = this.#chunks.next();
    if (done === true) this.#ended = true;
    return value as Chunk | undefined;
  }
}

/** Bytes of the longest count. */
const MAX_COUNT_BYTES = 5;

/** Decodes the elements of one chunk on the wire: `count` of them, the first of which is number `index` of the stream. */
type ChunkBody = (input: Input, count: number, index: number) => Chunks;

function* wireChunks(input: Input, body: ChunkBody, element: CompiledType): Chunks {
  for (let index = 0; ; ) {
    while (input.reader.remaining === 0) yield undefined;
    const isThere = input.reader.remaining >= MAX_COUNT_BYTES;
    const count = isThere ? readUnsigned(input.reader) : yield* resumeUnsigned(input);
    if (count === 0) return;
    const { reader } = input;
    // Elements without bytes are the only ones of which a few bytes could announce billions.
    if (element.minBytes === 0 && count > reader.limits.maxElements) {
      throw overLimit(reader, `a chunk of more than the limit of ${reader.limits.maxElements} elements`);
    }
    yield* body(input, count, index);
    index += count;
  }
}

function numberChunks(run: NumericRun): ChunkBody {
  return function* (input, count) {
    for (let left = count; left > 0; ) {
      let values = run.readSome(input.reader, left);
      if (values === undefined && input.reader.remaining > 0) {
        const first = yield* run.resume(input, 1);
        values = run.readSome(input.reader, left - 1, first);
      }
      left -= values?.length ?? 0;
      yield values;
    }
  };
}

function valueChunks(element: CompiledType, path: readonly number[]): ChunkBody {
  return function* (input, count, index) {
    for (let done = 0; done < count; ) {
      let values = readSome(input, element, count - done);
      done += values.length;
      if (done === count) {
        yield values;
        return;
      }
      const pending = new PendingValue(element, input.lifting, [...path, index + done]);
      while (!pending.step(input.reader)) {
        // What is complete does not wait for what is not.
        yield values.length > 0 ? values : undefined;
        values = [];
      }
      done++;
      values.push(pending.value);
      yield values;
    }
  };
}

/** Reads the elements that are there whole. Those with effects are left to a decoder that reads nothing twice. */
function readSome(input: Input, element: CompiledType, most: number): unknown[] {
  const { reader, lifting } = input;
  const values: unknown[] = [];
  if (element.effects !== undefined) return values;
  try {
    while (values.length < most && reader.remaining >= element.minBytes)
      values.push(readValue(element, reader, lifting));
  } catch (error) {
    if (error !== underflow) throw error;
  }
  return values;
}
