import type { Type, TypeId, TypeKind } from "../model/types.ts";

/** The same shape with other types in it, and without places in sources. */
export function mapKind(kind: TypeKind, map: (type: Type) => Type): TypeKind {
  const payload = (type: Type | undefined): { readonly type?: Type } => (type === undefined ? {} : { type: map(type) });
  const label = ({
    name,
    docs,
  }: {
    readonly name: string;
    readonly docs?: string;
  }): { name: string; docs?: string } => ({
    name,
    ...(docs === undefined ? {} : { docs }),
  });
  switch (kind.tag) {
    case "record":
      return { tag: "record", fields: kind.fields.map((field) => ({ ...label(field), type: map(field.type) })) };
    case "variant":
      return { tag: "variant", cases: kind.cases.map((item) => ({ ...label(item), ...payload(item.type) })) };
    case "enum":
      return { tag: "enum", cases: kind.cases.map(label) };
    case "flags":
      return { tag: "flags", flags: kind.flags.map(label) };
    case "tuple":
      return { tag: "tuple", types: kind.types.map(map) };
    case "result":
      return {
        tag: "result",
        ...(kind.ok === undefined ? {} : { ok: map(kind.ok) }),
        ...(kind.err === undefined ? {} : { err: map(kind.err) }),
      };
    case "map":
      return { tag: "map", key: map(kind.key), value: map(kind.value) };
    case "stream":
    case "future":
      return { tag: kind.tag, ...payload(kind.type) };
    case "own":
    case "borrow":
      return { tag: kind.tag, resource: map(kind.resource) as TypeId };
    case "resource":
      return { tag: "resource" };
    default:
      return { ...kind, type: map(kind.type) };
  }
}
