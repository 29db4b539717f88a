import type { WorldEntry, WorldId, WorldItem } from "../model/types.ts";
import { didYouMean } from "../suggestions/did-you-mean.ts";
import { Cloner } from "./clone.ts";
import { type DraftEntries, type DraftInclude, type DraftWorld, entryKey } from "./draft.ts";
import type { ModelBuilder } from "./model-builder.ts";

type Renames = ReadonlyMap<string, string>;

/** Copies the imports and exports of one world into another. Types and inline interfaces are copied with them. */
export function includeWorld(model: ModelBuilder, into: WorldId, from: WorldId, include: DraftInclude): void {
  const [target, source] = [model.worlds[into], model.worlds[from]];
  if (target === undefined || source === undefined) throw new TypeError("an include must lead from world to world");
  checkRenames(model, source, include);
  const renames: Renames = new Map([...include.renames].reverse().map(({ name, as }) => [name, as]));
  const owners = { from: { tag: "world", id: from }, into: { tag: "world", id: into } } as const;
  const cloner = new Cloner(model, owners, target.package);
  for (const direction of ["imports", "exports"] as const) {
    for (const entry of source[direction].values()) {
      includeEntry(model, cloner, renames, { target, source, direction, entry, include });
    }
  }
}

interface Inclusion {
  readonly target: DraftWorld;
  readonly source: DraftWorld;
  readonly direction: "imports" | "exports";
  readonly entry: WorldEntry;
  readonly include: DraftInclude;
}

function includeEntry(model: ModelBuilder, cloner: Cloner, renames: Renames, inclusion: Inclusion): void {
  const { target, direction, entry, include } = inclusion;
  const entries = target[direction];
  if (entry.name === undefined) {
    mergeInterface(model, entries, inclusion);
    return;
  }
  const name = renamed(entry.name, renames) ?? entry.name;
  const item = withName(model, cloner.item(entry.item), name);
  if (entries.has(name)) {
    throw model.fail(
      include.span,
      `the world "${target.name}" already has "${name}" among its ${direction}; rename it with "include … with { ${name} as other-name }"`,
    );
  }
  model.setEntry(entries, { name, item });
}

/** An interface that is there already stays where it is; its gate must agree with the included one. */
function mergeInterface(model: ModelBuilder, entries: DraftEntries, inclusion: Inclusion): void {
  const { entry, target, source, include } = inclusion;
  const known = entries.get(entryKey(entry)) ?? entry;
  if (entry.item.tag !== "interface" || known.item.tag !== "interface") {
    throw new TypeError("only interfaces can be without a name in a world");
  }
  const from = entry.item.stability;
  const { stability: into, ...item } = known.item;
  let stability = into ?? from;
  if (target.package !== source.package && from?.tag === "stable") stability = undefined;
  else if (from !== undefined && into !== undefined && !sameStability(from, into)) {
    throw model.fail(
      include.span,
      `the included world and "${target.name}" gate the same interface differently; give both the same gate`,
    );
  }
  model.setEntry(entries, { ...known, item: { ...item, ...(stability === undefined ? {} : { stability }) } });
}

function sameStability(a: object, b: object): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Items carry their names themselves, too. */
function withName(model: ModelBuilder, item: WorldItem, name: string): WorldItem {
  if (item.tag === "function") return { tag: "function", func: { ...item.func, name } };
  const def = item.tag === "type" ? model.types[item.id] : undefined;
  if (def !== undefined) model.types[item.id] = { ...def, name };
  return item;
}

/** `a` renames `a`, the resource in `[method]a.b` and the resource in `[constructor]a`. */
function renamed(name: string, renames: Renames): string | undefined {
  const direct = renames.get(name);
  if (direct !== undefined) return direct;
  const found = /^(\[[a-z]+\])([^.]*)(.*)$/.exec(name);
  const resource = renames.get(found?.[2] ?? "");
  return found === null || resource === undefined ? undefined : `${found[1]}${resource}${found[3]}`;
}

function checkRenames(model: ModelBuilder, source: DraftWorld, { renames, span }: DraftInclude): void {
  if (renames.length === 0) return;
  const names = new Set<string>();
  for (const { name } of [...source.imports.values(), ...source.exports.values()]) {
    model.work.visited++;
    if (name === undefined) continue;
    names.add(name.replace(/^\[[a-z]+\]/, "").replace(/\..*$/, ""));
  }
  for (const { name } of renames) {
    if (names.has(name)) continue;
    const hint = didYouMean(name, names) || "; imports and exports named by an interface's id cannot be renamed";
    throw model.fail(span, `the included world "${source.name}" has no import or export named "${name}"${hint}`);
  }
}

/** Refuses names of imports, or of exports, that are equal but for upper and lower case. */
export function checkWorldNames(model: ModelBuilder, world: DraftWorld): void {
  for (const direction of ["imports", "exports"] as const) {
    const seen = new Map<string, string>();
    for (const { name } of world[direction].values()) {
      model.work.visited++;
      if (name === undefined) continue;
      const known = seen.get(name.toLowerCase());
      if (known !== undefined && known !== name) {
        throw model.fail(
          world.span,
          `"${name}" and "${known}" differ only in upper and lower case, which does not tell them apart among the ${direction} of the world "${world.name}"; rename one of them`,
        );
      }
      seen.set(name.toLowerCase(), name);
    }
  }
}
