import { formatPackageName } from "../model/names.ts";
import type { InterfaceId, PackageName, WorldId } from "../model/types.ts";
import { didYouMean, nearestName } from "../suggestions/did-you-mean.ts";
import type { DraftPackage } from "./draft.ts";
import { errorAt } from "./errors.ts";
import type { PackageLinker } from "./link-package.ts";
import type { ForeignItem, ForeignPackage } from "./local-package.ts";
import { spanOf } from "./source.ts";

/** Finds the real items behind the placeholders of a package. They are the first of its interfaces, worlds and types. */
export function linkForeign(linker: PackageLinker): void {
  const interfaces: (InterfaceId | undefined)[] = [];
  const worlds: (WorldId | undefined)[] = [];
  for (const foreign of linker.local.foreign.values()) {
    const found = findPackage(linker, foreign);
    for (const [name, item] of foreign.items) {
      const enabled = item.stabilities.some((stability) => linker.includes(stability, spanOf(item.place)));
      const into = item.item.tag === "interface" ? interfaces : worlds;
      into[item.item.id] = enabled ? findItem(found, name, item) : undefined;
    }
  }
  for (const id of interfaces) linker.interfaces.push(id);
  for (const id of worlds) linker.worlds.push(id);
  linkTypes(linker);
  checkResources(linker);
}

function findPackage(linker: PackageLinker, { name, place }: ForeignPackage): DraftPackage {
  const { model } = linker;
  const wanted = formatPackageName(name);
  const id = model.packageIds.get(wanted);
  const found = id === undefined ? undefined : model.packages[id];
  if (found !== undefined) return found;
  throw errorAt(place, `the package ${wanted} was not found; ${wayOut(name, model.given)}`);
}

function wayOut(wanted: PackageName, given: readonly PackageName[]): string {
  const sameNamespace = given.filter(({ namespace }) => namespace === wanted.namespace);
  const versions = sameNamespace.filter(({ name }) => name === wanted.name).map(formatPackageName);
  if (versions.length > 0) return `there is ${versions.slice(0, 5).join(", ")}, so adjust the version`;
  const nearest = nearestName(
    wanted.name,
    sameNamespace.map(({ name }) => name),
  );
  const found = sameNamespace.find(({ name }) => name === nearest);
  return found === undefined ? "add it to the dependencies" : `did you mean "${formatPackageName(found)}"?`;
}

function findItem(found: DraftPackage, name: string, { item, place }: ForeignItem): number {
  const [here, there] = item.tag === "interface" ? [found.interfaces, found.worlds] : [found.worlds, found.interfaces];
  const id = here.get(name);
  if (id !== undefined) return id;
  const hint = there.has(name)
    ? `; it is ${item.tag === "interface" ? "a world" : "an interface"} there`
    : didYouMean(name, here.keys());
  throw errorAt(place, `the package ${formatPackageName(found.name)} has no ${item.tag} "${name}"${hint}`);
}

function linkTypes(linker: PackageLinker): void {
  const { model, local } = linker;
  for (const type of local.types) {
    if (type.kind.tag !== "unknown") return;
    if (!linker.includes(type.stability, type.span)) {
      linker.types.push(undefined);
      continue;
    }
    const owner = linker.mapInterface(type.owner?.id ?? -1, type.span);
    const draft = model.interfaces[owner];
    const id = draft?.types.get(type.name ?? "");
    if (id === undefined) {
      const hint = didYouMean(type.name ?? "", draft?.types.keys() ?? []);
      throw model.fail(type.span, `the interface "${draft?.name}" has no type "${type.name}"${hint}`);
    }
    linker.types.push(id);
  }
}

function checkResources(linker: PackageLinker): void {
  for (const { type, span, name } of linker.local.requiredResources) {
    const id = linker.types[type];
    // A type that is left out is an error at its first use anyway.
    if (id !== undefined && !linker.model.isResource(id)) {
      throw linker.model.fail(
        span,
        `"${name}" is not a resource; "own" and "borrow" take only resources, so use it as it is`,
      );
    }
  }
}
