/** Values of any plain WIT type, in the form that our engine and jco share. */
import { camelCase, type Resolve, resolveAlias, type Type, type TypeId, type TypeKind } from "@witwire/wit/model";
import fc from "fast-check";
import { numericArrays } from "../../packages/component/src/testing/test-values.ts";

export type Plain = unknown;

/** Stands for a resource that is to be made before the call. */
export interface Made {
  readonly instance: string;
  readonly className: string;
  readonly args: readonly Plain[];
}

export function isMade(value: unknown): value is Made {
  return typeof value === "object" && value !== null && "className" in value && "args" in value;
}

/** What a type is, aliases followed; `undefined` for primitives. */
export function kindOf(resolve: Resolve, type: Type): TypeKind | undefined {
  if (typeof type === "string") return undefined;
  const kind = resolve.types[resolveAlias(resolve, type)]?.kind;
  return kind?.tag === "alias" ? undefined : kind;
}

function primitiveOf(resolve: Resolve, type: Type): string | undefined {
  if (typeof type === "string") return type;
  const kind = resolve.types[resolveAlias(resolve, type)]?.kind;
  return kind?.tag === "alias" && typeof kind.type === "string" ? kind.type : undefined;
}

const integer = (bits: number, signed: boolean): fc.Arbitrary<number> =>
  signed
    ? fc.integer({ min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1 })
    : fc.integer({ min: 0, max: 2 ** bits - 1 });

const primitives: Readonly<Record<string, fc.Arbitrary<Plain>>> = {
  bool: fc.boolean(),
  s8: integer(8, true),
  u8: integer(8, false),
  s16: integer(16, true),
  u16: integer(16, false),
  s32: integer(32, true),
  u32: integer(32, false),
  s64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  u64: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  f32: fc.float({ noNaN: true }),
  f64: fc.double({ noNaN: true }),
  char: fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
  string: fc.oneof(fc.string({ maxLength: 30 }), fc.string({ unit: "binary", maxLength: 10 })),
};

/** Arbitrary values of a type that has no streams and the like in it, and handles only to what can be made. */
export function plainValues(
  resolve: Resolve,
  type: Type,
  makers: ReadonlyMap<TypeId, fc.Arbitrary<Made>>,
): fc.Arbitrary<Plain> {
  const kind = kindOf(resolve, type);
  const of = (part: Type): fc.Arbitrary<Plain> => plainValues(resolve, part, makers);
  if (kind === undefined) return primitives[primitiveOf(resolve, type) ?? ""] ?? fc.constant(undefined);
  switch (kind.tag) {
    case "record":
      return fc
        .tuple(...kind.fields.map((field) => of(field.type)))
        .map((values) => Object.fromEntries(kind.fields.map(({ name }, index) => [camelCase(name), values[index]])));
    case "tuple":
      return fc.tuple(...kind.types.map(of));
    case "variant":
      return fc.oneof(
        ...kind.cases.map(({ name, type: payload }) => tagged(name, payload === undefined ? undefined : of(payload))),
      );
    case "enum":
      return fc.constantFrom(...kind.cases.map(({ name }) => name));
    case "flags":
      return fc
        .tuple(...kind.flags.map(() => fc.boolean()))
        .map((set) => Object.fromEntries(kind.flags.map(({ name }, index) => [camelCase(name), set[index]])));
    case "option":
      return kindOf(resolve, kind.type)?.tag === "option"
        ? fc.oneof(fc.constant({ tag: "none" }), tagged("some", of(kind.type)))
        : fc.option(of(kind.type), { nil: undefined });
    case "result":
      return fc.oneof(
        tagged("ok", kind.ok === undefined ? undefined : of(kind.ok)),
        tagged("err", kind.err === undefined ? undefined : of(kind.err)),
      );
    case "list":
      return fc.array(of(kind.type), { maxLength: 5 }).map((values) => toArray(resolve, kind.type, values));
    case "fixed-length-list":
      return fc
        .array(of(kind.type), { minLength: kind.length, maxLength: kind.length })
        .map((values) => toArray(resolve, kind.type, values));
    case "map":
      return fc.array(fc.tuple(of(kind.key), of(kind.value)), { maxLength: 4 }).map((entries) => new Map(entries));
    case "own":
    case "borrow":
      return makers.get(resolveAlias(resolve, kind.resource)) ?? fc.constant(undefined);
    default:
      return fc.constant(undefined);
  }
}

function toArray(resolve: Resolve, element: Type, values: readonly Plain[]): unknown {
  return numericArrays[primitiveOf(resolve, element) ?? ""]?.(values as never) ?? values;
}

function tagged(tag: string, payload: fc.Arbitrary<Plain> | undefined): fc.Arbitrary<Plain> {
  return payload === undefined ? fc.constant({ tag }) : payload.map((val) => ({ tag, val }));
}

/** A value as text, the same for every way to write it in JavaScript. */
export function comparable(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === "bigint") return `${part}n`;
    if (typeof part === "number" && (!Number.isFinite(part) || Object.is(part, -0)))
      return `number ${Object.is(part, -0) ? "-0" : part}`;
    if (part instanceof Map) return { map: [...part] };
    if (ArrayBuffer.isView(part)) return Array.from(part as unknown as ArrayLike<unknown>);
    return isResource(part) ? "a resource" : part;
  });
}

function isResource(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype !== Object.prototype && prototype !== null;
}
