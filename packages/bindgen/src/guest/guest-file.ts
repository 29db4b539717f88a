import {
  camelCase,
  type InterfaceId,
  qualifiedName,
  type Resolve,
  type TypeId,
  typeDef,
  type WorldId,
} from "@witwire/wit/model";
import { TypeTraits } from "../model/traits.ts";
import { functionsOf, listUnits, type Unit, unitKey } from "../modules/unit.ts";
import { type Doc, hardline, join } from "../text/doc.ts";
import { fileText } from "../text/source-file.ts";
import { block } from "../text/syntax.ts";
import { type References, TypeWriter } from "../types/type-writer.ts";
import { guestDialect } from "./guest-dialect.ts";
import { GuestFunctionWriter, imported } from "./guest-functions.ts";
import { GuestModule, type GuestWorkspace } from "./guest-module.ts";

/** Where the types of a guest go. */
export const guestPath = "guest.d.ts";

/** The modules that a component of a world imports, and the types of what it has to export. */
export function guestFile(resolve: Resolve, world: WorldId): string {
  return new Guest(resolve, world).text();
}

class Guest implements GuestWorkspace {
  readonly resolve: Resolve;
  readonly traits: TypeTraits;
  readonly #world: WorldId;
  readonly #modules = new Map<string, GuestModule>();
  readonly #units: ReadonlyMap<string, Unit>;
  /** Further names under which interfaces are imported. */
  readonly #aliases: Doc[] = [];

  constructor(resolve: Resolve, world: WorldId) {
    this.resolve = resolve;
    this.traits = new TypeTraits(resolve);
    this.#world = world;
    this.#units = new Map(listUnits(resolve).map((unit) => [unitKey(unit.tag, unit.id), unit]));
    const imports = this.#interfaces("imports");
    const exports = this.#interfaces("exports");
    for (const id of new Set([...imports.keys(), ...exports.keys()])) {
      const [specifier = "", ...further] = [...(exports.get(id) ?? []), ...(imports.get(id) ?? [])];
      this.#add("interface", id, specifier, { imported: imports.has(id), exported: exports.has(id) });
      for (const alias of new Set(further)) if (alias !== specifier) this.#aliases.push(aliasModule(alias, specifier));
    }
    this.#add("world", world, this.#units.get(unitKey("world", world))?.name ?? "", {
      imported: false,
      exported: true,
    });
  }

  moduleOf(id: TypeId): GuestModule | undefined {
    const { owner } = typeDef(this.resolve, id);
    return owner === undefined ? undefined : this.#modules.get(unitKey(owner.tag, owner.id));
  }

  text(): string {
    const world = this.#modules.get(unitKey("world", this.#world));
    const interfaces = [...this.#modules.values()].filter((module) => module !== world);
    for (const module of interfaces) module.write();
    if (world !== undefined) this.#writeWorld(world);
    const modules = [...this.#modules.values()].map(({ doc }) => doc);
    const name = world?.specifier ?? "";
    const parts = [...modules, ...this.#aliases, ...(world === undefined ? [] : this.#rootImports(world))];
    return fileText(
      `For components of the world ${name} that componentize-qjs makes.`,
      join([hardline, hardline], parts),
    );
  }

  #add(tag: Unit["tag"], id: number, specifier: string, sides: { imported: boolean; exported: boolean }): void {
    const unit = this.#units.get(unitKey(tag, id));
    if (unit !== undefined) this.#modules.set(unitKey(tag, id), new GuestModule(this, unit, specifier, sides));
  }

  /** The interfaces at one side, with the names under which they are there. */
  #interfaces(side: "imports" | "exports"): Map<InterfaceId, string[]> {
    const found = new Map<InterfaceId, string[]>();
    for (const { name, item } of this.resolve.worlds[this.#world]?.[side] ?? []) {
      const known = item.tag === "interface" ? this.resolve.interfaces[item.id] : undefined;
      if (item.tag !== "interface" || known === undefined) continue;
      const names = found.get(item.id) ?? [];
      names.push(name ?? qualifiedName(this.resolve, known));
      found.set(item.id, names);
    }
    return found;
  }

  /** The type of the guest as a whole: one property per export. */
  #writeWorld(world: GuestModule): void {
    const members: Doc[] = [];
    const seen = new Set<string>();
    for (const { name, item } of this.resolve.worlds[this.#world]?.exports ?? []) {
      if (item.tag !== "interface") continue;
      const module = this.#modules.get(unitKey("interface", item.id));
      const key = camelCase(name ?? module?.unit.label ?? "");
      if (module === undefined || !module.offersSomething || seen.has(key)) continue;
      seen.add(key);
      members.push(`readonly ${key}: ${world.text.importType(module.specifier, module.guestType)};`);
    }
    world.write(members);
  }

  /** Functions that a world imports at its root are globals. */
  #rootImports(world: GuestModule): Doc[] {
    const references: References = {
      typeName: (id, view) => {
        const owner = this.moduleOf(id) ?? world;
        return `import(${JSON.stringify(owner.specifier)}).${owner.localName(id, view)}`;
      },
    };
    const writer = new GuestFunctionWriter(this.resolve, new TypeWriter(this.resolve, references, guestDialect));
    return functionsOf(this.resolve, world.unit, "imports")
      .filter(({ kind }) => kind.tag === "freestanding")
      .map((func) => writer.method(func, imported, "declare function "));
  }
}

function aliasModule(alias: string, specifier: string): Doc {
  const from = JSON.stringify(specifier);
  return [
    `declare module ${JSON.stringify(alias)} `,
    block([`export * from ${from};`, `export { default } from ${from};`]),
  ];
}
