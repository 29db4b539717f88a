import assert from "node:assert/strict";
import { test } from "node:test";
import type { Type } from "@witwire/wit/model";
import fc from "fast-check";
import type { Codec, StreamCodec } from "../codec.ts";
import { DecodeError, ValueError } from "../errors.ts";
import { DEFAULT_DECODE_LIMITS } from "../limits.ts";
import { Reader } from "../reader.ts";
import { Writer } from "../writer.ts";
import type { Lifted } from "./effects.ts";
import { RecordingLifting, RecordingLowering } from "./effects.ts";
import { drain, streamCodecOf } from "./exercise.ts";
import { ModelBuilder } from "./model.ts";
import { randomType } from "./random-types.ts";

/** Chunks of streams: encoded whole, decoded as they arrive. */
export function streamTests(codec: Codec): void {
  const model = new ModelBuilder();
  const streamOf = (type?: Type): StreamCodec => streamCodecOf(codec.type(model, model.stream(type)));

  /** Chunks one after the other, and a count of zero: the end of the stream. */
  const encodeAll = (
    stream: StreamCodec,
    chunks: readonly Iterable<unknown>[],
    path: readonly number[] = [],
  ): Uint8Array => {
    const writer = new Writer(1);
    const lowering = new RecordingLowering(path);
    let index = 0;
    for (const chunk of chunks) index += stream.encode(writer, chunk, index, lowering);
    assert.deepEqual(lowering.path, path);
    writer.byte(0);
    return writer.take();
  };

  test("chunks come back in order, in pieces of any size, and then the end", () => {
    const cases: readonly [Type | undefined, readonly (readonly unknown[])[]][] = [
      ["u8", [[1, 2, 3], [4]]],
      ["s8", [[-1, 2], [-128]]],
      ["u32", [[1, 300, 2 ** 31], [5], [70000]]],
      ["s64", [[-(2n ** 63n), 1n], [2n ** 62n]]],
      ["f32", [[0.5, -1], [NaN]]],
      ["f64", [[0.1], [0.2, -0]]],
      ["string", [["a", "", "日本語"], ["x".repeat(200)]]],
      [model.record({ a: "string", b: "u32" }), [[{ a: "x", b: 300 }], [{ a: "yy", b: 1 }]]],
      [model.tuple(), [[[], []], [[]]]],
      [undefined, [[undefined, undefined], [undefined]]],
    ];
    for (const [type, chunks] of cases) {
      const stream = streamOf(type);
      const bytes = encodeAll(stream, chunks);
      for (const size of [1, 2, 3, 7, bytes.length]) {
        assert.deepEqual(inPieces(stream, bytes, size), chunks.flat(), `${String(type)} in pieces of ${size}`);
      }
    }
  });

  test("random streams of random types, one byte at a time and at once", () => {
    fc.assert(
      fc.property(
        randomType.chain((type) =>
          fc.tuple(
            fc.constant(type),
            fc.array(fc.array(type.sample, { minLength: 1, maxLength: 3 }), { maxLength: 3 }),
          ),
        ),
        ([type, chunks]) => {
          const own = new ModelBuilder();
          const stream = streamCodecOf(codec.type(own, own.stream(type.build(own))));
          const bytes = encodeAll(
            stream,
            chunks.map((chunk) => chunk.map(({ value }) => value)),
            [9],
          );
          const back = chunks.flat().map((sample, index) => sample.back([9, index]));
          assert.deepStrictEqual(inPieces(stream, bytes, 1, [9]), back);
          assert.deepStrictEqual(inPieces(stream, bytes, bytes.length, [9]), back);
        },
      ),
      { numRuns: 150 },
    );
  });

  test("an element is there as soon as its bytes are", () => {
    for (const [type, chunk] of [
      ["u8", Uint8Array.from({ length: 100 }, (_, index) => index)],
      ["u32", Array.from({ length: 100 }, (_, index) => index * 1000)],
      ["string", Array.from({ length: 100 }, (_, index) => `element ${index}`)],
    ] as const) {
      const stream = streamOf(type);
      const bytes = encodeAll(stream, [chunk]);
      const decoder = stream.decoder(new RecordingLifting());
      const reader = new Reader(bytes.subarray(0, bytes.length / 2));
      const early = drain(decoder, reader).length;
      assert.ok(early >= 40 && early < 100, `${early} elements of ${type} from the first half`);
      reader.feed(bytes.subarray(bytes.length / 2));
      assert.equal(early + drain(decoder, reader).length, 100);
      assert.equal(decoder.ended, true);
    }
  });

  test("chunks of numbers are typed arrays, chunks of bytes are Uint8Arrays", () => {
    const stream = streamOf("u32");
    const chunk = stream.decoder(new RecordingLifting()).next(new Reader(encodeAll(stream, [[1, 2]])));
    assert.deepStrictEqual(chunk, Uint32Array.of(1, 2));
    const bytes = streamOf("u8");
    assert.equal(bytes.bytes, true);
    assert.equal(stream.bytes, false);
    const received = bytes
      .decoder(new RecordingLifting())
      .next(new Reader(Buffer.from(encodeAll(bytes, [Uint8Array.of(5, 6)]))));
    assert.deepStrictEqual(received, Uint8Array.of(5, 6));
  });

  test("an empty chunk appends nothing, since that would be the end", () => {
    const writer = new Writer();
    assert.equal(streamOf("u32").encode(writer, [], 5, new RecordingLowering()), 0);
    assert.equal(streamOf("string").encode(writer, new Set(), 5, new RecordingLowering()), 0);
    assert.equal(writer.position, 0);
    assert.equal(streamOf("string").encode(writer, new Set(["a", "b"]), 5, new RecordingLowering()), 2);
  });

  test("the number of an element runs over the whole stream", () => {
    const stream = streamOf(model.tuple("u8", model.stream("u8")));
    assert.deepEqual(stream.asyncPaths, [["*", 1]]);
    const writer = new Writer();
    const lowering = new RecordingLowering([3]);
    assert.equal(
      stream.encode(
        writer,
        [
          [1, 0],
          [2, 0],
        ],
        0,
        lowering,
      ),
      2,
    );
    assert.equal(stream.encode(writer, [[3, 0]], 2, lowering), 1);
    const expected = [
      [3, 0, 1],
      [3, 1, 1],
      [3, 2, 1],
    ];
    assert.deepEqual(
      lowering.sent.map(({ path }) => path),
      expected,
    );
    const lifting = new RecordingLifting([3]);
    const decoder = stream.decoder(lifting);
    const reader = new Reader();
    const elements: unknown[] = [];
    for (const byte of writer.take()) {
      reader.feed(Uint8Array.of(byte));
      elements.push(...drain(decoder, reader));
      assert.deepEqual(lifting.path, [3]);
    }
    const paths = elements.map((element) => ((element as unknown[])[1] as Lifted).path);
    assert.deepEqual(paths, expected);
  });

  test("what is behind the end stays in the reader", () => {
    const stream = streamOf("string");
    const reader = new Reader(Uint8Array.of(...encodeAll(stream, [["a"]]), 1, 2, 3));
    const decoder = stream.decoder(new RecordingLifting());
    drain(decoder, reader);
    assert.equal(decoder.ended, true);
    assert.equal(decoder.next(reader), undefined);
    assert.equal(reader.remaining, 3);
  });

  test("a chunk that does not fit is refused with its element's number, and nothing is written", () => {
    const writer = new Writer();
    writer.byte(1);
    const stream = streamOf(model.record({ name: "string" }));
    assert.throws(
      () => stream.encode(writer, [{ name: "a" }, { name: 5 }], 10, new RecordingLowering()),
      (error) => error instanceof ValueError && error.message === "stream: [11].name: expected a string, got 5",
    );
    assert.equal(writer.position, 1);
    assert.throws(() => streamOf("u8").encode(writer, [256], 0, new RecordingLowering()), ValueError);
  });

  test("limits hold for each element, not for the stream", () => {
    const stream = streamOf(model.list("bool"));
    const limits = { ...DEFAULT_DECODE_LIMITS, maxElements: 3 };
    const long = encodeAll(stream, [Array.from({ length: 50 }, () => [true, true, true])]);
    assert.equal(drain(stream.decoder(new RecordingLifting()), new Reader(long, limits)).length, 50);
    const wide = encodeAll(stream, [[[true, true, true, true]]]);
    const isLimit = (error: unknown): boolean => error instanceof DecodeError && error.kind === "limit";
    assert.throws(() => stream.decoder(new RecordingLifting()).next(new Reader(wide, limits)), isLimit);
    const empties = encodeAll(streamOf(), [[undefined, undefined, undefined, undefined]]);
    assert.throws(() => streamOf().decoder(new RecordingLifting()).next(new Reader(empties, limits)), isLimit);
    const strings = encodeAll(streamOf("string"), [["x".repeat(40)]]);
    const small = { ...DEFAULT_DECODE_LIMITS, maxValueBytes: 20 };
    assert.throws(() => drain(streamOf("string").decoder(new RecordingLifting()), new Reader(strings, small)), isLimit);
  });
}

/** Feeds pieces of `size` bytes and gathers the elements; the stream must have ended by then. */
function inPieces(stream: StreamCodec, bytes: Uint8Array, size: number, path: readonly number[] = []): unknown[] {
  const decoder = stream.decoder(new RecordingLifting(path));
  const reader = new Reader();
  const elements: unknown[] = [];
  for (let start = 0; start < bytes.length; start += size) {
    reader.feed(bytes.subarray(start, start + size));
    elements.push(...drain(decoder, reader));
  }
  assert.equal(decoder.ended, true);
  assert.equal(reader.remaining, 0);
  return elements;
}
