import type { Func, PackageId, PackageName, Resolve, TypeId } from "./types.ts";

/** `namespace:name`, with `@version` where there is one. */
export function formatPackageName(name: PackageName): string {
  return `${name.namespace}:${name.name}${name.version === undefined ? "" : `@${name.version}`}`;
}

/** `namespace:package/item@version`: how interfaces and worlds are named on the wire and in components. */
export function qualifiedName(
  resolve: { readonly packages: readonly { readonly name: PackageName }[] },
  item: { readonly name?: string; readonly package: PackageId },
  localName: string | undefined = item.name,
): string {
  const owner = resolve.packages[item.package];
  if (owner === undefined) throw new RangeError(`the model has no package ${item.package}`);
  const { namespace, name, version } = owner.name;
  return `${namespace}:${name}/${localName ?? ""}${version === undefined ? "" : `@${version}`}`;
}

/**
 * The name of a function on the wire: the WIT name without its annotation, so `[method]bucket.get` is `bucket.get` and
 * `[constructor]bucket` is `bucket`.
 */
export function wireFunctionName(func: Func): string {
  const close = func.name.indexOf("]");
  return func.name.startsWith("[") && close > 0 ? func.name.slice(close + 1) : func.name;
}

/**
 * A kebab-case WIT name as a JavaScript property: `get-JSON` becomes `getJson`. A name that would make an object look
 * like a promise (`then`) gets a trailing underscore.
 */
export function camelCase(name: string): string {
  const words = name.split("-");
  const joined = words.map((word, index) => (index === 0 ? word.toLowerCase() : capitalize(word))).join("");
  return joined === "then" ? "then_" : joined;
}

/** A kebab-case WIT name as a JavaScript class: `blob-store` becomes `BlobStore`. */
export function pascalCase(name: string): string {
  return name.split("-").map(capitalize).join("");
}

function capitalize(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1).toLowerCase();
}

/** Follows `type a = b` and `use` until a definition that is not an alias. */
export function resolveAlias(resolve: Pick<Resolve, "types">, id: TypeId): TypeId {
  let current = id;
  for (let steps = 0; steps <= resolve.types.length; steps++) {
    const def = resolve.types[current];
    if (def === undefined) throw new RangeError(`the model has no type ${current}`);
    if (def.kind.tag !== "alias" || typeof def.kind.type === "string") return current;
    current = def.kind.type;
  }
  throw new RangeError(`type ${id} is an alias of itself`);
}
