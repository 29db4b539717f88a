/** The types of imports and exports as the decoder keeps them: those of the result, with what it needs to work on. */
import type { TypeId } from "../model/types.ts";
import type {
  ComponentType,
  CoreExternType,
  CoreModuleType,
  ExternDeclaration,
  FunctionType,
  InstanceType,
  ResourceBinding,
  Sort,
} from "./definitions.ts";

export interface InstanceInfo extends InstanceType {
  readonly exports: readonly Declaration[];
  readonly byName: ReadonlyMap<string, Declaration>;
  /**
   * The resources that the type itself introduces. Only types that are written down have any; as soon as something has
   * the type, they are replaced by fresh ones that belong to the surrounding component.
   */
  readonly resources: readonly ResourceBinding[];
  /** Levels of instances and components in it, itself included. */
  readonly depth: number;
}

export interface ComponentInfo extends ComponentType {
  readonly imports: readonly Declaration[];
  readonly exports: readonly Declaration[];
  /** Paths begin with the name of the import. */
  readonly importedResources: readonly ResourceBinding[];
  /** Those that each instance makes anew. Paths begin with the name of the export. */
  readonly definedResources: readonly ResourceBinding[];
  /** Levels of instances and components in it, itself included. */
  readonly depth: number;
}

export interface CoreModuleInfo extends CoreModuleType {
  readonly exportsByName: CoreInstance;
}

export type CoreInstance = ReadonlyMap<string, CoreExternType>;

export interface Declaration extends ExternDeclaration {
  readonly type: Entity;
}

export type Entity =
  | { readonly tag: "func"; readonly type: FunctionType }
  | { readonly tag: "type"; readonly type: TypeId; readonly bound: "eq" | "sub-resource" }
  | { readonly tag: "type-of"; readonly of: TypedEntity }
  | { readonly tag: "instance"; readonly type: InstanceInfo }
  | { readonly tag: "component"; readonly type: ComponentInfo }
  | { readonly tag: "core-module"; readonly type: CoreModuleInfo };

/** What a type definition can describe besides values. */
export type TypedEntity = Extract<Entity, { readonly tag: "func" | "instance" | "component" }>;

export function instanceInfo(exports: readonly Declaration[], resources: readonly ResourceBinding[]): InstanceInfo {
  const byName = new Map(exports.map((item) => [item.name, item]));
  return { exports, byName, resources, depth: nestingDepth(exports) };
}

/** The depth of what has these declarations. */
export function nestingDepth(declarations: readonly Declaration[]): number {
  return declarations.reduce((most, { type }) => Math.max(most, entityDepth(type) + 1), 1);
}

/** Levels of instances and components in something. Whatever walks over types descends as far. */
export function entityDepth(entity: Entity): number {
  if (entity.tag === "type-of") return entityDepth(entity.of);
  return entity.tag === "instance" || entity.tag === "component" ? entity.type.depth : 0;
}

export function sortOf(entity: Entity): Sort {
  return entity.tag === "type-of" ? "type" : entity.tag;
}

const descriptions: Readonly<Record<Sort, string>> = {
  func: "a function",
  type: "a type",
  component: "a component",
  instance: "an instance",
  "core-module": "a core module",
};

/** The sort of a thing with its article, for messages. */
export function describeSort(sort: Sort): string {
  return descriptions[sort];
}
