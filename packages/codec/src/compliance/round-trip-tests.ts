import assert from "node:assert/strict";
import { test } from "node:test";
import type { Type } from "@witwire/wit/model";
import fc from "fast-check";
import type { Codec } from "../codec.ts";
import { Writer } from "../writer.ts";
import { RecordingLowering } from "./effects.ts";
import { decode, encode, roundTrip } from "./exercise.ts";
import { ModelBuilder } from "./model.ts";
import { randomType } from "./random-types.ts";

/** Values of every type come back as they went. */
export function roundTripTests(codec: Codec): void {
  const model = new ModelBuilder();
  const trip = (type: Type, value: unknown, ...back: [back?: unknown]): void => {
    roundTrip(codec.type(model, type), value, ...back);
  };

  test("integers, at the ends of their ranges and around each power of 128", () => {
    for (const bits of [8, 16, 32]) {
      for (const value of boundaries(bits - 1)) trip(`s${bits}` as Type, Number(value));
      for (const value of boundaries(bits)) if (value >= 0n) trip(`u${bits}` as Type, Number(value));
    }
    for (const value of boundaries(63)) trip("s64", value);
    for (const value of boundaries(64)) if (value >= 0n) trip("u64", value);
  });

  test("floats, with both zeros, infinities, subnormal numbers and NaN", () => {
    for (const value of [0, -0, 1.5, -1.5, Infinity, -Infinity, NaN, 2 ** -149, 2 ** -126]) trip("f32", value);
    for (const value of [0, -0, Math.PI, Infinity, -Infinity, NaN, Number.MIN_VALUE, Number.MAX_VALUE])
      trip("f64", value);
    trip("f32", 0.1, Math.fround(0.1));
  });

  test("booleans, characters, strings", () => {
    for (const value of [true, false]) trip("bool", value);
    for (const value of ["a", "\0", "é", "€", "\ufeff", "\ud7ff", "\ue000", "🚩", "\u{10ffff}"]) trip("char", value);
    const texts = ["", "\0", "\ufeffmark", "naïve", "日本語", "🚩🚩", "x".repeat(127), "x".repeat(128), "é".repeat(63)];
    for (const value of [...texts, "é".repeat(64), "x".repeat(16383), "x".repeat(16384), `${"x".repeat(16383)}é`]) {
      trip("string", value);
    }
  });

  test("lists", () => {
    trip(model.list("string"), []);
    trip(model.list("string"), ["a", "", "b"]);
    trip(model.list(model.list(model.list("bool"))), [[], [[]], [[true], [false, true]]]);
    trip(model.list(model.tuple()), [[], [], []]);
    trip(
      model.list("bool"),
      Array.from({ length: 2000 }, (_, index) => index % 3 === 0),
    );
  });

  test("lists of numbers, from typed arrays and from arrays", () => {
    const bytes = Uint8Array.from({ length: 300 }, (_, index) => index);
    trip(model.list("u8"), bytes);
    trip(model.list("u8"), Buffer.from([1, 2, 3]), Uint8Array.of(1, 2, 3));
    trip(model.list("u8"), [1, 2, 3], Uint8Array.of(1, 2, 3));
    trip(model.list("s8"), Int8Array.of(-128, 127));
    trip(model.list("u16"), Uint16Array.of(0, 300, 65535));
    trip(model.list("s16"), Int16Array.of(-32768, -1, 32767));
    trip(
      model.list("u32"),
      Uint32Array.from({ length: 1000 }, (_, index) => index ** 3),
    );
    trip(model.list("s32"), Int32Array.of(-(2 ** 31), -1, 2 ** 31 - 1));
    trip(model.list("u64"), BigUint64Array.of(0n, 2n ** 64n - 1n));
    trip(model.list("s64"), BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n));
    trip(model.list("f32"), Float32Array.of(0.5, NaN, -0));
    trip(model.list("f64"), Float64Array.of(0.1, NaN, -0));
    trip(model.list("f64"), [0.1, 7], Float64Array.of(0.1, 7));
    trip(model.list(model.alias("u32")), [1], Uint32Array.of(1));
    trip(model.fixedLengthList("u16", 3), [1, 2, 3], Uint16Array.of(1, 2, 3));
    trip(model.fixedLengthList("u8", 2), Uint8Array.of(1, 2));
  });

  test("records, tuples, fixed-length lists, maps", () => {
    // biome-ignore lint/suspicious/noThenProperty: a field of that name must not make the record look like a promise
    const record = model.record({ "first-name": "string", age: "u8", nick: model.option("string"), then: "bool" });
    trip(record, { firstName: "Ada", age: 36, nick: undefined, then_: true });
    trip(
      record,
      { firstName: "Ada", age: 36, then_: true },
      { firstName: "Ada", age: 36, nick: undefined, then_: true },
    );
    trip(model.record({}), {});
    trip(model.tuple("u8", model.tuple("string"), "bool"), [1, ["x"], true]);
    trip(model.tuple(), []);
    trip(model.fixedLengthList("string", 2), ["a", "b"]);
    trip(model.fixedLengthList(model.tuple(), 3), [[], [], []]);
    trip(model.map("string", "u32"), new Map([["a", 1]]));
    trip(model.map("u8", model.list("u8")), new Map([[1, Uint8Array.of(1)]]));
    trip(model.map("u64", "bool"), new Map());
  });

  test("variants, enums, options, results", () => {
    const variant = model.variant({ "a-case": "u8", empty: undefined });
    trip(variant, { tag: "a-case", val: 5 });
    trip(variant, { tag: "empty" });
    trip(model.enum("dark-red", "green"), "dark-red");
    trip(model.option("string"), undefined);
    trip(model.option("string"), "");
    trip(model.option("string"), null, undefined);
    const result = model.result("u8", "string");
    trip(result, { tag: "ok", val: 1 });
    trip(result, { tag: "err", val: "no" });
    trip(model.result(), { tag: "ok" }, { tag: "ok", val: undefined });
    trip(model.result("u8"), { tag: "err", val: "ignored" }, { tag: "err", val: undefined });
  });

  test("only the outer one of two options is tagged, whichever alias hides the inner one", () => {
    for (const inner of [model.option("u8"), model.alias(model.option("u8"))]) {
      const type = model.option(inner);
      trip(type, { tag: "none" });
      trip(type, { tag: "some", val: undefined });
      trip(type, { tag: "some", val: 7 });
    }
    trip(model.option(model.option(model.option("u8"))), { tag: "some", val: { tag: "some", val: 7 } });
  });

  test("flags of any number; those not given are false", () => {
    for (const count of [1, 7, 8, 9, 31, 32, 33, 64, 65, 129]) {
      const names = Array.from({ length: count }, (_, index) => `flag-f${index}`);
      const keys = names.map((name) => name.replace("flag-f", "flagF"));
      const type = model.flags(...names);
      const all = (set: (index: number) => boolean): unknown =>
        Object.fromEntries(keys.map((key, index) => [key, set(index)]));
      trip(
        type,
        {},
        all(() => false),
      );
      trip(
        type,
        all(() => true),
      );
      trip(
        type,
        { [keys[count - 1] as string]: true },
        all((index) => index === count - 1),
      );
    }
  });

  test("handles, as the bytes that the lowering gives", () => {
    const thing = model.resource("thing");
    for (const length of [0, 16, 127, 128, 1000]) {
      const handle = new Uint8Array(length).fill(7);
      trip(model.own(thing), handle);
      trip(model.list(model.borrow(model.alias(thing))), [handle, handle]);
    }
  });

  test("parameters and results", () => {
    const func = model.func({ "first-one": "string", second: model.option("u8") }, model.result("u8", "string"));
    roundTrip(codec.params(model, func), ["a", 1]);
    roundTrip(codec.params(model, func), ["a"], ["a", undefined]);
    roundTrip(codec.params(model, model.func({})), []);
    assert.equal(codec.result(model, model.func({})), undefined);
    const result = codec.result(model, func);
    assert.ok(result);
    roundTrip(result, { tag: "err", val: "no" });
  });

  test("random values of random types", () => {
    fc.assert(
      fc.property(
        randomType.chain((type) => fc.tuple(fc.constant(type), type.sample)),
        ([type, { value, back }]) => {
          const own = new ModelBuilder();
          const id = type.build(own);
          roundTrip(codec.type(own, id), value, back([]));
        },
      ),
      { numRuns: 300 },
    );
  });

  test("values may follow one another in one buffer", () => {
    const strings = codec.type(model, "string");
    const writer = new Writer(4);
    const lowering = new RecordingLowering();
    for (const text of ["one", "two", "x".repeat(500)]) strings.encode(writer, text, lowering);
    const parts = ["one", "two", "x".repeat(500)].map((text) => [...encode(strings, text)]);
    assert.deepEqual([...writer.take()], parts.flat());
    strings.encode(writer, "again", lowering);
    assert.equal(decode(strings, writer.take()), "again");
  });

  test("a type is compiled once", () => {
    const type = model.list("string");
    assert.equal(codec.type(model, type), codec.type(model, type));
    const func = model.func({ a: type }, type);
    assert.equal(codec.params(model, func), codec.params(model, func));
    assert.equal(codec.result(model, func), codec.result(model, func));
  });
}

/** The numbers around every power of 128 up to `2^bits`, of both signs, and the ends of both ranges. */
function boundaries(bits: number): bigint[] {
  const end = 2n ** BigInt(bits);
  const found = [0n, 1n, end - 1n, -end];
  for (let power = 6; power <= bits; power++) {
    for (const near of [-1n, 0n, 1n]) found.push(2n ** BigInt(power) + near, -(2n ** BigInt(power)) + near);
  }
  return found.filter((value) => value >= -end && value < end);
}
