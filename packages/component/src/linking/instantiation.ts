import type { CanonicalOptions, ComponentDefinition, Definition, FunctionType, Item } from "@witwire/wit/binary";
import type { TypeId } from "@witwire/wit/model";
import type { CompiledFunction, CoreSignature } from "../abi/canonical.ts";
import type { Store } from "../calls/store.ts";
import type { CompiledModule } from "../core/compiled-modules.ts";
import { type CoreFunction, ModuleFunction } from "../core/core-function.ts";
import { LinearMemory } from "../core/linear-memory.ts";
import {
  type CoreCallable,
  type CoreImport,
  type CoreImports,
  type CoreMemory,
  webAssembly,
} from "../core/web-assembly.ts";
import { ComponentError } from "../errors.ts";
import type { BoundOptions } from "../runtime/canonical-context.ts";
import type { ComponentFunction } from "../runtime/component-function.ts";
import { Frame, type RuntimeResource } from "../runtime/frame.ts";
import { GuestResource } from "../runtime/guest-resource.ts";
import { LiftedFunction } from "../runtime/lifted-function.ts";
import { lowerFunction } from "../runtime/lowered-function.ts";
import { resourceDrop, resourceNew, resourceRep } from "../runtime/resource-builtins.ts";
import {
  type ComponentValue,
  type InstanceValue,
  type ItemValue,
  mayAwait,
  type OuterScope,
} from "./instance-value.ts";

/** What all instances of one component share. */
export interface Program {
  readonly modules: readonly CompiledModule[];
  compiled(type: FunctionType): CompiledFunction;
  resourceName(type: TypeId): string;
}

/** Promises that have to be awaited before going on, in turn; the result at the end. */
export type Steps<T> = Generator<PromiseLike<unknown>, T, undefined>;

/** A core instance as it is given to modules, and its functions where these are not simply what a module exports. */
interface CoreInstanceValue {
  readonly importable: Readonly<Record<string, CoreImport>>;
  readonly functions?: ReadonlyMap<string, CoreFunction>;
}

const startSignature: CoreSignature = { params: [], results: [] };

type DefinitionOf<Tag extends Definition["tag"]> = Extract<Definition, { readonly tag: Tag }>;

/**
 * Instantiates a component: walks its definitions, with an array for each index space. A step is yielded where a start
 * function awaits an import.
 */
export function instantiateComponent(
  program: Program,
  store: Store,
  parent: Frame | undefined,
  component: ComponentValue,
  args: ReadonlyMap<string, ItemValue>,
): Steps<InstanceValue> {
  return new Instantiation(program, store, parent, component, args).run();
}

class Instantiation implements OuterScope {
  readonly modules: CompiledModule[] = [];
  readonly components: ComponentValue[] = [];
  readonly #program: Program;
  readonly #store: Store;
  readonly #definition: ComponentDefinition;
  readonly #scopes: readonly OuterScope[];
  readonly #args: ReadonlyMap<string, ItemValue>;
  readonly #frame: Frame;
  readonly #coreInstances: CoreInstanceValue[] = [];
  readonly #coreFunctions: CoreFunction[] = [];
  readonly #memories: CoreMemory[] = [];
  readonly #linearMemories: (LinearMemory | undefined)[] = [];
  /** Tables, globals and tags: only passed on. */
  readonly #others: Readonly<Record<"core-table" | "core-global" | "core-tag", CoreImport[]>> = {
    "core-table": [],
    "core-global": [],
    "core-tag": [],
  };
  readonly #functions: ComponentFunction[] = [];
  readonly #instances: InstanceValue[] = [];
  readonly #exports = new Map<string, ItemValue>();

  constructor(
    program: Program,
    store: Store,
    parent: Frame | undefined,
    component: ComponentValue,
    args: ReadonlyMap<string, ItemValue>,
  ) {
    this.#program = program;
    this.#store = store;
    this.#definition = component.definition;
    this.#scopes = [this, ...component.scopes];
    this.#args = args;
    this.#frame = new Frame(store, parent, store.mode === "async" && [...args.values()].some(mayAwait));
  }

  *run(): Steps<InstanceValue> {
    for (const definition of this.#definition.definitions) {
      if (definition.tag === "core-instantiate") yield* this.#coreInstantiate(definition);
      else if (definition.tag === "instantiate") yield* this.#instantiate(definition);
      else this.#define(definition);
    }
    return { exports: this.#exports };
  }

  #define(definition: Exclude<Definition, { readonly tag: "core-instantiate" | "instantiate" }>): void {
    switch (definition.tag) {
      case "core-module":
        this.modules.push(at(this.#program.modules, definition.ordinal));
        break;
      case "core-instance":
        this.#coreInstances.push(this.#coreBag(definition));
        break;
      case "core-alias":
        this.#coreAlias(definition);
        break;
      case "component":
        this.components.push({ definition: definition.component, scopes: this.#scopes });
        break;
      case "instance":
        this.#instances.push({ exports: new Map(definition.exports.map((item) => [item.name, this.#item(item)])) });
        break;
      case "alias":
        this.#push(exported(at(this.#instances, definition.instance), definition.name));
        break;
      case "outer-alias": {
        const scope = at(this.#scopes, definition.depth);
        if (definition.sort === "core-module") this.modules.push(at(scope.modules, definition.index));
        else this.components.push(at(scope.components, definition.index));
        break;
      }
      case "resource":
        this.#defineResource(definition);
        break;
      case "lift":
        this.#functions.push(this.#lift(definition));
        break;
      case "lower":
        this.#coreFunctions.push(this.#lower(definition));
        break;
      case "resource.new":
        this.#coreFunctions.push(resourceNew(this.#frame, this.#frame.resource(definition.resource)));
        break;
      case "resource.drop":
        this.#coreFunctions.push(resourceDrop(this.#frame, this.#frame.resource(definition.resource)));
        break;
      case "resource.rep":
        this.#coreFunctions.push(resourceRep(this.#frame, this.#frame.resource(definition.resource)));
        break;
      case "async-builtin":
        throw new ComponentError("unsupported", `unsupported: ${definition.name}`, { offset: definition.offset });
      case "import":
        this.#import(definition);
        break;
      case "export":
        this.#export(definition);
        break;
    }
  }

  *#coreInstantiate({ module: index, args }: DefinitionOf<"core-instantiate">): Steps<void> {
    const { module, startExport } = at(this.modules, index);
    const imports: Record<string, Readonly<Record<string, CoreImport>>> = Object.create(null);
    for (const { name, instance } of args) imports[name] = at(this.#coreInstances, instance).importable;
    const { exports } = this.#newInstance(module, imports);
    this.#coreInstances.push({ importable: exports });
    if (startExport === undefined) return;
    const start = new ModuleFunction(exports[startExport] as CoreCallable, this.#store);
    const label = "a start function";
    try {
      if (this.#frame.suspends) yield start.callSuspending(startSignature, []);
      else start.call();
    } catch (error) {
      throw this.#store.trapped(error, label);
    }
    if (this.#store.failure !== undefined) throw this.#store.failure;
  }

  #newInstance(
    module: CompiledModule["module"],
    imports: CoreImports,
  ): { exports: Readonly<Record<string, CoreImport>> } {
    try {
      return new webAssembly.Instance(module, imports);
    } catch (error) {
      if (error instanceof webAssembly.RuntimeError) throw this.#store.trapped(error, "instantiating a core module");
      const message = `a core module cannot be instantiated: ${(error as Error).message}`;
      throw new ComponentError(error instanceof RangeError ? "resource-exhausted" : "link", message, { cause: error });
    }
  }

  *#instantiate({ component, args, resources }: DefinitionOf<"instantiate">): Steps<void> {
    const given = new Map(args.map((item) => [item.name, this.#item(item)]));
    const made = yield* instantiateComponent(
      this.#program,
      this.#store,
      this.#frame,
      at(this.components, component),
      given,
    );
    this.#instances.push(made);
    for (const { path, resource } of resources) {
      this.#frame.bindResource(resource, resourceAt({ tag: "instance", value: made }, path));
    }
  }

  #coreBag({ exports }: DefinitionOf<"core-instance">): CoreInstanceValue {
    const importable: Record<string, CoreImport> = Object.create(null);
    const functions = new Map<string, CoreFunction>();
    for (const { name, sort, index } of exports) {
      if (sort === "core-func") {
        const fn = at(this.#coreFunctions, index);
        functions.set(name, fn);
        importable[name] = fn.importable;
      } else importable[name] = at(sort === "core-memory" ? this.#memories : this.#others[sort], index);
    }
    return { importable, functions };
  }

  #coreAlias({ sort, instance: index, name }: DefinitionOf<"core-alias">): void {
    const instance = at(this.#coreInstances, index);
    const item = instance.importable[name];
    if (item === undefined) throw new ComponentError("invalid-component", `a core instance has no export "${name}"`);
    if (sort === "core-func") {
      this.#coreFunctions.push(instance.functions?.get(name) ?? new ModuleFunction(item as CoreCallable, this.#store));
    } else if (sort === "core-memory") this.#addMemory(item as CoreMemory);
    else this.#others[sort].push(item);
  }

  #addMemory(memory: CoreMemory): void {
    this.#memories.push(memory);
    if (!this.#store.memories.includes(memory)) this.#store.memories.push(memory);
  }

  #defineResource({ resource, destructor }: DefinitionOf<"resource">): void {
    const core = destructor === undefined ? undefined : at(this.#coreFunctions, destructor);
    const name = this.#program.resourceName(resource);
    this.#frame.bindResource(resource, new GuestResource(name, this.#frame, core));
  }

  #lift({ core, type, options }: DefinitionOf<"lift">): ComponentFunction {
    return new LiftedFunction(
      this.#frame,
      type,
      at(this.#coreFunctions, core),
      this.#program.compiled(type),
      this.#bind(options),
      options.postReturn === undefined ? undefined : at(this.#coreFunctions, options.postReturn).call,
    );
  }

  #lower({ function: index, type, options }: DefinitionOf<"lower">): CoreFunction {
    const target = at(this.#functions, index);
    return lowerFunction(this.#frame, target, this.#program.compiled(type), this.#bind(options));
  }

  #bind({ stringEncoding, memory, realloc }: CanonicalOptions): BoundOptions {
    return {
      stringEncoding,
      memory: memory === undefined ? undefined : this.#linearMemory(memory),
      realloc: realloc === undefined ? undefined : at(this.#coreFunctions, realloc).call,
    };
  }

  #linearMemory(index: number): LinearMemory {
    const known = this.#linearMemories[index];
    if (known !== undefined) return known;
    const made = new LinearMemory(at(this.#memories, index));
    this.#linearMemories[index] = made;
    return made;
  }

  #import({ name, resources }: DefinitionOf<"import">): void {
    const item = this.#args.get(name);
    if (item === undefined) throw new ComponentError("link", `the component was not given its import "${name}"`);
    this.#push(item);
    this.#bindResources(item, resources);
  }

  #export({ item, resources }: DefinitionOf<"export">): void {
    const value = this.#item(item);
    this.#exports.set(item.name, value);
    this.#push(value);
    this.#bindResources(value, resources);
  }

  #bindResources(item: ItemValue, resources: DefinitionOf<"import">["resources"]): void {
    for (const { path, resource } of resources) this.#frame.bindResource(resource, resourceAt(item, path));
  }

  /** Adds an item to the index space of its sort; types have none. */
  #push(item: ItemValue): void {
    switch (item.tag) {
      case "func":
        this.#functions.push(item.value);
        break;
      case "instance":
        this.#instances.push(item.value);
        break;
      case "component":
        this.components.push(item.value);
        break;
      case "core-module":
        this.modules.push(item.value);
        break;
    }
  }

  #item({ sort, index, resource }: Item): ItemValue {
    switch (sort) {
      case "func":
        return { tag: "func", value: at(this.#functions, index) };
      case "instance":
        return { tag: "instance", value: at(this.#instances, index) };
      case "component":
        return { tag: "component", value: at(this.components, index) };
      case "core-module":
        return { tag: "core-module", value: at(this.modules, index) };
      case "type":
        return { tag: "type", value: resource === undefined ? undefined : this.#frame.resource(resource) };
    }
  }
}

function exported(instance: InstanceValue, name: string): ItemValue {
  const item = instance.exports.get(name);
  if (item === undefined) throw new ComponentError("link", `an instance has no export "${name}"`);
  return item;
}

/** The resource type that one finds from an item by names of exports. */
function resourceAt(from: ItemValue, path: readonly string[]): RuntimeResource {
  let item = from;
  for (const name of path) {
    if (item.tag !== "instance") break;
    item = exported(item.value, name);
  }
  if (item.tag === "type" && item.value !== undefined) return item.value;
  throw new ComponentError("link", `"${path.join('" / "')}" is no resource type`);
}

/** The decoder checked every index, so a miss is a defect of ours. */
function at<T>(space: readonly T[], index: number): T {
  const item = space[index];
  if (item === undefined) throw new RangeError(`no entry ${index} in an index space of ${space.length}`);
  return item;
}
