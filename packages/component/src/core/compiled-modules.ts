import type { ComponentDefinition, CoreModuleDefinition, CoreModuleShape, DecodedComponent } from "@witwire/wit/binary";
import { ComponentError } from "../errors.ts";
import type { EngineLimits } from "../limits.ts";
import { rewriteModule } from "./module-rewriting.ts";
import { type CoreModule, webAssembly } from "./web-assembly.ts";

const pageBytes = 65_536;

/** A core module, ready to be instantiated. */
export interface CompiledModule {
  readonly module: CoreModule;
  readonly startExport: string | undefined;
}

/**
 * Compiles all core modules of a component, by ordinal, within the limits: what the memories and tables of one instance of
 * the component have at first is checked, and what is left is shared evenly among them for growing.
 *
 * @throws ComponentError `resource-exhausted` where the component needs more to begin with, `invalid-component` where V8
 *   refuses a module
 */
export async function compileModules(decoded: DecodedComponent, limits: EngineLimits): Promise<CompiledModule[]> {
  const definitions: CoreModuleDefinition[] = [];
  collectModules(decoded.root, definitions);
  definitions.sort((a, b) => a.ordinal - b.ordinal);
  const shapes = definitions.map(({ shape }) => shape);
  const bounds = growthBounds(needs(decoded.root, shapes, limits.maxInstances), limits);
  return Promise.all(
    definitions.map(async ({ bytes, shape, offset }, index) => {
      const { bytes: rewritten, startExport } = rewriteModule({ bytes, shape }, bounds);
      try {
        return { module: await webAssembly.compile(rewritten), startExport };
      } catch (error) {
        const message = `V8 refuses core module ${index}: ${(error as Error).message}`;
        throw new ComponentError("invalid-component", message, { cause: error, offset });
      }
    }),
  );
}

function collectModules({ definitions }: ComponentDefinition, found: CoreModuleDefinition[]): void {
  for (const definition of definitions) {
    if (definition.tag === "core-module") found.push(definition);
    else if (definition.tag === "component") collectModules(definition.component, found);
  }
}

/** What one instance of a component has at first. */
interface Needs {
  instances: number;
  memories: number;
  memoryPages: number;
  tables: number;
  tableElements: number;
}

/** Follows every instantiation, as running the component will. Outer aliases are followed through `scopes`. */
function needs(root: ComponentDefinition, shapes: readonly CoreModuleShape[], maxInstances: number): Needs {
  const total: Needs = { instances: 0, memories: 0, memoryPages: 0, tables: 0, tableElements: 0 };
  const count = (): void => {
    if (++total.instances > maxInstances) {
      throw new ComponentError(
        "resource-exhausted",
        `the component makes more than ${maxInstances} instances of modules and components (limit maxInstances)`,
      );
    }
  };
  const walk = (definition: ComponentDefinition, scopes: readonly Scope[]): void => {
    count();
    const scope: Scope = { modules: [], components: [] };
    const inner = [scope, ...scopes];
    for (const item of definition.definitions) {
      if (item.tag === "core-module") scope.modules.push(item.ordinal);
      else if (item.tag === "component") scope.components.push({ definition: item.component, scopes: inner });
      else if (item.tag === "outer-alias") aliasOuter(item, inner);
      else if (item.tag === "core-instantiate") {
        count();
        const ordinal = scope.modules[item.module];
        if (ordinal !== undefined) addModule(total, shapes[ordinal] as CoreModuleShape);
      } else if (item.tag === "instantiate") {
        const component = scope.components[item.component];
        if (component !== undefined) walk(component.definition, component.scopes);
      } else if (sortOf(item) === "core-module") scope.modules.push(undefined);
      else if (sortOf(item) === "component") scope.components.push(undefined);
    }
  };
  walk(root, []);
  return total;
}

/** Modules and components by index; `undefined` for imported ones and such that come out of instances. */
interface Scope {
  readonly modules: (number | undefined)[];
  readonly components: ({ definition: ComponentDefinition; scopes: readonly Scope[] } | undefined)[];
}

function aliasOuter(
  {
    sort,
    depth,
    index,
  }: { readonly sort: "core-module" | "component"; readonly depth: number; readonly index: number },
  scopes: readonly Scope[],
): void {
  if (sort === "core-module") scopes[0]?.modules.push(scopes[depth]?.modules[index]);
  else scopes[0]?.components.push(scopes[depth]?.components[index]);
}

function sortOf(definition: ComponentDefinition["definitions"][number]): string | undefined {
  if (definition.tag === "import") return definition.type.tag;
  if (definition.tag === "alias") return definition.sort;
  if (definition.tag === "export") return definition.item.sort;
  return undefined;
}

function addModule(total: Needs, shape: CoreModuleShape): void {
  for (const { limits } of shape.memories) {
    total.memories++;
    total.memoryPages += Number(limits.minimum);
  }
  for (const { limits } of shape.tables) {
    total.tables++;
    total.tableElements += Number(limits.minimum);
  }
}

function growthBounds(total: Needs, limits: EngineLimits): { memoryPages: number; tableElements: number } {
  const freePages = Math.floor(limits.maxMemoryBytes / pageBytes) - total.memoryPages;
  if (freePages < 0) {
    throw new ComponentError(
      "resource-exhausted",
      `the component begins with ${total.memoryPages * pageBytes} bytes of memory, and may have ${limits.maxMemoryBytes} (limit maxMemoryBytes)`,
    );
  }
  const freeElements = limits.maxTableElements - total.tableElements;
  if (freeElements < 0) {
    throw new ComponentError(
      "resource-exhausted",
      `the component begins with ${total.tableElements} table elements, and may have ${limits.maxTableElements} (limit maxTableElements)`,
    );
  }
  return {
    memoryPages: Math.floor(freePages / Math.max(1, total.memories)),
    tableElements: Math.floor(freeElements / Math.max(1, total.tables)),
  };
}
