import type { Type, TypeKind } from "./types.ts";

/** The types that a type is made of, in order; a handle is not made of its resource. */
export function childTypes(kind: TypeKind): readonly Type[] {
  switch (kind.tag) {
    case "record":
      return kind.fields.map((field) => field.type);
    case "tuple":
      return kind.types;
    case "variant":
      return kind.cases.flatMap((item) => (item.type === undefined ? [] : [item.type]));
    case "option":
    case "list":
    case "fixed-length-list":
    case "alias":
      return [kind.type];
    case "result":
      return [kind.ok, kind.err].filter((type) => type !== undefined);
    case "map":
      return [kind.key, kind.value];
    case "stream":
    case "future":
      return kind.type === undefined ? [] : [kind.type];
    case "enum":
    case "flags":
    case "resource":
    case "own":
    case "borrow":
      return [];
  }
}

/** The types that a type refers to, in order: those it is made of, and the resource of a handle. */
export function referencesOf(kind: TypeKind): readonly Type[] {
  return kind.tag === "own" || kind.tag === "borrow" ? [kind.resource] : childTypes(kind);
}
