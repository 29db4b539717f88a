/** Arbitrary JavaScript values of a type, in the very form in which the engine is to give them back. */
import fc from "fast-check";
import { caseName, fieldName, flagName, type Scalar, type TestType } from "./test-type.ts";

/** What `a-field0` is called in JavaScript. */
export const camel = (name: string): string => name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());

const integer = (bits: number, signed: boolean): fc.Arbitrary<number> => {
  const min = signed ? -(2 ** (bits - 1)) : 0;
  const max = min + 2 ** bits - 1;
  return fc.oneof({ weight: 3, arbitrary: fc.integer({ min, max }) }, fc.constantFrom(min, max, 0, 1));
};

/** 64-bit integers; with fewer `bits`, those that fit into a signed integer of so many. */
const long = (bits: number, signed: boolean): fc.Arbitrary<bigint> => {
  const max = 2n ** BigInt(bits < 64 || signed ? bits - 1 : bits) - 1n;
  const min = signed ? -max - 1n : 0n;
  return fc.oneof({ weight: 3, arbitrary: fc.bigInt({ min, max }) }, fc.constantFrom(min, max, 0n));
};

const scalars: Readonly<Record<Exclude<Scalar, "s64" | "u64">, fc.Arbitrary<unknown>>> = {
  bool: fc.boolean(),
  s8: integer(8, true),
  u8: integer(8, false),
  s16: integer(16, true),
  u16: integer(16, false),
  s32: integer(32, true),
  u32: integer(32, false),
  f32: fc.float(),
  f64: fc.double(),
  char: fc.oneof(
    fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
    fc.constantFrom("\0", "\ud7ff", "\u{10ffff}"),
  ),
  // Latin-1 alone, everything, and Latin-1 up to some place: the encodings take different ways.
  string: fc.oneof(
    fc.string({ maxLength: 40 }),
    fc.string({ unit: "binary", maxLength: 20 }),
    fc.constantFrom(
      "",
      "naïve ÿ",
      "aé€",
      "ÿ€🚩",
      "\ufeffmark",
      "x".repeat(300),
      `${"é".repeat(90)}日`,
      "🚩".repeat(60),
    ),
  ),
};

/** Lists of numbers as they are in JavaScript. */
export const numericArrays: Readonly<Record<string, (values: never) => unknown>> = {
  u8: (values) => Uint8Array.from(values),
  s8: (values) => Int8Array.from(values),
  u16: (values) => Uint16Array.from(values),
  s16: (values) => Int16Array.from(values),
  u32: (values) => Uint32Array.from(values),
  s32: (values) => Int32Array.from(values),
  u64: (values) => BigUint64Array.from(values),
  s64: (values) => BigInt64Array.from(values),
  f32: (values) => Float32Array.from(values),
  f64: (values) => Float64Array.from(values),
};

/** Elements as a list is in JavaScript: numbers in a typed array. */
export function toList(element: TestType, values: readonly unknown[]): unknown {
  return numericArrays[element.tag]?.(values as never) ?? values;
}

/** @param longBits how many bits 64-bit integers may take; less than 64 for guests that lose some */
export function valuesOf(type: TestType, longBits = 64): fc.Arbitrary<unknown> {
  const of = (part: TestType): fc.Arbitrary<unknown> => valuesOf(part, longBits);
  const tagged = (tag: string, payload: TestType | undefined, isResult: boolean): fc.Arbitrary<unknown> =>
    taggedValues(tag, payload === undefined ? undefined : of(payload), isResult);
  switch (type.tag) {
    case "list":
      return fc.array(of(type.element), { maxLength: 5 }).map((values) => toList(type.element, values));
    case "fixed-list":
      return fc
        .array(of(type.element), { minLength: type.length, maxLength: type.length })
        .map((values) => toList(type.element, values));
    case "map":
      return fc.array(fc.tuple(of(type.key), of(type.value)), { maxLength: 4 }).map((all) => new Map(all));
    case "option":
      if (type.some.tag !== "option") return fc.option(of(type.some), { nil: undefined });
      return fc.oneof(fc.constant({ tag: "none" }), tagged("some", type.some, false));
    case "result":
      return fc.oneof(tagged("ok", type.ok, true), tagged("err", type.err, true));
    case "tuple":
      return fc.tuple(...type.items.map(of));
    case "record":
      return fc
        .tuple(...type.fields.map(of))
        .map((values) => Object.fromEntries(values.map((value, index) => [camel(fieldName(index)), value])));
    case "variant":
      return fc.oneof(...type.cases.map((payload, index) => tagged(caseName(index), payload, false)));
    case "enum":
      return fc.integer({ min: 0, max: type.count - 1 }).map(caseName);
    case "flags":
      return fc
        .array(fc.boolean(), { minLength: type.count, maxLength: type.count })
        .map((set) => Object.fromEntries(set.map((on, index) => [camel(flagName(index)), on])));
    case "s64":
    case "u64":
      return long(longBits, type.tag === "s64");
    default:
      return scalars[type.tag];
  }
}

/** Cases of a `result` without a payload have a `val` that is `undefined`; those of variants have none. */
function taggedValues(
  tag: string,
  payload: fc.Arbitrary<unknown> | undefined,
  isResult: boolean,
): fc.Arbitrary<unknown> {
  if (payload === undefined) return fc.constant(isResult ? { tag, val: undefined } : { tag });
  return payload.map((val) => ({ tag, val }));
}

/** The same few values whenever the tests run. */
export function sampleValues(type: TestType, count: number, longBits = 64): unknown[] {
  return fc.sample(valuesOf(type, longBits), { numRuns: count, seed: 20_26 });
}
