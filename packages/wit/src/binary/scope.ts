import type { TypeId } from "../model/types.ts";
import type { Budget } from "./budget.ts";
import { invalid } from "./decode-error.ts";
import type { CoreExternType, FunctionType, ResourceBinding } from "./definitions.ts";
import type {
  ComponentInfo,
  CoreInstance,
  CoreModuleInfo,
  Declaration,
  Entity,
  InstanceInfo,
  TypedEntity,
} from "./entities.ts";
import { UniqueNames } from "./names.ts";
import type { TypeArena } from "./type-arena.ts";
import { Visibility } from "./visibility.ts";

/** What a type index refers to. Values are types of the arena; resources are, too. */
export type ScopeType = { readonly tag: "value"; readonly type: TypeId } | TypedEntity;

/** What a core type index refers to; of types other than functions only that they are there. */
export type CoreType =
  | { readonly tag: "core-func"; readonly params: readonly string[]; readonly results: readonly string[] }
  | { readonly tag: "core-module"; readonly type: CoreModuleInfo }
  | { readonly tag: "other" };

type CoreItem<Tag extends CoreExternType["tag"]> = Extract<CoreExternType, { readonly tag: Tag }>;

/** The index spaces of a component, each with what an index refers to. */
export interface IndexSpaces {
  readonly coreTypes: CoreType[];
  readonly coreModules: CoreModuleInfo[];
  readonly coreInstances: CoreInstance[];
  readonly coreFuncs: CoreItem<"core-func">[];
  readonly coreTables: CoreItem<"core-table">[];
  readonly coreMemories: CoreItem<"core-memory">[];
  readonly coreGlobals: CoreItem<"core-global">[];
  readonly coreTags: CoreItem<"core-tag">[];
  readonly types: ScopeType[];
  readonly funcs: FunctionType[];
  readonly instances: InstanceInfo[];
  readonly components: ComponentInfo[];
}

const spaceNames: Readonly<Record<keyof IndexSpaces, string>> = {
  coreTypes: "core type",
  coreModules: "core module",
  coreInstances: "core instance",
  coreFuncs: "core function",
  coreTables: "core table",
  coreMemories: "core memory",
  coreGlobals: "core global",
  coreTags: "core tag",
  types: "type",
  funcs: "function",
  instances: "instance",
  components: "component",
};

/** The names under which one side of a scope, its imports or exports, lists things. */
export class Side {
  readonly declarations: Declaration[] = [];
  readonly names: UniqueNames;
  /** The names of resources, by the ids that the import or export gave them. */
  readonly resources: Map<TypeId, string> = new Map();
  readonly resourceNames: Set<string> = new Set();

  constructor(what: string) {
    this.names = new UniqueNames(what);
  }
}

/** A component, or a component or instance type, while its definitions are read. */
export class Scope {
  readonly kind: "component" | "component-type" | "instance-type";
  readonly outer: Scope | undefined;
  /** 1 for the root component. */
  readonly depth: number;
  readonly spaces: IndexSpaces = emptySpaces();
  readonly imports: Side = new Side("import name");
  readonly exports: Side = new Side("export name");
  readonly visibility: Visibility | undefined;
  readonly importedResources: ResourceBinding[] = [];
  /** Resources that came about here. `own`: made by this component itself, which alone may look into them. */
  readonly definedResources: Map<TypeId, "own" | "foreign"> = new Map();
  /** The type of a task's context, on which all built-ins of a component agree. */
  contextType: string | undefined;
  readonly #budget: Budget;

  constructor(kind: Scope["kind"], outer: Scope | undefined, arena: TypeArena, budget: Budget) {
    this.kind = kind;
    this.outer = outer;
    this.depth = (outer?.depth ?? 0) + 1;
    this.#budget = budget;
    this.visibility = kind === "instance-type" ? undefined : new Visibility(arena, budget);
  }

  /** @throws ComponentDecodeError `invalid` where the space has no such index. */
  at<Space extends keyof IndexSpaces>(space: Space, index: number, offset: number): IndexSpaces[Space][number] {
    const found = this.spaces[space][index];
    if (found !== undefined) return found;
    const name = spaceNames[space];
    throw invalid(
      offset,
      `unknown ${name} ${index}: ${name} index out of bounds, there are ${this.spaces[space].length} so far`,
    );
  }

  /** Adds an entry to the space of core definitions of its kind. */
  addCore(item: CoreExternType, offset: number): void {
    this.#budget.definition(offset);
    switch (item.tag) {
      case "core-func":
        this.spaces.coreFuncs.push(item);
        return;
      case "core-table":
        this.spaces.coreTables.push(item);
        return;
      case "core-memory":
        this.spaces.coreMemories.push(item);
        return;
      case "core-global":
        this.spaces.coreGlobals.push(item);
        return;
      case "core-tag":
        this.spaces.coreTags.push(item);
    }
  }

  /** Adds an entry to the space of its sort. */
  add(entity: Entity, offset: number): void {
    this.#budget.definition(offset);
    switch (entity.tag) {
      case "func":
        this.spaces.funcs.push(entity.type);
        return;
      case "type":
        this.spaces.types.push({ tag: "value", type: entity.type });
        return;
      case "type-of":
        this.spaces.types.push(entity.of);
        return;
      case "instance":
        this.spaces.instances.push(entity.type);
        return;
      case "component":
        this.spaces.components.push(entity.type);
        return;
      case "core-module":
        this.spaces.coreModules.push(entity.type);
    }
  }

  addType(type: ScopeType, offset: number): void {
    this.#budget.definition(offset);
    this.spaces.types.push(type);
  }

  addCoreType(type: CoreType, offset: number): void {
    this.#budget.definition(offset);
    this.spaces.coreTypes.push(type);
  }

  addCoreInstance(instance: CoreInstance, offset: number): void {
    this.#budget.definition(offset);
    this.spaces.coreInstances.push(instance);
  }

  /** The scope `count` levels out, 0 being this one, and whether the border of a component lies between. */
  outward(count: number, offset: number): { readonly scope: Scope; readonly crossesComponent: boolean } {
    let scope: Scope = this;
    let crossesComponent = false;
    for (let level = 0; level < count; level++) {
      if (scope.kind === "component") crossesComponent = true;
      if (scope.outer === undefined) {
        throw invalid(
          offset,
          `invalid outer alias count of ${count}: there are ${this.depth - 1} scopes around this one`,
        );
      }
      scope = scope.outer;
    }
    return { scope, crossesComponent };
  }
}

function emptySpaces(): IndexSpaces {
  return {
    coreTypes: [],
    coreModules: [],
    coreInstances: [],
    coreFuncs: [],
    coreTables: [],
    coreMemories: [],
    coreGlobals: [],
    coreTags: [],
    types: [],
    funcs: [],
    instances: [],
    components: [],
  };
}
