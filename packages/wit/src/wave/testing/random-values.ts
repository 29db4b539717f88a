import fc from "fast-check";
import { camelCase, type Resolve, type Type } from "../../model/index.ts";
import { toTypedArray } from "../numbers.ts";
import { resolveType } from "../type-name.ts";
import { Arena } from "./arena.ts";

/** A type of a model of its own, and values of it in their decoded form. */
export interface TypedValue {
  readonly resolve: Resolve;
  readonly type: Type;
  readonly value: unknown;
}

const labels = [
  "a",
  "bc",
  "get-JSON",
  "true",
  "none",
  "some",
  "ok",
  "err",
  "inf",
  "nan",
  "then",
  "x1-y2",
  "constructor",
];
const primitives = [
  "bool",
  "s8",
  "u8",
  "s16",
  "u16",
  "s32",
  "u32",
  "s64",
  "u64",
  "f32",
  "f64",
  "char",
  "string",
] as const;

/** Any type that WAVE can write, with a value of it. */
export const typedValue: fc.Arbitrary<TypedValue> = fc.nat().chain((seed) => {
  const arena = new Arena();
  const type = buildType(arena, randomNumbers(seed), 4);
  const { resolve } = arena;
  return valuesOf(resolve, type).map((value) => ({ resolve, type, value }));
});

/** A deterministic sequence, so that fast-check sees one number for a whole type. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed | 0;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0;
    return ((state ^ (state >>> 13)) >>> 0) % below;
  };
}

function buildType(arena: Arena, random: (below: number) => number, depth: number): Type {
  const inner = (): Type => buildType(arena, random, depth - 1);
  const maybe = (): Type | undefined => (random(3) === 0 ? undefined : inner());
  const names = labels.slice(random(6), 7 + random(6));
  switch (depth === 0 ? 99 : random(16)) {
    case 0:
      return arena.record("rec", Object.fromEntries(names.map((name) => [name, inner()])));
    case 1:
      return arena.variant("var", Object.fromEntries(names.map((name) => [name, maybe()])));
    case 2:
      return arena.enum("enu", ...names);
    case 3:
      return arena.flags("fla", ...names);
    case 4:
    case 5:
      return arena.option(inner());
    case 6:
      return arena.result(maybe(), maybe());
    case 7:
      return arena.tuple(...names.slice(0, 3).map(inner));
    case 8:
      return arena.list(inner());
    case 9:
      return arena.type({ tag: "fixed-length-list", type: inner(), length: random(4) });
    case 10:
      return arena.type({ tag: "map", key: random(2) === 0 ? "string" : "u16", value: inner() });
    case 11:
      return arena.type({ tag: "alias", type: inner() }, "ali");
    default:
      return primitives[random(primitives.length)] ?? "bool";
  }
}

const unicode = fc.string({ unit: "binary", maxLength: 12 });

function integers(bits: number, signed: boolean): fc.Arbitrary<bigint> {
  return signed
    ? fc.bigInt(-(1n << BigInt(bits - 1)), (1n << BigInt(bits - 1)) - 1n)
    : fc.bigInt(0n, (1n << BigInt(bits)) - 1n);
}

function valuesOf(resolve: Resolve, type: Type): fc.Arbitrary<unknown> {
  const kind = resolveType(resolve, type);
  const of = (part: Type): fc.Arbitrary<unknown> => valuesOf(resolve, part);
  const list = (element: Type, limits: fc.ArrayConstraints): fc.Arbitrary<unknown> =>
    fc.array(of(element), limits).map((values) => toTypedArray(resolveType(resolve, element).tag, values) ?? values);
  switch (kind.tag) {
    case "bool":
      return fc.boolean();
    case "s64":
    case "u64":
      return integers(64, kind.tag === "s64");
    case "s8":
    case "u8":
    case "s16":
    case "u16":
    case "s32":
    case "u32":
      return integers(Number(kind.tag.slice(1)), kind.tag.startsWith("s")).map(Number);
    case "f32":
      return fc.float();
    case "f64":
      return fc.double();
    case "char":
      return fc.string({ unit: "binary", minLength: 1, maxLength: 1 });
    case "string":
      return fc.oneof(
        unicode,
        fc.string({ unit: fc.constantFrom('"', "\\", "\n", "\r", " ", "a", "\t"), maxLength: 12 }),
      );
    case "record":
      return fc
        .tuple(...kind.fields.map((field) => of(field.type)))
        .map((values) => Object.fromEntries(kind.fields.map((field, index) => [camelCase(field.name), values[index]])));
    case "variant":
      return fc.oneof(
        ...kind.cases.map((item) =>
          item.type === undefined
            ? fc.constant({ tag: item.name })
            : of(item.type).map((val) => ({ tag: item.name, val })),
        ),
      );
    case "enum":
      return fc.constantFrom(...kind.cases.map((item) => item.name));
    case "flags":
      return fc
        .tuple(...kind.flags.map(() => fc.boolean()))
        .map((values) => Object.fromEntries(kind.flags.map((flag, index) => [camelCase(flag.name), values[index]])));
    case "option":
      if (resolveType(resolve, kind.type).tag !== "option") return fc.oneof(fc.constant(undefined), of(kind.type));
      return fc.oneof(
        fc.constant({ tag: "none" }),
        of(kind.type).map((val) => ({ tag: "some", val })),
      );
    case "result":
      return fc.oneof(
        (kind.ok === undefined ? fc.constant(undefined) : of(kind.ok)).map((val) => ({ tag: "ok", val })),
        (kind.err === undefined ? fc.constant(undefined) : of(kind.err)).map((val) => ({ tag: "err", val })),
      );
    case "tuple":
      return fc.tuple(...kind.types.map(of));
    case "list":
      return list(kind.type, { maxLength: 4 });
    case "fixed-length-list":
      return list(kind.type, { minLength: kind.length, maxLength: kind.length });
    case "map":
      return fc.array(fc.tuple(of(kind.key), of(kind.value)), { maxLength: 4 }).map((entries) => new Map(entries));
    default:
      throw new RangeError(`no random values of ${kind.tag}`);
  }
}
