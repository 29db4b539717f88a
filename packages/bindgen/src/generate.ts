import { type InterfaceId, type PackageId, type Resolve, type TypeId, typeDef, type WorldId } from "@witwire/wit/model";
import { guestFile, guestPath } from "./guest/guest-file.ts";
import { leanFile } from "./lean/lean-file.ts";
import { compactModel } from "./model/compact.ts";
import { TypeTraits } from "./model/traits.ts";
import { writeExportModules } from "./modules/export-module.ts";
import { indexFile } from "./modules/index-file.ts";
import { writeInterface } from "./modules/interface-module.ts";
import { modelFile } from "./modules/model-file.ts";
import { type ModuleNames, nameModule } from "./modules/module-names.ts";
import { modulePaths } from "./modules/paths.ts";
import { type Selection, select } from "./modules/selection.ts";
import { listUnits, type Unit, unitKey } from "./modules/unit.ts";
import { type WorldContext, writeWorld } from "./modules/world-module.ts";
import { WorldSides } from "./modules/world-sides.ts";
import { fromOtherSide, type View } from "./types/view.ts";

export interface GenerateOptions {
  /** Generates for one world, and what it imports and exports. */
  readonly world?: WorldId;
  /** Generates for one package, and what it refers to. Default: for all packages. Of no meaning beside `world`. */
  readonly main?: PackageId;
  /** Also writes `guest.d.ts`, for components of this world that are written in TypeScript. Default: none. */
  readonly guest?: WorldId;
  /** Also writes `….lean.ts` beside the modules, for lean clients. Default: none. */
  readonly lean?: boolean;
}

/** A file to be written. */
export interface GeneratedFile {
  /** Relative to the folder of everything that is generated, with `/`. */
  readonly path: string;
  readonly text: string;
}

/**
 * TypeScript for a model: a module for each interface and world with its types and its contract, one with the model as
 * data, and an index. The same model gives the same text.
 */
export function generateTypeScript(resolve: Resolve, options: GenerateOptions = {}): GeneratedFile[] {
  const selection = select(resolve, options);
  const units = listUnits(resolve).filter((unit) => isSelected(unit, selection));
  const workspace = new Modules(resolve, units);
  const compact = compactModel(resolve, selection);
  const exportModules = writeExportModules(workspace);
  for (const module of workspace.all) {
    const { tag, id } = module.unit;
    if (tag === "interface") writeInterface(workspace, module, compact.interfaces.get(id) ?? 0);
    else writeWorld(workspace, module, compact.worlds.get(id) ?? 0, exportModules.get(id) ?? new Map());
  }
  const modules = [...workspace.all, ...[...exportModules.values()].flatMap((found) => [...found.values()])];
  const lean = options.lean === true ? workspace.all.map((module) => leanFile(resolve, module, workspace.traits)) : [];
  const files = [
    ...lean.filter((file) => file !== undefined),
    ...modules.map(({ file }) => file),
    modelFile(compact.resolve),
    indexFile(modules.map(({ path }) => path)),
  ];
  const guest = options.guest === undefined ? [] : [{ path: guestPath, text: guestFile(resolve, options.guest) }];
  return [...files.map(({ path, text }) => ({ path, text })), ...guest].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function isSelected({ tag, id }: Unit, selection: Selection): boolean {
  return (tag === "interface" ? selection.interfaces : selection.worlds).has(id);
}

/** The modules of one run, and who defines what. */
class Modules implements WorldContext {
  readonly resolve: Resolve;
  readonly traits: TypeTraits;
  readonly all: readonly ModuleNames[];
  readonly #byUnit: ReadonlyMap<string, ModuleNames>;
  readonly #sides: WorldSides;

  constructor(resolve: Resolve, units: readonly Unit[]) {
    this.resolve = resolve;
    this.traits = new TypeTraits(resolve);
    this.#sides = new WorldSides(resolve, units);
    const paths = modulePaths(resolve, units);
    this.all = units.map((unit) => nameModule(resolve, unit, paths.get(unit) ?? "", this.traits));
    this.#byUnit = new Map(this.all.map((module) => [unitKey(module.unit.tag, module.unit.id), module]));
  }

  moduleOf(id: TypeId): ModuleNames | undefined {
    const { owner } = typeDef(this.resolve, id);
    return owner === undefined ? undefined : this.#byUnit.get(unitKey(owner.tag, owner.id));
  }

  viewOf(_id: TypeId, view: View): View {
    return view;
  }

  viewOfUsed(id: TypeId, view: View, user: Unit): View {
    const resources = [...this.traits.of(id).resources];
    const given = resources.length > 0 && resources.every((resource) => this.givenByCallers(resource, user));
    return given ? fromOtherSide(view) : view;
  }

  givenByCallers(resource: TypeId, unit: Unit): boolean {
    const { owner } = typeDef(this.resolve, resource);
    return unit.tag === "interface" && owner?.tag === "interface" && this.#sides.givenByCallers(owner.id, unit.id);
  }

  moduleOfInterface(id: InterfaceId): ModuleNames | undefined {
    return this.#byUnit.get(unitKey("interface", id));
  }
}
