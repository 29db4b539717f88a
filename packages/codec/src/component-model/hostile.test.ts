import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Type } from "@witwire/wit/model";
import type { ValueCodec } from "../codec.ts";
import { RecordingLifting, RecordingLowering } from "../compliance/effects.ts";
import { decode, decodePieces, drain, encode, roundTrip, streamCodecOf } from "../compliance/exercise.ts";
import { ModelBuilder } from "../compliance/model.ts";
import { DecodeError } from "../errors.ts";
import { Reader, underflow } from "../reader.ts";
import { Writer } from "../writer.ts";
import { componentModelCodec } from "./codec.ts";

const model = new ModelBuilder();
const thing = model.resource("thing");
const codecOf = (type: Type): ValueCodec => componentModelCodec.type(model, type);

/** 2^24 - 1, which a list of bytes may have, and 2^32 - 1, which no value may have. */
const announcements = [
  [0xff, 0xff, 0xff, 0x07],
  [0xff, 0xff, 0xff, 0xff, 0x0f],
];

/** Types whose values begin with a length or a count. */
const counted: Readonly<Record<string, Type>> = {
  string: "string",
  "list<string>": model.list("string"),
  "list<bool>": model.list("bool"),
  "list<record>": model.list(model.record({ a: "u8", b: "string" })),
  "list<u8>": model.list("u8"),
  "list<s8>": model.list("s8"),
  "list<u16>": model.list("u16"),
  "list<s64>": model.list("s64"),
  "list<f32>": model.list("f32"),
  "list<f64>": model.list("f64"),
  "list<tuple<>>": model.list(model.tuple()),
  "map<string, u8>": model.map("string", "u8"),
  own: model.own(thing),
  "stream<u32>": model.stream("u32"),
  "list<stream<u8>>": model.list(model.stream("u8")),
};

/** What stands in front of the count: a stream that comes whole says so first. */
const heads: Readonly<Record<string, readonly number[]>> = { "stream<u32>": [1] };

/** Bytes of array buffers that a function leaves allocated, and what it throws. */
function allocation(work: () => unknown): { bytes: number; outcome: unknown } {
  const before = process.memoryUsage().arrayBuffers;
  let outcome: unknown;
  try {
    outcome = work();
  } catch (error) {
    outcome = error;
  }
  return { bytes: process.memoryUsage().arrayBuffers - before, outcome };
}

describe("hostile input", () => {
  for (const [name, type] of Object.entries(counted)) {
    test(`A16 ${name}: what is announced allocates nothing, only what arrives does`, () => {
      for (const announcement of announcements) {
        const bytes = Uint8Array.of(...(heads[name] ?? []), ...announcement, 1, 1, 1);
        const once = allocation(() => codecOf(type).decode(new Reader(bytes), new RecordingLifting()));
        assert.ok(once.outcome === underflow || once.outcome instanceof DecodeError, String(once.outcome));
        assert.ok(once.bytes < 4096, `${once.bytes} bytes at once`);
        const reader = new Reader(bytes);
        const decoder = codecOf(type).decoder(new RecordingLifting());
        const pending = allocation(() => decoder.step(reader));
        assert.ok(pending.outcome === false || pending.outcome instanceof DecodeError, String(pending.outcome));
        assert.ok(pending.bytes < 4096, `${pending.bytes} bytes in pieces`);
      }
    });
  }

  test("A16 a count that the limits forbid is refused before anything behind it has arrived", () => {
    for (const [name, type] of Object.entries(counted)) {
      const reader = new Reader(Uint8Array.of(...(heads[name] ?? []), 0xff, 0xff, 0xff, 0xff, 0x0f));
      const refused = (error: unknown): boolean => error instanceof DecodeError && error.kind === "limit";
      assert.throws(() => codecOf(type).decode(reader, new RecordingLifting()), refused, name);
      assert.throws(() => codecOf(type).decoder(new RecordingLifting()).step(reader), refused, name);
    }
  });

  test("A16 a chunk of four billion elements is decoded as far as it is there", () => {
    for (const type of ["u8", "u32", "f64", "string", "bool", model.list("string")] as const) {
      const stream = streamCodecOf(codecOf(model.stream(type)));
      const decoder = stream.decoder(new RecordingLifting());
      const reader = new Reader(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f, 0, 0, 0));
      const { bytes, outcome } = allocation(() => drain(decoder, reader).length);
      assert.equal(outcome, type === "f64" ? 0 : 3);
      assert.ok(bytes < 4096, `${bytes} bytes for ${type}`);
    }
  });

  test("A16 the allocation for a long value grows with what has arrived", () => {
    const total = 2 * 1024 * 1024;
    for (const type of [model.list("u8"), model.list("f64"), model.list("u32")]) {
      const decoder = codecOf(type).decoder(new RecordingLifting());
      const reader = new Reader();
      const head = new Writer();
      head.u32(total);
      const before = process.memoryUsage().arrayBuffers;
      decoder.step(feed(reader, head.take()));
      const piece = new Uint8Array(16);
      for (let arrived = 0; arrived < 32 * 1024; arrived += piece.length) decoder.step(feed(reader, piece));
      assert.ok(process.memoryUsage().arrayBuffers - before < total / 2);
    }
  });

  test("a fixed length that no value could have is refused", () => {
    const huge = codecOf(model.fixedLengthList(model.tuple(), 0xffffffff));
    assert.throws(() => decode(huge, new Uint8Array()), /more list elements than the limit/);
    const bytes = codecOf(model.fixedLengthList("f64", 0xffffffff));
    assert.throws(() => decode(bytes, new Uint8Array()), /more than the limit of/);
  });

  test("after an error, a reader stands where the value began and its limits are its own again", () => {
    const reader = new Reader(Uint8Array.of(9, 2, 1, 7), { maxValueBytes: 2, maxElements: 10 });
    reader.position = 1;
    assert.throws(() => codecOf(model.list("bool")).decode(reader, new RecordingLifting()), DecodeError);
    assert.equal(reader.position, 1);
    assert.equal(reader.end, 4);
  });

  test("random bytes give values, underflows or decode errors, at once and in pieces alike", () => {
    const types = [
      ...Object.values(counted),
      "char" as const,
      model.record({ a: model.option("s32"), b: model.variant({ x: "u16", y: "string" }), c: model.flags("p", "q") }),
      model.map(model.enum("a", "b"), model.result(model.list("s64"), model.future("char"))),
    ];
    const next = randomNumbers(20261121);
    for (let round = 0; round < 3000; round++) {
      const bytes = Uint8Array.from({ length: 1 + (next() % 12) }, () =>
        next() % 3 === 0 ? next() % 4 : next() % 256,
      );
      const codec = codecOf(types[round % types.length] as Type);
      const atOnce = outcome(() => codec.decode(new Reader(bytes), new RecordingLifting()));
      const decoder = codec.decoder(new RecordingLifting());
      const inPieces = outcome(() => {
        const reader = new Reader();
        for (const byte of bytes) if (decoder.step(feed(reader, Uint8Array.of(byte)))) return decoder.value;
        throw underflow;
      });
      // Too few bytes for what is announced are an underflow at once; in pieces, what is there is looked at first.
      if (atOnce === "underflow" && inPieces instanceof DecodeError) continue;
      assert.deepStrictEqual(inPieces, atOnce, `${bytes}`);
    }
  });
});

describe("A15 work", () => {
  const families: Readonly<Record<string, (size: number) => readonly [Type, unknown]>> = {
    string: (size) => ["string", "é".repeat(size)],
    "list<u8>": (size) => [model.list("u8"), new Uint8Array(size)],
    "list<u32>": (size) => [model.list("u32"), Uint32Array.from({ length: size }, (_, index) => index * 997)],
    "list<s64>": (size) => [model.list("s64"), BigInt64Array.from({ length: size }, (_, index) => BigInt(index) ** 5n)],
    "list<f64>": (size) => [model.list("f64"), new Float64Array(size)],
    "list<string>": (size) => [model.list("string"), Array.from({ length: size }, (_, index) => `text ${index}`)],
    "list<record>": (size) => [
      model.list(model.record({ a: "u32", b: "string", c: model.option("bool") })),
      Array.from({ length: size }, (_, index) => ({ a: index, b: "text", c: true })),
    ],
    "list<list<list<string>>>": (size) => [
      model.list(model.list(model.list("string"))),
      Array.from({ length: Math.ceil(size / 16) }, () => Array.from({ length: 4 }, () => ["a", "bb", "ccc", "dddd"])),
    ],
    "list<list<string>>, one long inner list": (size) => [
      model.list(model.list("string")),
      [Array.from({ length: size }, () => "text")],
    ],
    "map<string, u32>": (size) => [
      model.map("string", "u32"),
      new Map(Array.from({ length: size }, (_, index) => [`key ${index}`, index])),
    ],
    "list<own>": (size) => [model.list(model.own(thing)), Array.from({ length: size }, () => new Uint8Array(16))],
    "list<stream<u8>>": (size) => [model.list(model.stream("u8")), Array.from({ length: size }, () => 0)],
    "record of many fields": (size) => {
      const names = Array.from({ length: size }, (_, index) => `f${index}`);
      const type = model.record(Object.fromEntries(names.map((name) => [name, "u16"])));
      return [type, Object.fromEntries(names.map((name) => [name, 300]))];
    },
  };

  for (const [name, make] of Object.entries(families)) {
    test(`A15 ${name}: bytes visited grow no faster than bytes received, whatever the pieces`, () => {
      for (const pieces of [1, 7, 64, Number.POSITIVE_INFINITY]) {
        const [small, large] = [256, 4096].map((size) => {
          const [type, value] = make(size);
          const bytes = encode(codecOf(type), value);
          return { length: bytes.length, work: workOf(codecOf(type), bytes, Math.min(pieces, bytes.length)) };
        }) as [Measured, Measured];
        const exponent = Math.log(large.work / small.work) / Math.log(large.length / small.length);
        assert.ok(exponent <= 1.1, `pieces of ${pieces}: exponent ${exponent}`);
        // Nested lists look at the beginning of what is not whole yet once more per level.
        assert.ok(large.work <= 4 * large.length + 64, `${large.work} bytes visited for ${large.length}`);
      }
    });
  }

  for (const [name, type] of Object.entries({ string: "string", u32: "u32", record: model.record({ a: "string" }) })) {
    test(`A15 stream<${name}>: bytes visited grow no faster than bytes received`, () => {
      const stream = streamCodecOf(codecOf(model.stream(type as Type)));
      const element = { string: "text", u32: 300, record: { a: "text" } }[name];
      const [small, large] = [256, 4096].map((size) => {
        const writer = new Writer();
        stream.encode(
          writer,
          Array.from({ length: size }, () => element),
          0,
          new RecordingLowering(),
        );
        const bytes = writer.take();
        const decoder = stream.decoder(new RecordingLifting());
        return { length: bytes.length, work: countVisits(bytes, 3, (reader) => drain(decoder, reader)) };
      }) as [Measured, Measured];
      const exponent = Math.log(large.work / small.work) / Math.log(large.length / small.length);
      assert.ok(exponent <= 1.1, `exponent ${exponent}`);
    });
  }

  test("A15 a value in two pieces, cut anywhere, is the same as in one", () => {
    for (const make of Object.values(families)) {
      const [type, value] = make(8);
      const bytes = encode(codecOf(type), value);
      const whole = decode(codecOf(type), bytes);
      for (let cut = 1; cut < bytes.length; cut++) {
        assert.deepStrictEqual(decodePieces(codecOf(type), bytes, [cut]), whole);
      }
    }
    roundTrip(codecOf("u32"), 300);
  });
});

interface Measured {
  readonly length: number;
  readonly work: number;
}

function workOf(codec: ValueCodec, bytes: Uint8Array, size: number): number {
  const decoder = codec.decoder(new RecordingLifting());
  return countVisits(bytes, size, (reader) => decoder.step(reader));
}

/**
 * Counts the bytes that a decoder moves over, with those that it moves over again after having gone back, and those that
 * the reader has to copy because they were left lying.
 */
function countVisits(bytes: Uint8Array, size: number, step: (reader: Reader) => unknown): number {
  const reader = new Reader();
  let visits = 0;
  let position = 0;
  Object.defineProperty(reader, "position", {
    get: () => position,
    set(to: number) {
      if (to > position) visits += to - position;
      position = to;
    },
  });
  for (let start = 0; start < bytes.length; start += size) {
    visits += reader.remaining;
    reader.feed(bytes.subarray(start, start + size));
    step(reader);
  }
  assert.equal(reader.remaining, 0);
  return visits;
}

function feed(reader: Reader, bytes: Uint8Array): Reader {
  reader.feed(bytes);
  return reader;
}

/** The value, or what was thrown instead: an underflow or a decode error. */
function outcome(work: () => unknown): unknown {
  try {
    return { value: work() };
  } catch (error) {
    if (error === underflow) return "underflow";
    assert.ok(error instanceof DecodeError, String(error));
    return error;
  }
}

/** Reproducible numbers (xorshift). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}
