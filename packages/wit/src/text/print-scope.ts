import { formatPackageName } from "../model/names.ts";
import type { Interface, InterfaceId, PackageId, Resolve, TypeDef, TypeId } from "../model/types.ts";
import { printName } from "./print-docs.ts";

/** The definition of a type. @throws RangeError where the model has none. */
export function resolveTypeDef(resolve: Resolve, id: TypeId): TypeDef {
  const def = resolve.types[id];
  if (def === undefined) throw new RangeError(`the model has no type ${id}`);
  return def;
}

/** The interface. @throws RangeError where the model has none. */
export function resolveInterface(resolve: Resolve, id: InterfaceId): Interface {
  const found = resolve.interfaces[id];
  if (found === undefined) throw new RangeError(`the model has no interface ${id}`);
  return found;
}

/** How an interface is named from within a package: with its package where that is another one. */
export function printPath(resolve: Resolve, id: InterfaceId, from: PackageId): string {
  const found = resolveInterface(resolve, id);
  const name = printName(found.name ?? "");
  if (found.package === from) return name;
  const owner = resolve.packages[found.package];
  if (owner === undefined) throw new RangeError(`the model has no package ${found.package}`);
  const { namespace, name: packageName, version } = owner.name;
  const suffix = version === undefined ? "" : `@${version}`;
  return `${printName(namespace)}:${printName(packageName)}/${name}${suffix}`;
}

/** The name of a package as it stands in its header. */
export function printPackageName(resolve: Resolve, id: PackageId): string {
  const found = resolve.packages[id];
  if (found === undefined) throw new RangeError(`the model has no package ${id}`);
  const { namespace, name } = found.name;
  return formatPackageName({ ...found.name, namespace: printName(namespace), name: printName(name) });
}
