import type { PackageId, PackageName, Resolve, TypeId } from "../model/types.ts";
import { sortByDependency } from "./toposort.ts";
import { compareVersions } from "./version.ts";
import { Work } from "./work.ts";

/** Orders packages by namespace, name and version; one without a version comes first. */
export function comparePackageNames(a: PackageName, b: PackageName): number {
  if (a.namespace !== b.namespace) return a.namespace < b.namespace ? -1 : 1;
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  if (a.version === undefined || b.version === undefined) {
    return Number(a.version !== undefined) - Number(b.version !== undefined);
  }
  return compareVersions(a.version, b.version);
}

/** The packages of a model, each after those it depends on, otherwise by name: an order that ids have no part in. */
export function packageOrder(resolve: Resolve): PackageId[] {
  const ids = resolve.packages.map((_, id) => id);
  const byName = ids.sort((a, b) => comparePackageNames(nameOf(resolve, a), nameOf(resolve, b)));
  const position = new Map(byName.map((id, index) => [id, index]));
  const dependencies = byName.map(() => new Set<number>());
  eachDependency(resolve, (from, to) => {
    if (from !== to) dependencies[position.get(from) ?? 0]?.add(position.get(to) ?? 0);
  });
  const sorted = sortByDependency(
    dependencies.map((edges) => [...edges]),
    new Work(),
  );
  if (!("order" in sorted)) throw new RangeError("the packages of the model depend on each other in a circle");
  return sorted.order.flatMap((index) => byName[index] ?? []);
}

function eachDependency(resolve: Resolve, found: (from: PackageId, to: PackageId) => void): void {
  const ownerOf = (id: TypeId): PackageId | undefined => {
    const owner = resolve.types[id]?.owner;
    return owner && (owner.tag === "interface" ? resolve.interfaces : resolve.worlds)[owner.id]?.package;
  };
  resolve.types.forEach(({ kind }, id) => {
    const from = ownerOf(id);
    const to = kind.tag === "alias" && typeof kind.type === "number" ? ownerOf(kind.type) : undefined;
    if (from !== undefined && to !== undefined) found(from, to);
  });
  for (const world of resolve.worlds) {
    for (const { item } of [...world.imports, ...world.exports]) {
      const to = item.tag === "interface" ? resolve.interfaces[item.id]?.package : undefined;
      if (to !== undefined) found(world.package, to);
    }
  }
}

function nameOf(resolve: Resolve, id: PackageId): PackageName {
  const found = resolve.packages[id];
  if (found === undefined) throw new RangeError(`the model has no package ${id}`);
  return found.name;
}
