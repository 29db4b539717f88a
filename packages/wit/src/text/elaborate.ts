/**
 * Completes worlds: interfaces that imports and exports need are imported too, and everything is put in an order in
 * which each item comes after what it refers to.
 */
import { qualifiedName } from "../model/names.ts";
import type { InterfaceId, WorldEntry } from "../model/types.ts";
import { type DraftEntries, type DraftWorld, entryKey, interfaceKey } from "./draft.ts";
import type { ModelBuilder } from "./model-builder.ts";

type InterfaceEntry = WorldEntry & { readonly item: { readonly tag: "interface" } };

/** Adds what a world needs implicitly, and sorts its imports: interfaces, types, functions, methods. */
export function elaborateWorld(model: ModelBuilder, world: DraftWorld): void {
  const imports: DraftEntries = new Map();
  for (const entry of sorted(model, world.imports.values())) {
    const { item } = entry;
    if (item.tag === "interface") addImport(model, imports, { ...entry, item });
    else {
      const from = item.tag === "type" ? model.usedFrom(item.id) : undefined;
      if (item.tag === "type" && from !== undefined) {
        const stability = model.types[item.id]?.stability;
        addImport(model, imports, implied(from, stability === undefined ? {} : { stability }));
      }
      model.setEntry(imports, entry);
    }
  }
  const exports: DraftEntries = new Map();
  for (const entry of world.exports.values()) if (entry.item.tag !== "interface") model.setEntry(exports, entry);
  new Exports(model, world, imports, exports).add();
  world.imports = new Map(sorted(model, imports.values()).map((entry) => [entryKey(entry), entry]));
  world.exports = exports;
}

function implied(
  id: InterfaceId,
  head: Partial<Pick<InterfaceEntry["item"], "stability" | "externalId">>,
): InterfaceEntry {
  return { item: { tag: "interface", id, ...head } };
}

/** Sorts by class; within one, the order given is right already. */
function sorted(model: ModelBuilder, entries: Iterable<WorldEntry>): WorldEntry[] {
  const classes: WorldEntry[][] = [[], [], [], [], []];
  for (const entry of entries) {
    model.work.visited++;
    classes[classOf(model, entry)]?.push(entry);
  }
  return classes.flat();
}

function classOf(model: ModelBuilder, { item }: WorldEntry): number {
  switch (item.tag) {
    case "interface":
      return 0;
    case "type":
      return model.usedFrom(item.id) === undefined ? 2 : 1;
    case "function":
      return item.func.kind.tag === "freestanding" ? 3 : 4;
  }
}

/** An interface on the way into a world: its dependencies, and how many of them have been looked at. */
interface Visit {
  readonly entry: InterfaceEntry;
  readonly dependencies: readonly InterfaceId[];
  next: number;
}

/** Adds an import after everything that it depends on. A stack of its own, for chains of interfaces may be long. */
function addImport(model: ModelBuilder, imports: DraftEntries, entry: InterfaceEntry): void {
  if (imports.has(entryKey(entry))) return;
  const { stability } = entry.item;
  const head = stability === undefined ? {} : { stability };
  const stack: Visit[] = [{ entry, dependencies: model.dependenciesOf(entry.item.id), next: 0 }];
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const dependency = top.dependencies[top.next++];
    if (dependency === undefined) {
      model.setEntry(imports, top.entry);
      stack.pop();
    } else if (!imports.has(interfaceKey(dependency))) {
      stack.push({ entry: implied(dependency, head), dependencies: model.dependenciesOf(dependency), next: 0 });
    }
  }
}

/**
 * Adds the exported interfaces of a world. What they depend on is exported where the world exports it and imported
 * otherwise, and never both: an interface that is reached through an import must not be exported as well, for then
 * its types would exist twice and nobody could say which are meant.
 */
class Exports {
  readonly #model: ModelBuilder;
  readonly #world: DraftWorld;
  readonly #imports: DraftEntries;
  readonly #exports: DraftEntries;
  readonly #wanted = new Map<string, InterfaceEntry>();
  /** Interfaces that exports need as imports. */
  readonly #required = new Set<InterfaceId>();

  constructor(model: ModelBuilder, world: DraftWorld, imports: DraftEntries, exports: DraftEntries) {
    this.#model = model;
    this.#world = world;
    this.#imports = imports;
    this.#exports = exports;
    for (const entry of world.exports.values()) {
      const { item } = entry;
      if (item.tag === "interface") this.#wanted.set(entryKey(entry), { ...entry, item });
    }
  }

  add(): void {
    for (const entry of this.#wanted.values()) this.#addOne(entry);
  }

  #addOne(root: InterfaceEntry): void {
    const stack: ExportVisit[] = [];
    this.#enter(stack, root, true, root);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const dependency = top.dependencies[top.next++];
      if (dependency === undefined) {
        stack.pop();
        this.#leave(top, root);
        continue;
      }
      const { stability, externalId } = top.entry.item;
      const head = {
        ...(stability === undefined ? {} : { stability }),
        ...(externalId === undefined ? {} : { externalId }),
      };
      const exported = top.exported && this.#wanted.has(interfaceKey(dependency));
      this.#enter(stack, implied(dependency, head), exported, root);
    }
  }

  #enter(stack: ExportVisit[], entry: InterfaceEntry, exported: boolean, root: InterfaceEntry): void {
    this.#model.work.visited++;
    if (this.#exports.has(entryKey(entry))) {
      if (!exported) throw this.#conflict(root, entry);
      return;
    }
    if (!exported && this.#required.has(entry.item.id)) return;
    stack.push({ entry, exported, dependencies: this.#model.dependenciesOf(entry.item.id), next: 0 });
  }

  #leave({ entry, exported }: ExportVisit, root: InterfaceEntry): void {
    const { id } = entry.item;
    if (exported) {
      if (this.#required.has(id)) throw this.#conflict(root, entry);
      this.#model.setEntry(this.#exports, entry);
    } else {
      this.#required.add(id);
      if (!this.#imports.has(entryKey(entry))) this.#model.setEntry(this.#imports, entry);
    }
  }

  #conflict(root: InterfaceEntry, entry: InterfaceEntry): Error {
    const conflict = this.#nameOf(entry);
    return this.#model.fail(
      this.#world.span,
      `the export "${this.#nameOf(root)}" of the world "${this.#world.name}" needs "${conflict}" both imported and exported; export every interface in between as well, or do not export "${conflict}"`,
    );
  }

  #nameOf(entry: InterfaceEntry): string {
    const draft = this.#model.interfaces[entry.item.id];
    if (entry.name !== undefined || draft?.name === undefined) return entry.name ?? "";
    return qualifiedName(this.#model, draft);
  }
}

interface ExportVisit extends Visit {
  readonly exported: boolean;
}
