import type { Type, TypeDef, TypeKind } from "@witwire/wit/model";
import fc from "fast-check";

/** A type with the definitions that it needs, and a value of it as it is lifted. */
export interface TypedValue {
  readonly types: readonly TypeDef[];
  readonly type: Type;
  readonly value: unknown;
}

/** A type that is still to be added to an arena, and values of it. */
interface RandomType {
  build(types: TypeDef[]): Type;
  readonly values: fc.Arbitrary<unknown>;
  /** Set for options, whose own options are written differently. */
  readonly isOption?: boolean;
  /** Set for numbers, whose lists are typed arrays. */
  readonly array?: { from(values: never): unknown };
}

const whole = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max });

const numbers: RandomType[] = [
  number("u8", whole(0, 0xff), Uint8Array),
  number("s8", whole(-0x80, 0x7f), Int8Array),
  number("u16", whole(0, 0xffff), Uint16Array),
  number("s16", whole(-0x8000, 0x7fff), Int16Array),
  number("u32", whole(0, 0xffffffff), Uint32Array),
  number("s32", whole(-0x80000000, 0x7fffffff), Int32Array),
  number("u64", fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), BigUint64Array),
  number("s64", fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), BigInt64Array),
  number("f32", fc.float(), Float32Array),
  number("f64", fc.double(), Float64Array),
];

const texts: RandomType[] = [
  primitive("char", fc.string({ unit: "binary", minLength: 1, maxLength: 1 })),
  primitive("string", fc.string({ maxLength: 100 })),
  primitive("string", fc.string({ unit: "binary", maxLength: 100 })),
  primitive("string", fc.string({ unit: fc.constantFrom("a", "é", "ÿ", "☃", "🍰"), maxLength: 100 })),
];

const handles: RandomType[] = (["own", "borrow"] as const).map((tag) => ({
  build(types) {
    return add(types, { tag, resource: add(types, { tag: "resource" }) });
  },
  values: fc.object({ maxDepth: 0 }),
}));

const randomType: fc.Arbitrary<RandomType> = fc.letrec<{ type: RandomType }>((tie) => ({
  type: fc.oneof(
    { maxDepth: 5, depthSize: "medium" },
    { weight: 3, arbitrary: fc.constantFrom(...numbers, primitive("bool", fc.boolean())) },
    { weight: 2, arbitrary: fc.constantFrom(...texts) },
    { weight: 1, arbitrary: fc.constantFrom(...handles) },
    { weight: 1, arbitrary: whole(1, 32).map(flags) },
    { weight: 1, arbitrary: fc.constantFrom(1, 2, 255, 256, 257).map(enumeration) },
    { weight: 2, arbitrary: fc.array(tie("type"), { minLength: 1, maxLength: 6 }).map(record) },
    { weight: 1, arbitrary: fc.array(tie("type"), { minLength: 1, maxLength: 4 }).map(tuple) },
    {
      weight: 3,
      arbitrary: fc.array(fc.option(tie("type"), { nil: undefined }), { minLength: 1, maxLength: 4 }).map(variant),
    },
    { weight: 2, arbitrary: tie("type").map(option) },
    {
      weight: 2,
      arbitrary: fc.tuple(fc.option(tie("type")), fc.option(tie("type"))).map(([ok, err]) => result(ok, err)),
    },
    { weight: 2, arbitrary: tie("type").map(list) },
    { weight: 1, arbitrary: fc.tuple(tie("type"), whole(1, 5)).map(([type, length]) => fixedList(type, length)) },
    { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...numbers, ...texts), tie("type")).map(map) },
    { weight: 1, arbitrary: tie("type").map(alias) },
  ),
})).type;

/** Any type but those of component-model async, with a value of it. */
export const typedValue: fc.Arbitrary<TypedValue> = randomType.chain(({ build, values }) => {
  const types: TypeDef[] = [];
  const type = build(types);
  return values.map((value) => ({ types, type, value }));
});

function add(types: TypeDef[], kind: TypeKind): number {
  return types.push({ kind }) - 1;
}

function primitive(type: Type, values: fc.Arbitrary<unknown>): RandomType {
  return { build: () => type, values };
}

function number(type: Type, values: fc.Arbitrary<unknown>, array: NonNullable<RandomType["array"]>): RandomType {
  return { ...primitive(type, values), array };
}

function names(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `n${index}`);
}

function flags(count: number): RandomType {
  const all = names(count);
  return {
    build: (types) => add(types, { tag: "flags", flags: all.map((name) => ({ name })) }),
    values: fc.subarray(all).map((set) => Object.fromEntries(all.map((name) => [name, set.includes(name)]))),
  };
}

function enumeration(count: number): RandomType {
  const all = names(count);
  return {
    build: (types) => add(types, { tag: "enum", cases: all.map((name) => ({ name })) }),
    values: fc.constantFrom(...all),
  };
}

function record(fields: readonly RandomType[]): RandomType {
  return {
    build(types) {
      const built = fields.map((field, index) => ({ name: `some-field${index}`, type: field.build(types) }));
      return add(types, { tag: "record", fields: built });
    },
    values: fc
      .tuple(...fields.map((field) => field.values))
      .map((values) => Object.fromEntries(values.map((value, index) => [`someField${index}`, value]))),
  };
}

function tuple(members: readonly RandomType[]): RandomType {
  return {
    build: (types) => add(types, { tag: "tuple", types: members.map((member) => member.build(types)) }),
    values: fc.tuple(...members.map((member) => member.values)),
  };
}

function variant(cases: readonly (RandomType | undefined)[]): RandomType {
  return {
    build(types) {
      const built = cases.map((type, index) => {
        const name = `case-${index}`;
        return type === undefined ? { name } : { name, type: type.build(types) };
      });
      return add(types, { tag: "variant", cases: built });
    },
    values: fc.oneof(...cases.map((type, index) => tagged(`case-${index}`, type))),
  };
}

function tagged(tag: string, type: RandomType | undefined): fc.Arbitrary<unknown> {
  return type === undefined ? fc.constant({ tag }) : type.values.map((val) => ({ tag, val }));
}

function option(type: RandomType): RandomType {
  return {
    isOption: true,
    build: (types) => add(types, { tag: "option", type: type.build(types) }),
    values: type.isOption
      ? fc.oneof(tagged("none", undefined), tagged("some", type))
      : fc.oneof(fc.constant(undefined), type.values),
  };
}

function result(ok: RandomType | null, err: RandomType | null): RandomType {
  const side = (tag: string, type: RandomType | null): fc.Arbitrary<unknown> =>
    (type?.values ?? fc.constant(undefined)).map((val) => ({ tag, val }));
  return {
    build(types) {
      const built = {
        ...(ok === null ? {} : { ok: ok.build(types) }),
        ...(err === null ? {} : { err: err.build(types) }),
      };
      return add(types, { tag: "result", ...built });
    },
    values: fc.oneof(side("ok", ok), side("err", err)),
  };
}

function list(type: RandomType): RandomType {
  return {
    build: (types) => add(types, { tag: "list", type: type.build(types) }),
    values: elements(type, 0, 4),
  };
}

function fixedList(type: RandomType, length: number): RandomType {
  return {
    build: (types) => add(types, { tag: "fixed-length-list", type: type.build(types), length }),
    values: elements(type, length, length),
  };
}

function elements({ values, array }: RandomType, minLength: number, maxLength: number): fc.Arbitrary<unknown> {
  return fc.array(values, { minLength, maxLength }).map((all) => array?.from(all as never) ?? all);
}

function map([key, value]: [RandomType, RandomType]): RandomType {
  return {
    build: (types) => add(types, { tag: "map", key: key.build(types), value: value.build(types) }),
    values: fc.array(fc.tuple(key.values, value.values), { maxLength: 4 }).map((entries) => new Map(entries)),
  };
}

function alias(type: RandomType): RandomType {
  return { ...type, build: (types) => add(types, { tag: "alias", type: type.build(types) }) };
}
