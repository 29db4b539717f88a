import {
  camelCase,
  type InterfaceId,
  qualifiedName,
  type Resolve,
  type TypeId,
  type WorldEntry,
} from "@witwire/wit/model";
import type { Members } from "../model/members.ts";
import type { Doc } from "../text/doc.ts";
import { documented } from "../text/doc-comment.ts";
import { block } from "../text/syntax.ts";
import { contractConstant } from "./contract-constant.ts";
import { declareErrors } from "./interface-module.ts";
import type { ModuleNames } from "./module-names.ts";
import { ModuleWriter, type Workspace } from "./module-writer.ts";
import { relativePath } from "./paths.ts";
import { functionsOf, type Unit } from "./unit.ts";

/** Packages that a WASI host implements, so that one need not give them oneself. */
const wasi = /^wasi:(cli|clocks|random|io|filesystem|sockets|http)\//;

/** What a world's module needs besides the shared workspace. */
export interface WorldContext extends Workspace {
  readonly all: readonly ModuleNames[];
  moduleOfInterface(id: number): ModuleNames | undefined;
  /** Whether those who implement a unit get a resource from their callers. */
  givenByCallers(resource: TypeId, unit: Unit): boolean;
}

/**
 * Writes the module of a world.
 *
 * @param modelId its id in the embedded model
 * @param exportModules modules of interfaces whose exports look otherwise than their clients
 */
export function writeWorld(
  workspace: WorldContext,
  module: ModuleNames,
  modelId: number,
  exportModules: ReadonlyMap<InterfaceId, ModuleNames>,
): void {
  const { resolve } = workspace;
  const { unit, file } = module;
  const world = resolve.worlds[unit.id];
  if (world === undefined) return;
  const writer = new ModuleWriter(workspace, module);
  const imported = writer.members(functionsOf(resolve, unit, "imports"), definedIn(world.imports));
  const exported = writer.members(functionsOf(resolve, unit, "exports"), definedIn(world.exports));
  writer.declareTypes();
  writer.declareResources(imported);
  writer.declareResources(exported);
  const interfaces = new InterfaceEntries(workspace, module, exportModules);
  file.add(
    documented(
      { docs: world.docs ?? `What a component of the world \`${unit.name}\` is given.`, stability: world.stability },
      [
        `export type ${module.imports} = `,
        objectOf([...interfaces.of(world.imports, "handler"), ...writer.handlerMembers(imported)]),
        ";",
      ],
    ),
    documented({ docs: `What a component of the world \`${unit.name}\` offers.` }, [
      `export type ${module.exports} = `,
      objectOf([...interfaces.of(world.exports, "client"), ...writer.clientMembers(exported)]),
      ";",
    ]),
  );
  if (hasFunctions(exported)) declareRoot(writer, module, exported, "exports", modelId);
  if (hasFunctions(imported)) {
    const { importClient: client, importHandler: handler, importContract: contract } = module;
    declareRoot(writer, { ...module, client, handler, contract, errors: "" }, imported, "imports", modelId);
  }
}

function objectOf(members: readonly Doc[]): Doc {
  return members.length === 0 ? "Record<never, never>" : block(members);
}

function hasFunctions({ functions, resources }: Members): boolean {
  return functions.length > 0 || resources.length > 0;
}

/** The functions at one side of the root, as a contract of their own. */
function declareRoot(
  writer: ModuleWriter,
  module: ModuleNames,
  members: Members,
  side: "imports" | "exports",
  modelId: number,
): void {
  const { file, unit, client, handler } = module;
  const what = `the functions that the world \`${unit.name}\` ${side} at its root.`;
  file.add(
    writer.clientInterface(client, `Calls ${what}`, members),
    documented({ docs: `Implements ${what}` }, [`export interface ${handler} `, block(writer.handlerMembers(members))]),
  );
  if (module.errors !== "") declareErrors(writer, module, members);
  const constant = contractConstant(module, "WorldContract", "typedWorld", [String(modelId), JSON.stringify(side)]);
  file.add(documented({ docs: `The contract of ${what}` }, constant));
}

function definedIn(entries: readonly WorldEntry[]): (id: TypeId) => boolean {
  const types = new Set(entries.flatMap(({ item }) => (item.tag === "type" ? [item.id] : [])));
  return (id) => types.has(id);
}

/** The interfaces among the imports or exports of a world. */
class InterfaceEntries {
  readonly #workspace: WorldContext;
  readonly #module: ModuleNames;
  readonly #exportModules: ReadonlyMap<InterfaceId, ModuleNames>;

  constructor(workspace: WorldContext, module: ModuleNames, exportModules: ReadonlyMap<InterfaceId, ModuleNames>) {
    this.#workspace = workspace;
    this.#module = module;
    this.#exportModules = exportModules;
  }

  of(entries: readonly WorldEntry[], side: "client" | "handler"): Doc[] {
    const { resolve } = this.#workspace;
    return entries.flatMap(({ name, item }) => {
      if (item.tag !== "interface") return [];
      const found = resolve.interfaces[item.id];
      const exported = side === "client" ? this.#exportModules.get(item.id) : undefined;
      const target = exported ?? this.#workspace.moduleOfInterface(item.id);
      if (found === undefined || target === undefined || isEmpty(resolve, item.id)) return [];
      const key = name ?? qualifiedName(resolve, found);
      const optional = side === "handler" && wasi.test(key) ? "?" : "";
      const { file } = this.#module;
      const type = file.importType(relativePath(file.path, target.path), target[side]);
      const comment = { docs: optional === "" ? undefined : "A WASI host has it.", stability: item.stability };
      return [documented(comment, `readonly ${quoted(key)}${optional}: ${type};`)];
    });
  }
}

/** An interface of nothing but types: there is nothing to give. */
function isEmpty(resolve: Resolve, id: number): boolean {
  const item = resolve.interfaces[id];
  return (
    Object.keys(item?.functions ?? {}).length === 0 &&
    Object.values(item?.types ?? {}).every((type) => resolve.types[type]?.kind.tag !== "resource")
  );
}

/** Interfaces are keyed as WIT has them; formatters take quotes away where they are not needed. */
function quoted(key: string): string {
  return key === camelCase(key) && /^[a-z]\w*$/.test(key) ? key : JSON.stringify(key);
}
