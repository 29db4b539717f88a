import {
  type PrimitiveType,
  type Resolve,
  resolveAlias,
  type Type,
  type TypeId,
  type TypeKind,
} from "../model/index.ts";

/** A type with every alias followed: what a parser or printer switches on. */
export type ResolvedType = { readonly tag: PrimitiveType } | Exclude<TypeKind, { readonly tag: "alias" }>;

/** Follows aliases down to a primitive or a definition. @throws RangeError where the model has no such type. */
export function resolveType(resolve: Resolve, type: Type): ResolvedType {
  if (typeof type === "string") return { tag: type };
  const kind = resolve.types[resolveAlias(resolve, type)]?.kind;
  if (kind === undefined) throw new RangeError(`the model has no type ${type}`);
  return kind.tag === "alias" ? resolveType(resolve, kind.type) : kind;
}

/** A type as an error message calls it: `u8`, `record point`, `list<option<point>>`. */
export function describeType(resolve: Resolve, type: Type): string {
  const kind = resolveType(resolve, type);
  const name = definedName(resolve, type);
  switch (kind.tag) {
    case "record":
    case "variant":
    case "enum":
    case "flags":
    case "resource":
      return name === undefined ? `a ${kind.tag}` : `${kind.tag} ${name}`;
    default:
      return typeName(resolve, type);
  }
}

/** A type as WIT writes its use. Cut off after a few levels, for it is read by people. */
export function typeName(resolve: Resolve, type: Type, depth = 4): string {
  if (typeof type === "string") return type;
  const kind = resolveType(resolve, type);
  if (depth === 0) return "…";
  const inner = (part: Type | undefined): string => (part === undefined ? "_" : typeName(resolve, part, depth - 1));
  switch (kind.tag) {
    case "tuple":
      return `tuple<${kind.types.map(inner).join(", ")}>`;
    case "option":
    case "list":
      return `${kind.tag}<${inner(kind.type)}>`;
    case "stream":
    case "future":
      return kind.type === undefined ? kind.tag : `${kind.tag}<${inner(kind.type)}>`;
    case "fixed-length-list":
      return `list<${inner(kind.type)}, ${kind.length}>`;
    case "map":
      return `map<${inner(kind.key)}, ${inner(kind.value)}>`;
    case "result":
      if (kind.ok === undefined && kind.err === undefined) return "result";
      return kind.err === undefined ? `result<${inner(kind.ok)}>` : `result<${inner(kind.ok)}, ${inner(kind.err)}>`;
    case "own":
    case "borrow":
      return `${kind.tag}<${definedName(resolve, kind.resource) ?? "_"}>`;
    default:
      return definedName(resolve, type) ?? kind.tag;
  }
}

/** The name behind aliases; of an anonymous definition, that of the outermost alias. */
function definedName(resolve: Resolve, type: Type): string | undefined {
  if (typeof type === "string") return undefined;
  const target: TypeId = resolveAlias(resolve, type);
  return resolve.types[target]?.name ?? resolve.types[type]?.name;
}
