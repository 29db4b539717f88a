import type { InterfaceId, Resolve, TypeId, World, WorldId } from "@witwire/wit/model";
import type { TypeTraits } from "../model/traits.ts";
import { handlerGets, handlerPasses, type View } from "../types/view.ts";
import { type ModuleNames, nameModule } from "./module-names.ts";
import { ModuleWriter, type Workspace } from "./module-writer.ts";
import { functionsOf, type InterfaceUnit } from "./unit.ts";
import type { WorldContext } from "./world-module.ts";

/**
 * Writes modules for interfaces that components export and that speak of resources which components import: to whoever
 * runs such a component these are not remote, but the objects that it gave to the component itself.
 *
 * @returns by world, then by interface
 */
export function writeExportModules(workspace: WorldContext): Map<WorldId, Map<InterfaceId, ModuleNames>> {
  const taken = new Set(workspace.all.map(({ path }) => path));
  const found = new Map<WorldId, Map<InterfaceId, ModuleNames>>();
  for (const { unit } of workspace.all) {
    const world = unit.tag === "world" ? workspace.resolve.worlds[unit.id] : undefined;
    if (world === undefined) continue;
    const seen = new ExportedView(workspace, world);
    for (const id of seen.exported) {
      const base = workspace.moduleOfInterface(id);
      if (base?.unit.tag !== "interface" || !seen.isMixed(base.unit)) continue;
      seen.modules.set(id, nameModule(workspace.resolve, base.unit, freePath(base, world, taken), workspace.traits));
    }
    for (const [id, module] of seen.modules)
      writeModule(seen, module, workspace.moduleOfInterface(id) ?? module, world);
    found.set(unit.id, seen.modules);
  }
  return found;
}

function writeModule(workspace: Workspace, module: ModuleNames, base: ModuleNames, world: World): void {
  const writer = new ModuleWriter(workspace, module);
  const members = writer.members(functionsOf(workspace.resolve, module.unit, "exports"));
  writer.declareTypesForCallers(base);
  writer.declareResourcesForCallers(members);
  const docs = `Calls \`${module.unit.name}\` of a component of the world \`${world.name}\`.`;
  module.file.add(writer.clientInterface(module.client, docs, members));
}

function freePath({ path }: ModuleNames, world: World, taken: Set<string>): string {
  const [, folder = "", name = ""] = /^(.*\/)(.*)\.ts$/.exec(path) ?? [];
  let free = `${folder}${world.name.toLowerCase()}.${name}`;
  while (taken.has(`${free}.ts`)) free += "_";
  taken.add(`${free}.ts`);
  return `${free}.ts`;
}

/** Exports of a world as seen by whoever runs its component. */
class ExportedView implements Workspace {
  readonly resolve: Resolve;
  readonly traits: TypeTraits;
  /** The interfaces that the world exports. */
  readonly exported: ReadonlySet<InterfaceId>;
  readonly modules = new Map<InterfaceId, ModuleNames>();
  readonly #workspace: WorldContext;

  constructor(workspace: WorldContext, world: World) {
    this.#workspace = workspace;
    this.resolve = workspace.resolve;
    this.traits = workspace.traits;
    this.exported = new Set(world.exports.flatMap(({ item }) => (item.tag === "interface" ? [item.id] : [])));
  }

  moduleOf(id: TypeId): ModuleNames | undefined {
    const base = this.#workspace.moduleOf(id);
    if (base?.unit.tag !== "interface" || !this.traits.of(id).sided) return base;
    return this.modules.get(base.unit.id) ?? base;
  }

  viewOf(id: TypeId, view: View): View {
    const resources = [...this.traits.of(id).resources];
    if (resources.length === 0 || view.side === "handler" || resources.some((resource) => this.#isExported(resource))) {
      return view;
    }
    return view.passing ? handlerPasses : handlerGets;
  }

  viewOfUsed(_id: TypeId, view: View): View {
    return view;
  }

  /** Whether an interface speaks of resources that the world does not export, and that its clients see as remote. */
  isMixed(unit: InterfaceUnit): boolean {
    const functions = functionsOf(this.resolve, unit, "exports");
    const types = functions.flatMap(({ params, result }) => [...params.map(({ type }) => type), result]);
    const resources = types.flatMap((type) => [...this.traits.of(type).resources]);
    return resources.some((resource) => !this.#isExported(resource) && !this.#workspace.givenByCallers(resource, unit));
  }

  #isExported(resource: TypeId): boolean {
    const { owner } = this.resolve.types[resource] ?? {};
    return owner?.tag !== "interface" || this.exported.has(owner.id);
  }
}
