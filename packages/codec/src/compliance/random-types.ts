import type { Type } from "@witwire/wit/model";
import fc from "fast-check";
import type { Lifted } from "./effects.ts";
import type { ModelBuilder } from "./model.ts";

/** A type that is still to be added to a model, and arbitrary values of it. */
export interface RandomType {
  build(model: ModelBuilder): Type;
  readonly sample: fc.Arbitrary<Sample>;
  /** Set for options, whose own options are written differently. */
  readonly isOption?: boolean;
  /** Set for numbers, whose lists are typed arrays. */
  readonly array?: (from: never) => unknown;
}

/** A value, and what a {@link RecordingLifting} makes of it at a path. */
export interface Sample {
  readonly value: unknown;
  back(path: readonly number[]): unknown;
}

/** The numbers, with the typed array that a list of them is. */
const numbers: Readonly<Record<string, { readonly values: fc.Arbitrary<unknown>; array(from: never): unknown }>> = {
  u8: { values: fc.integer({ min: 0, max: 0xff }), array: (from) => Uint8Array.from(from) },
  s8: { values: fc.integer({ min: -0x80, max: 0x7f }), array: (from) => Int8Array.from(from) },
  u16: { values: fc.integer({ min: 0, max: 0xffff }), array: (from) => Uint16Array.from(from) },
  s16: { values: fc.integer({ min: -0x8000, max: 0x7fff }), array: (from) => Int16Array.from(from) },
  u32: { values: fc.integer({ min: 0, max: 0xffffffff }), array: (from) => Uint32Array.from(from) },
  s32: { values: fc.integer({ min: -0x80000000, max: 0x7fffffff }), array: (from) => Int32Array.from(from) },
  u64: { values: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), array: (from) => BigUint64Array.from(from) },
  s64: { values: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), array: (from) => BigInt64Array.from(from) },
  f32: { values: fc.float(), array: (from) => Float32Array.from(from) },
  f64: { values: fc.double(), array: (from) => Float64Array.from(from) },
};

/** Any type that a value can have, of a few levels. */
export const randomType: fc.Arbitrary<RandomType> = fc.letrec<{ type: RandomType }>((tie) => ({
  type: fc.oneof(
    { maxDepth: 5, depthSize: "medium" },
    { weight: 2, arbitrary: fc.constantFrom(...primitives()) },
    { weight: 1, arbitrary: fc.constantFrom(...leaves()) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 40 }).map(flags) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 200 }).map(enumeration) },
    { weight: 2, arbitrary: fc.array(tie("type"), { maxLength: 5 }).map(record) },
    { weight: 1, arbitrary: fc.array(tie("type"), { maxLength: 4 }).map(tuple) },
    {
      weight: 2,
      arbitrary: fc.array(fc.option(tie("type"), { nil: undefined }), { minLength: 1, maxLength: 4 }).map(variant),
    },
    { weight: 2, arbitrary: tie("type").map(option) },
    {
      weight: 1,
      arbitrary: fc.tuple(orNothing(tie("type")), orNothing(tie("type"))).map(([ok, err]) => result(ok, err)),
    },
    { weight: 2, arbitrary: tie("type").map(list) },
    {
      weight: 1,
      arbitrary: fc.tuple(tie("type"), fc.integer({ min: 0, max: 3 })).map(([type, n]) => fixedList(type, n)),
    },
    { weight: 1, arbitrary: tie("type").map(map) },
    { weight: 1, arbitrary: tie("type").map(alias) },
    { weight: 1, arbitrary: orNothing(tie("type")).map(stream) },
    { weight: 1, arbitrary: orNothing(tie("type")).map(future) },
  ),
})).type;

function orNothing(type: fc.Arbitrary<RandomType>): fc.Arbitrary<RandomType | undefined> {
  return fc.option(type, { nil: undefined });
}

/** A value that comes back as it went. */
function same(value: unknown): Sample {
  return { value, back: () => value };
}

function simple(type: Type, values: fc.Arbitrary<unknown>): RandomType {
  return { build: () => type, sample: values.map(same) };
}

function primitives(): RandomType[] {
  return [
    ...Object.entries(numbers).map(([name, { values, array }]) => ({ ...simple(name as Type, values), array })),
    simple("bool", fc.boolean()),
    simple("char", fc.string({ unit: "binary", minLength: 1, maxLength: 1 })),
    simple("string", fc.string({ unit: "binary", maxLength: 60 })),
    simple("string", fc.string({ maxLength: 200 })),
    simple("error-context", fc.constant({ debugMessage: "" })),
  ];
}

/** Lists of numbers, and handles. */
function leaves(): RandomType[] {
  const handle = fc.uint8Array({ maxLength: 20 });
  return [
    ...Object.entries(numbers).map(([name, { values, array }]) => ({
      build: (model: ModelBuilder) => model.list(name as Type),
      sample: fc.tuple(fc.array(values, { maxLength: 6 }), fc.boolean()).map(([plain, typed]) => {
        const back = array(plain as never);
        return { value: typed ? back : plain, back: () => back };
      }),
    })),
    { build: (model) => model.own(model.resource("thing")), sample: handle.map(same) },
    { build: (model) => model.borrow(model.resource("thing")), sample: handle.map(same) },
  ];
}

function names(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `n${index}`);
}

function flags(count: number): RandomType {
  const all = names(count);
  return {
    build: (model) => model.flags(...all),
    sample: fc.subarray(all).map((set) => ({
      value: Object.fromEntries(set.map((name) => [name, true])),
      back: () => Object.fromEntries(all.map((name) => [name, set.includes(name)])),
    })),
  };
}

function enumeration(count: number): RandomType {
  const all = names(count);
  return { build: (model) => model.enum(...all), sample: fc.constantFrom(...all).map(same) };
}

function record(types: readonly RandomType[]): RandomType {
  const keys = types.map((_, index) => `someField${index}`);
  const object = (values: readonly unknown[]): unknown => Object.fromEntries(keys.map((key, at) => [key, values[at]]));
  return {
    build: (model) =>
      model.record(Object.fromEntries(types.map((type, index) => [`some-field${index}`, type.build(model)]))),
    sample: samples(types).map((fields) => ({
      value: withoutUndefined(object(fields.map((field) => field.value))),
      back: (path) => object(fields.map((field, index) => field.back([...path, index]))),
    })),
  };
}

/** Optional fields may be missing altogether. */
function withoutUndefined(value: unknown): unknown {
  return Object.fromEntries(Object.entries(value as object).filter(([, field]) => field !== undefined));
}

function samples(types: readonly RandomType[]): fc.Arbitrary<Sample[]> {
  return fc.tuple(...types.map((type) => type.sample));
}

function tuple(types: readonly RandomType[]): RandomType {
  return {
    build: (model) => model.tuple(...types.map((type) => type.build(model))),
    sample: samples(types).map(sequence),
  };
}

function sequence(members: readonly Sample[]): Sample {
  return {
    value: members.map((member) => member.value),
    back: (path) => members.map((member, index) => member.back([...path, index])),
  };
}

function variant(cases: readonly (RandomType | undefined)[]): RandomType {
  return {
    build: (model) =>
      model.variant(Object.fromEntries(cases.map((type, index) => [`case-${index}`, type?.build(model)]))),
    sample: fc.oneof(...cases.map((type, index) => tagged(`case-${index}`, type, false))),
  };
}

/** `{ tag, val }`; without a payload, `val` is either absent or `undefined`. */
function tagged(tag: string, type: RandomType | undefined, always: boolean): fc.Arbitrary<Sample> {
  if (type === undefined) return fc.constant(same(always ? { tag, val: undefined } : { tag }));
  return type.sample.map(({ value, back }) => ({
    value: { tag, val: value },
    back: (path) => ({ tag, val: back(path) }),
  }));
}

function option(type: RandomType): RandomType {
  const none = fc.constant(same(undefined));
  return {
    isOption: true,
    build: (model) => model.option(type.build(model)),
    sample: type.isOption
      ? fc.oneof(tagged("none", undefined, false), tagged("some", type, false))
      : fc.oneof(none, type.sample),
  };
}

function result(ok: RandomType | undefined, err: RandomType | undefined): RandomType {
  return {
    build: (model) => model.result(ok?.build(model), err?.build(model)),
    sample: fc.oneof(tagged("ok", ok, true), tagged("err", err, true)),
  };
}

function list(type: RandomType): RandomType {
  return {
    build: (model) => model.list(type.build(model)),
    sample: listSample(type, { maxLength: 4 }),
  };
}

function fixedList(type: RandomType, length: number): RandomType {
  return {
    build: (model) => model.fixedLengthList(type.build(model), length),
    sample: listSample(type, { minLength: length, maxLength: length }),
  };
}

/** Elements as an array; numbers come back as a typed array. */
function listSample(type: RandomType, length: { minLength?: number; maxLength: number }): fc.Arbitrary<Sample> {
  const { array } = type;
  return fc.array(type.sample, length).map((elements) => {
    const { value, back } = sequence(elements);
    return { value, back: (path) => array?.(back(path) as never) ?? back(path) };
  });
}

/** Keys are strings; what they are makes no difference. */
function map(type: RandomType): RandomType {
  return {
    build: (model) => model.map("string", type.build(model)),
    sample: fc.dictionary(fc.string({ maxLength: 5 }), type.sample, { maxKeys: 4 }).map((entries) => ({
      value: new Map(Object.entries(entries).map(([key, { value }]) => [key, value])),
      back: (path) =>
        new Map(Object.entries(entries).map(([key, { back }], index) => [key, back([...path, index, 1])])),
    })),
  };
}

function alias(type: RandomType): RandomType {
  return { ...type, build: (model) => model.alias(type.build(model)) };
}

function stream(type: RandomType | undefined): RandomType {
  const back = (path: readonly number[]): Lifted => ({ kind: "stream", path });
  return { build: (model) => model.stream(type?.build(model)), sample: fc.constant({ value: "a stream", back }) };
}

function future(type: RandomType | undefined): RandomType {
  const back = (path: readonly number[]): Lifted => ({ kind: "future", path });
  return { build: (model) => model.future(type?.build(model)), sample: fc.constant({ value: "a future", back }) };
}
