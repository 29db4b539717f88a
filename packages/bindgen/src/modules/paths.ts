import type { Package, Resolve } from "@witwire/wit/model";
import type { Unit } from "./unit.ts";

/**
 * Where the module of each unit goes: `namespace/package/name.ts`, with the version behind the package only where there
 * are several, so that a new version leaves the paths as they are.
 */
export function modulePaths(resolve: Resolve, units: readonly Unit[]): Map<Unit, string> {
  const taken = new Set<string>();
  const paths = new Map<Unit, string>();
  for (const unit of units) {
    const owner = packageOf(resolve, unit);
    const { namespace, name, version } = owner.name;
    const siblings = resolve.packages.filter((item) => item.name.namespace === namespace && item.name.name === name);
    const folder = siblings.length > 1 && version !== undefined ? `${name}@${version}` : name;
    const inline = unit.tag === "interface" && unit.world !== undefined;
    let path = `${namespace}/${folder}/${inline ? `${unit.world}.` : ""}${unit.label}`.toLowerCase();
    while (taken.has(path)) path += "_";
    taken.add(path);
    paths.set(unit, `${path}.ts`);
  }
  return paths;
}

/** The package that a unit belongs to. */
export function packageOf(resolve: Resolve, unit: Unit): Package {
  const item = unit.tag === "interface" ? resolve.interfaces[unit.id] : resolve.worlds[unit.id];
  const owner = item === undefined ? undefined : resolve.packages[item.package];
  if (owner === undefined) throw new RangeError(`the model has no ${unit.tag} ${unit.id}`);
  return owner;
}

/** How one module imports another. */
export function relativePath(from: string, to: string): string {
  const folders = from.split("/").slice(0, -1);
  const target = to.split("/");
  let shared = 0;
  while (shared < folders.length && shared < target.length - 1 && folders[shared] === target[shared]) shared++;
  const up = "../".repeat(folders.length - shared);
  return `${up === "" ? "./" : up}${target.slice(shared).join("/")}`;
}
