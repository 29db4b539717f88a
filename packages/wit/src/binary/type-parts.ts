import type { Type, TypeKind } from "../model/types.ts";

/** One of the types or names that a type is made of, as messages speak of it. */
export interface TypePart {
  readonly what: string;
  readonly name: string;
  readonly type?: Type | undefined;
}

/** What the parts are called where there are several. */
export const partNames: Readonly<Partial<Record<TypeKind["tag"], string>>> = {
  record: "fields",
  variant: "cases",
  enum: "cases",
  flags: "flags",
  tuple: "types",
};

/** What a type is made of. */
export function typeParts(kind: TypeKind): readonly TypePart[] {
  switch (kind.tag) {
    case "record":
      return kind.fields.map(({ name, type }) => ({ what: "field", name, type }));
    case "variant":
      return kind.cases.map(({ name, type }) => ({ what: "case", name, type }));
    case "enum":
      return kind.cases.map(({ name }) => ({ what: "case", name }));
    case "flags":
      return kind.flags.map(({ name }) => ({ what: "flag", name }));
    case "tuple":
      return kind.types.map((type, index) => ({ what: "tuple field", name: String(index), type }));
    case "result":
      return [
        { what: "case", name: "ok", type: kind.ok },
        { what: "case", name: "err", type: kind.err },
      ];
    case "map":
      return [
        { what: "part", name: "key", type: kind.key },
        { what: "part", name: "value", type: kind.value },
      ];
    case "option":
    case "list":
    case "fixed-length-list":
    case "stream":
    case "future":
      return [{ what: kind.tag, name: "element", type: kind.type }];
    default:
      return [];
  }
}
