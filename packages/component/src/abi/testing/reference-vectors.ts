import { readFileSync } from "node:fs";
import type { Type, TypeDef, TypeKind } from "@witwire/wit/model";
import type { CanonicalContext, CoreValue } from "../canonical.ts";
import type { ReallocCall } from "./guest.ts";

/**
 * Random parameters of random types, and what the specification's own executable definition (definitions.py, with its
 * deterministic profile) makes of them in an allocator like that of `TestGuest`. Names of cases, fields and flags are
 * left out of the file: they are `c0`, `f0`, `e0`, `b0` and so on.
 */
export interface ReferenceVector {
  readonly types: readonly TypeDef[];
  readonly params: readonly Type[];
  readonly args: readonly unknown[];
  readonly lowered: readonly LoweredVector[];
}

/** The parameters in one encoding of strings. */
export interface LoweredVector {
  readonly encoding: CanonicalContext["stringEncoding"];
  readonly kinds: readonly string[];
  readonly core: readonly CoreValue[];
  /** From the guest's first allocation on. */
  readonly memory: string;
  readonly calls: readonly ReallocCall[];
}

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

interface StoredVector {
  readonly types: readonly Readonly<Record<string, never>>[];
  readonly params: readonly Type[];
  readonly args: readonly Json[];
  readonly lowered: Readonly<
    Record<
      LoweredVector["encoding"],
      { readonly core: readonly Json[]; readonly kinds: string; memory: string; calls: readonly ReallocCall[] }
    >
  >;
}

export function referenceVectors(): ReferenceVector[] {
  const lines = readFileSync(new URL("./reference-vectors.jsonl", import.meta.url), "utf8")
    .trimEnd()
    .split("\n");
  const stored = lines.map((line): StoredVector => JSON.parse(line));
  return stored.map(({ types, params, args, lowered }) => {
    const defs = types.map((type) => ({ kind: typeKind(type) }));
    return {
      types: defs,
      params,
      args: args.map((arg, index) => valueOfType(defs, params[index] as Type, arg)),
      lowered: Object.entries(lowered).map(([encoding, { core, kinds, memory, calls }]) => ({
        ...{ encoding: encoding as LoweredVector["encoding"], memory, calls, kinds: kinds.split(" ") },
        core: core.map((value, index) => (kinds.split(" ")[index] === "i64" ? BigInt(value as string) : float(value))),
      })),
    };
  });
}

function typeKind(type: Readonly<Record<string, never>>): TypeKind {
  const [tag, of] = Object.entries<never>(type)[0] as [string, never];
  const numbered = (letter: string, count: number): { name: string }[] =>
    Array.from({ length: count }, (_, index) => ({ name: letter + index }));
  const optional = (key: string, inner: Type | null | undefined): object =>
    inner === null || inner === undefined ? {} : { [key]: inner };
  switch (tag) {
    case "record":
      return { tag, fields: (of as Type[]).map((inner, index) => ({ name: `f${index}`, type: inner })) };
    case "tuple":
      return { tag, types: of };
    case "variant":
      return {
        tag,
        cases: numbered("c", type.of as unknown as number).map((item, index) => ({
          ...item,
          ...optional("type", (of as (Type | null)[])[index]),
        })),
      };
    case "enum":
      return { tag, cases: numbered("e", of) };
    case "flags":
      return { tag, flags: numbered("b", of) };
    case "result":
      return { tag, ...optional("ok", of[0]), ...optional("err", of[1]) };
    case "option":
    case "list":
      return { tag, type: of };
    case "fixed":
      return { tag: "fixed-length-list", type: of[0], length: of[1] };
    case "map":
      return { tag, key: of[0], value: of[1] };
    default:
      throw new RangeError(tag);
  }
}

function float(value: Json): number {
  return Number(value as number | string);
}

const arrays: Readonly<Record<string, { from(values: never): unknown }>> = {
  ...{ u8: Uint8Array, s8: Int8Array, u16: Uint16Array, s16: Int16Array, u32: Uint32Array, s32: Int32Array },
  ...{ u64: BigUint64Array, s64: BigInt64Array, f32: Float32Array, f64: Float64Array },
};

/** A value of a type as JavaScript has it. */
function valueOfType(types: readonly TypeDef[], type: Type, json: Json): unknown {
  if (type === "u64" || type === "s64") return BigInt(json as string);
  if (type === "f32" || type === "f64") return float(json);
  if (typeof type === "string") return json;
  const { kind } = types[type] as TypeDef;
  const inner = (part: Type, value: Json | undefined): unknown => valueOfType(types, part, value as Json);
  const list = json as readonly Json[];
  const { tag, val } = json as { readonly tag: string; readonly val?: Json };
  switch (kind.tag) {
    case "record":
      return Object.fromEntries(
        kind.fields.map(({ name, type: part }) => [name, inner(part, (json as Record<string, Json>)[name])]),
      );
    case "tuple":
      return kind.types.map((part, index) => inner(part, list[index]));
    case "variant": {
      const part = kind.cases.find(({ name }) => name === tag)?.type;
      return part === undefined ? { tag } : { tag, val: inner(part, val) };
    }
    case "flags":
      return Object.fromEntries(kind.flags.map(({ name }, index) => [name, list.includes(index)]));
    case "option": {
      const nested = typeof kind.type === "number" && types[kind.type]?.kind.tag === "option";
      if (tag === "none") return nested ? { tag } : undefined;
      return nested ? { tag, val: inner(kind.type, val) } : inner(kind.type, val);
    }
    case "result": {
      const part = tag === "ok" ? kind.ok : kind.err;
      return { tag, val: part === undefined ? undefined : inner(part, val) };
    }
    case "list":
    case "fixed-length-list": {
      const values = list.map((value) => inner(kind.type, value));
      return arrays[kind.type]?.from(values as never) ?? values;
    }
    case "map":
      return new Map(
        (json as readonly [Json, Json][]).map(([key, value]) => [inner(kind.key, key), inner(kind.value, value)]),
      );
    default:
      return json;
  }
}
