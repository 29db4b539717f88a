import type { Type, TypeKind } from "../model/types.ts";
import type { TypeArena } from "./type-arena.ts";

/** CanonicalABI.md, "Flattening". */
export const maxFlatParams = 16;
export const maxFlatAsyncParams = 4;

/**
 * The core types that values of these types are passed as, in a 32-bit memory; nothing where they are more than `most`,
 * which is at most {@link maxFlatParams}.
 */
export function flattenTypes(arena: TypeArena, types: readonly Type[], most: number): readonly string[] | undefined {
  let count = 0;
  for (const type of types) {
    count += arena.layout(type).flat;
    if (count > most) return undefined;
  }
  return types.flatMap((type) => flatten(arena, type));
}

function flatten(arena: TypeArena, type: Type): readonly string[] {
  const target = arena.target(type);
  if (typeof target === "string") {
    switch (target) {
      case "s64":
      case "u64":
        return ["i64"];
      case "f32":
      case "f64":
        return [target];
      case "string":
        return ["i32", "i32"];
      default:
        return ["i32"];
    }
  }
  return arena.cachedFlat(target, () => flattenKind(arena, arena.kind(target)));
}

function flattenKind(arena: TypeArena, kind: TypeKind): readonly string[] {
  switch (kind.tag) {
    case "record":
      return kind.fields.flatMap((field) => flatten(arena, field.type));
    case "tuple":
      return kind.types.flatMap((type) => flatten(arena, type));
    case "variant":
      return flattenCases(
        arena,
        kind.cases.map((item) => item.type),
      );
    case "option":
      return flattenCases(arena, [kind.type]);
    case "result":
      return flattenCases(arena, [kind.ok, kind.err]);
    case "list":
    case "map":
      return ["i32", "i32"];
    case "fixed-length-list": {
      const element = flatten(arena, kind.type);
      return Array.from({ length: kind.length }, () => element).flat();
    }
    default:
      return ["i32"];
  }
}

function flattenCases(arena: TypeArena, cases: readonly (Type | undefined)[]): readonly string[] {
  const payload: string[] = [];
  for (const type of cases) {
    if (type === undefined) continue;
    flatten(arena, type).forEach((core, index) => {
      const other = payload[index];
      payload[index] = other === undefined ? core : join(other, core);
    });
  }
  return ["i32", ...payload];
}

/** The core type that holds either of two. */
function join(a: string, b: string): string {
  if (a === b) return a;
  return (a === "i32" && b === "f32") || (a === "f32" && b === "i32") ? "i32" : "i64";
}
