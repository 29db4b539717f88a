import type { Type, TypeKind } from "../model/types.ts";

/** The same type made of other types; the resource of a handle is replaced, too. */
export function mapChildTypes(
  kind: TypeKind,
  map: (type: Type) => Type,
  mapHandle: (resource: number) => number,
): TypeKind {
  switch (kind.tag) {
    case "record":
      return { ...kind, fields: kind.fields.map((field) => ({ ...field, type: map(field.type) })) };
    case "tuple":
      return { ...kind, types: kind.types.map(map) };
    case "variant":
      return {
        ...kind,
        cases: kind.cases.map((item) => (item.type === undefined ? item : { ...item, type: map(item.type) })),
      };
    case "option":
    case "list":
    case "fixed-length-list":
    case "alias":
      return { ...kind, type: map(kind.type) };
    case "result": {
      const { ok, err } = kind;
      return { ...kind, ...(ok !== undefined && { ok: map(ok) }), ...(err !== undefined && { err: map(err) }) };
    }
    case "map":
      return { ...kind, key: map(kind.key), value: map(kind.value) };
    case "stream":
    case "future":
      return kind.type === undefined ? kind : { ...kind, type: map(kind.type) };
    case "own":
    case "borrow":
      return { ...kind, resource: mapHandle(kind.resource) };
    default:
      return kind;
  }
}
