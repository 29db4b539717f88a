import type { Type, TypeId, TypeKind } from "../model/types.ts";

/** How the references of a definition are rewritten. */
export interface KindMapper {
  /** A use of a type as a value, which for a resource means a handle to it. */
  readonly value: (type: Type) => Type;
  /** A reference to the definition itself, as in `type a = b`, `own<b>` and `borrow<b>`. */
  readonly definition: (id: TypeId) => TypeId;
}

/** A definition with every reference rewritten, in the order in which they are written. */
export function mapKind(kind: TypeKind, { value, definition }: KindMapper): TypeKind {
  switch (kind.tag) {
    case "record":
      return { tag: kind.tag, fields: kind.fields.map((field) => ({ ...field, type: value(field.type) })) };
    case "variant":
      return {
        tag: kind.tag,
        cases: kind.cases.map((item) => (item.type === undefined ? item : { ...item, type: value(item.type) })),
      };
    case "tuple":
      return { tag: kind.tag, types: kind.types.map(value) };
    case "option":
    case "list":
      return { tag: kind.tag, type: value(kind.type) };
    case "fixed-length-list":
      return { ...kind, type: value(kind.type) };
    case "map":
      return { tag: kind.tag, key: value(kind.key), value: value(kind.value) };
    case "stream":
    case "future":
      return kind.type === undefined ? kind : { tag: kind.tag, type: value(kind.type) };
    case "result": {
      const ok = kind.ok === undefined ? {} : { ok: value(kind.ok) };
      return { tag: kind.tag, ...ok, ...(kind.err === undefined ? {} : { err: value(kind.err) }) };
    }
    case "own":
    case "borrow":
      return { tag: kind.tag, resource: definition(kind.resource) };
    case "alias":
      return typeof kind.type === "string" ? kind : { tag: kind.tag, type: definition(kind.type) };
    case "enum":
    case "flags":
    case "resource":
      return kind;
  }
}
