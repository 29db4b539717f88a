/**
 * The first of two steps from syntax to model: a package on its own. Every name of the package is resolved to an id
 * within the package; items of other packages get placeholders, which come first in every arena. The second step,
 * `link-package.ts`, puts the package into the model and the real items in place of the placeholders.
 *
 * The order in which ids are given out here decides the ids of the finished model, so it follows wit-parser closely.
 */
import { formatPackageName } from "../model/names.ts";
import type { InterfaceId, PackageName, Span, Stability, TypeId, WorldId } from "../model/types.ts";
import { didYouMean } from "../suggestions/did-you-mean.ts";
import type { FileItem, Id, InterfaceItem, PackageHeader, Path, WorldItem } from "./ast.ts";
import type { DraftInterface, DraftWorld, LocalType } from "./draft.ts";
import { errorAt } from "./errors.ts";
import { stabilityOf } from "./gates.ts";
import { resolveInterface } from "./local-interfaces.ts";
import { type PathUse, pathsOf } from "./local-paths.ts";
import type { Scope } from "./local-scope.ts";
import { resolveWorld } from "./local-worlds.ts";
import { type Place, spanOf } from "./source.ts";
import { sortByDependency } from "./toposort.ts";
import type { Work } from "./work.ts";

/** A package as its files declare it. */
export interface PackageSyntax {
  readonly name: PackageName;
  readonly place: Place;
  readonly docs?: string;
  readonly files: readonly (readonly FileItem[])[];
}

/** An interface or world of the package, or a placeholder for one of another package. */
export type LocalItem =
  | { readonly tag: "interface"; readonly id: InterfaceId }
  | { readonly tag: "world"; readonly id: WorldId };

/** Another package, with what this one needs of it. */
export interface ForeignPackage {
  readonly name: PackageName;
  /** Where it is named first. */
  readonly place: Place;
  readonly items: Map<string, ForeignItem>;
}

export interface ForeignItem {
  readonly item: LocalItem;
  readonly place: Place;
  /** Stabilities of all the statements that name it. Where all are left out, it need not exist. */
  readonly stabilities: (Stability | undefined)[];
}

export class LocalPackage {
  readonly syntax: PackageSyntax;
  readonly work: Work;
  readonly types: LocalType[] = [];
  readonly interfaces: DraftInterface[] = [];
  readonly worlds: DraftWorld[] = [];
  readonly foreign: Map<string, ForeignPackage> = new Map();
  /** Handles whose target is a type of another package, which has to turn out a resource. */
  readonly requiredResources: { readonly type: TypeId; readonly span: Span; readonly name: string }[] = [];
  /** Names of each interface, as far as it is resolved. */
  readonly interfaceScopes: (Scope | undefined)[] = [];
  /** Types without a name, by their shape, so that `list<u8>` written twice is one type. */
  readonly anonymous: Map<string, TypeId> = new Map();
  /** For each type what its aliases end in: a resource, a type of another package (its id), or anything else. */
  readonly aliasEnds: ("resource" | "other" | TypeId)[] = [];
  readonly #items = new Map<string, LocalItem>();
  readonly #fileItems: Map<string, LocalItem>[] = [];

  constructor(syntax: PackageSyntax, work: Work) {
    this.syntax = syntax;
    this.work = work;
    const paths = syntax.files.map(pathsOf);
    for (const uses of paths) for (const use of uses) this.#declareForeign(use);
    const { interfaces, worlds } = this.#declareItems(paths);
    paths.forEach((uses, file) => {
      for (const use of uses) this.#declareForeignTypes(use, file);
    });
    for (const { item, id, file } of interfaces) resolveInterface(this, id, item, file);
    for (const { item, id, file } of worlds) resolveWorld(this, id, item, file);
  }

  addInterface(place: Place, name?: string): InterfaceId {
    const named = name === undefined ? {} : { name };
    this.interfaceScopes.push(undefined);
    return (
      this.interfaces.push({ ...named, package: -1, types: new Map(), functions: new Map(), span: spanOf(place) }) - 1
    );
  }

  addWorld(place: Place, name: string): WorldId {
    const lists = { imports: new Map(), exports: new Map(), includes: [] };
    return this.worlds.push({ name, package: -1, ...lists, span: spanOf(place) }) - 1;
  }

  /** What a path means in a file. */
  find(path: Path, file: number): LocalItem {
    const { item: id, package: header } = path;
    if (header !== undefined) return this.#foreignItem(header, id).item;
    const found = this.#fileItems[file]?.get(id.name) ?? this.#items.get(id.name);
    if (found === undefined)
      throw this.#unknownItem(id, [...(this.#fileItems[file]?.keys() ?? []), ...this.#items.keys()]);
    return found;
  }

  /** What a path means in a file, which must be an interface. */
  findInterface(path: Path, file: number): InterfaceId {
    const found = this.find(path, file);
    if (found.tag === "interface") return found.id;
    const { name, place } = path.item;
    throw errorAt(place, `"${name}" is a world, but an interface is needed here; a world can only be included`);
  }

  /** What a path means in a file, which must be a world. */
  findWorld(path: Path, file: number): WorldId {
    const found = this.find(path, file);
    if (found.tag === "world") return found.id;
    const { name, place } = path.item;
    throw errorAt(place, `"${name}" is an interface, but only worlds can be included; import or export it instead`);
  }

  #foreignItem(header: PackageHeader, id: Id): ForeignItem {
    const found = this.foreign.get(formatPackageName(packageNameOf(header)))?.items.get(id.name);
    if (found === undefined) throw new TypeError(`the path to ${id.name} was not declared`);
    return found;
  }

  /** Makes placeholders for interfaces and worlds of other packages. */
  #declareForeign({ path, attributes, wants }: PathUse): void {
    this.work.visited++;
    const { package: header, item: id } = path;
    if (header === undefined) return;
    const stability = stabilityOf(attributes);
    const name = packageNameOf(header);
    const key = formatPackageName(name);
    const owner = this.foreign.get(key) ?? { name, place: header.place, items: new Map() };
    this.foreign.set(key, owner);
    const known = owner.items.get(id.name);
    if (known !== undefined) known.stabilities.push(stability);
    else {
      const item = wants === "world" ? this.#foreignWorld(id) : this.#foreignInterface(id);
      owner.items.set(id.name, { item, place: id.place, stabilities: [stability] });
    }
  }

  #foreignWorld(id: Id): LocalItem {
    return { tag: "world", id: this.addWorld(id.place, id.name) };
  }

  #foreignInterface(id: Id): LocalItem {
    const found = this.addInterface(id.place);
    this.interfaceScopes[found] = new Map();
    return { tag: "interface", id: found };
  }

  /** Gives ids to the interfaces and worlds of the package, dependencies first. */
  #declareItems(paths: readonly PathUse[][]): Ordered {
    const declared = this.#collectItems();
    const order = this.#orderItems([...declared.values()], paths);
    const ordered: Ordered = { interfaces: [], worlds: [] };
    for (const { item, file } of order) {
      const { name, place } = item.name;
      if (item.tag === "interface") {
        const id = this.addInterface(place, name);
        ordered.interfaces.push({ item, id, file });
        this.#items.set(name, { tag: "interface", id });
      } else {
        const id = this.addWorld(place, name);
        ordered.worlds.push({ item, id, file });
        this.#items.set(name, { tag: "world", id });
      }
    }
    this.syntax.files.forEach((items) => {
      this.#fileItems.push(this.#fileScope(items));
    });
    return ordered;
  }

  #collectItems(): Map<string, Declared> {
    const declared = new Map<string, Declared>();
    this.syntax.files.forEach((items, file) => {
      const inFile = new Set<string>();
      for (const item of items) {
        this.work.visited++;
        const { name, place } = item.name;
        if (item.tag !== "use" && declared.has(name)) {
          throw errorAt(place, `the package already has an interface or world named "${name}"; rename one of them`);
        }
        if (inFile.has(name)) {
          throw errorAt(place, `the name "${name}" is already taken in this file; write "use … as other-name;"`);
        }
        inFile.add(name);
        if (item.tag !== "use") declared.set(name, { item, file });
      }
    });
    return declared;
  }

  #orderItems(declared: readonly Declared[], paths: readonly PathUse[][]): Declared[] {
    const numbers = new Map(declared.map(({ item }, index) => [item.name.name, index]));
    const dependencies: number[][] = declared.map(() => []);
    paths.forEach((uses, file) => {
      const aliases = topLevelAliases(this.syntax.files[file] ?? []);
      for (const { path, dependent } of uses) {
        if (dependent === undefined || path.package !== undefined) continue;
        const alias = aliases.get(path.item.name);
        if (alias !== undefined && alias.package !== undefined) continue;
        const target = numbers.get((alias ?? path).item.name);
        if (target === undefined) throw this.#unknownItem((alias ?? path).item, numbers.keys());
        dependencies[numbers.get(dependent.name) ?? 0]?.push(target);
      }
    });
    const sorted = sortByDependency(dependencies, this.work);
    if ("order" in sorted) return sorted.order.flatMap((index) => declared[index] ?? []);
    const [from, to] = [declared[sorted.cycle], declared[sorted.through]];
    if (from === undefined || to === undefined) throw new TypeError("a cycle must have members");
    throw errorAt(
      from.item.name.place,
      `"${from.item.name.name}" depends on itself${from === to ? "" : ` through "${to.item.name.name}"`}; move what both need into an interface of its own`,
    );
  }

  /** The names that a file can use: its own items and what it brings in with top-level `use`. */
  #fileScope(items: readonly FileItem[]): Map<string, LocalItem> {
    const scope = new Map<string, LocalItem>();
    for (const item of items) {
      const { item: target, package: header } = item.tag === "use" ? item.path : { item: item.name };
      const found = header === undefined ? this.#items.get(target.name) : this.#foreignItem(header, target).item;
      if (found === undefined) throw this.#unknownItem(target, this.#items.keys());
      scope.set(item.name.name, found);
    }
    return scope;
  }

  /** Makes placeholders for the types that are used from interfaces of other packages. */
  #declareForeignTypes({ path, names, attributes }: PathUse, file: number): void {
    if (names === undefined) return;
    const owner = this.findInterface(path, file);
    const draft = this.interfaces[owner];
    if (draft === undefined || draft.name !== undefined) return;
    const stability = stabilityOf(attributes);
    for (const { name } of names) {
      this.work.visited++;
      if (draft.types.has(name.name)) continue;
      const id = this.types.length;
      const gate = stability === undefined ? {} : { stability };
      this.types.push({
        name: name.name,
        kind: { tag: "unknown" },
        owner: { tag: "interface", id: owner },
        span: spanOf(name.place),
        ...gate,
      });
      this.aliasEnds.push(id);
      draft.types.set(name.name, id);
      this.interfaceScopes[owner]?.set(name.name, { type: id });
    }
  }

  #unknownItem({ name, place }: Id, names: Iterable<string>): Error {
    const hint = didYouMean(name, names) || "; items of other packages are written namespace:package/item";
    return errorAt(place, `there is no interface or world "${name}" here${hint}`);
  }
}

interface Declared {
  readonly item: InterfaceItem | WorldItem;
  readonly file: number;
}

interface Ordered {
  readonly interfaces: { readonly item: InterfaceItem; readonly id: InterfaceId; readonly file: number }[];
  readonly worlds: { readonly item: WorldItem; readonly id: WorldId; readonly file: number }[];
}

function topLevelAliases(items: readonly FileItem[]): Map<string, Path> {
  return new Map(items.flatMap((item) => (item.tag === "use" ? [[item.name.name, item.path]] : [])));
}

/** The name in a header or path. */
export function packageNameOf({ namespace, name, version }: PackageHeader): PackageName {
  return { namespace: namespace.name, name: name.name, ...(version === undefined ? {} : { version }) };
}
