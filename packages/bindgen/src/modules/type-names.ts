import { pascalCase, type Resolve, type TypeId, typeDef } from "@witwire/wit/model";
import type { TypeTraits } from "../model/traits.ts";
import type { NameScope } from "../naming/name-scope.ts";
import { globalTypes } from "../naming/reserved.ts";
import { viewSuffix, viewsOf } from "../types/view.ts";
import { typesOf, type Unit } from "./unit.ts";

/** What a module calls its types: by id, then by what stands behind the base name (`""`, `Input`, `HandlerClass`, …). */
export type TypeNames = ReadonlyMap<TypeId, ReadonlyMap<string, string>>;

/** Further types of a resource that is defined in the module. */
export const resourceSuffixes = ["Class", "HandlerClass", "HandlerFactory"] as const;

/** Gives the types of a module their plain names. These come first, so that nothing derived can take them. */
export function namePlainTypes(resolve: Resolve, unit: Unit, scope: NameScope): Map<TypeId, Map<string, string>> {
  const names = new Map<TypeId, Map<string, string>>();
  for (const [name, id] of typesOf(resolve, unit)) {
    if (!names.has(id)) names.set(id, new Map([["", scope.declare(baseName(name, unit))]]));
  }
  return names;
}

/** Adds the names of further forms. */
export function nameDerivedTypes(
  resolve: Resolve,
  names: Map<TypeId, Map<string, string>>,
  traits: TypeTraits,
  scope: NameScope,
): TypeNames {
  for (const [id, own] of names) {
    const base = own.get("") ?? "";
    const suffixes = new Set(viewsOf(traits.of(id)).map((view) => viewSuffix(traits.of(id), view)));
    if (typeDef(resolve, id).kind.tag === "resource") for (const suffix of resourceSuffixes) suffixes.add(suffix);
    for (const suffix of suffixes) if (suffix !== "") own.set(suffix, scope.declare(`${base}${suffix}`));
  }
  return names;
}

/** `error` of the interface `store` is `StoreError`, since `Error` means something else already. */
function baseName(name: string, unit: Unit): string {
  const base = pascalCase(name);
  return globalTypes.has(base) ? `${pascalCase(unit.label)}${base}` : base;
}
