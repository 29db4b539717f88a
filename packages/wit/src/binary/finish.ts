/** What a scope amounts to when all of it has been read. */
import type { TypeId } from "../model/types.ts";
import { invalid } from "./decode-error.ts";
import type { Decoding } from "./decoding.ts";
import type { ResourceBinding } from "./definitions.ts";
import {
  type ComponentInfo,
  type Declaration,
  type Entity,
  type InstanceInfo,
  instanceInfo,
  nestingDepth,
} from "./entities.ts";
import { FreeResources } from "./free-resources.ts";
import type { Scope } from "./scope.ts";

/** The type of a component, or of what a component or instance type describes, as those outside see it. */
export function componentInfo(decoding: Decoding, scope: Scope, offset: number): ComponentInfo {
  const imports = scope.imports.declarations;
  const defined = scope.definedResources;
  if (defined.size > 0) {
    const free = new FreeResources(decoding.arena, decoding.budget, offset);
    for (const item of imports) free.entity(item.type);
    if (free.free().some((resource) => defined.has(resource)))
      throw invalid(offset, "local resource type found in imports");
  }
  const outside = new OutsideView(decoding, defined, offset);
  const exports = outside.declarations(scope.exports.declarations, []);
  if (defined.size > 0) {
    const free = new FreeResources(decoding.arena, decoding.budget, offset);
    for (const item of exports) free.entity(item.type);
    for (const resource of free.free()) {
      if (defined.has(resource) && !outside.paths.has(resource)) {
        throw invalid(offset, "local resource type found in export but not exported itself");
      }
    }
  }
  const definedResources = [...outside.paths].map(([resource, path]): ResourceBinding => ({ path, resource }));
  const depth = nestingDepth([...imports, ...exports]);
  return { imports, exports, importedResources: scope.importedResources, definedResources, depth };
}

/**
 * Rewrites what types of resources are from the outside: the first export of a resource that came about inside makes
 * it known (`sub resource`); all other exports of resources are equal to one known before.
 */
class OutsideView {
  /** Where each defined resource is exported first. */
  readonly paths = new Map<TypeId, readonly string[]>();
  readonly #decoding: Decoding;
  readonly #defined: ReadonlyMap<TypeId, unknown>;
  readonly #offset: number;
  readonly #instances = new Map<InstanceInfo, InstanceInfo>();

  constructor(decoding: Decoding, defined: ReadonlyMap<TypeId, unknown>, offset: number) {
    this.#decoding = decoding;
    this.#defined = defined;
    this.#offset = offset;
  }

  declarations(declarations: readonly Declaration[], path: readonly string[]): readonly Declaration[] {
    let changed = false;
    const seen = declarations.map((item) => {
      const type = this.#entity(item.type, item.name, path);
      if (type === item.type) return item;
      changed = true;
      return { ...item, type };
    });
    return changed ? seen : declarations;
  }

  #entity(entity: Entity, name: string, path: readonly string[]): Entity {
    this.#decoding.budget.step(this.#offset, path.length + 1);
    if (entity.tag === "instance") {
      const type = this.#instance(entity.type, [...path, name]);
      return type === entity.type ? entity : { tag: "instance", type };
    }
    if (entity.tag !== "type") return entity;
    const resource = this.#decoding.arena.resource(entity.type);
    const isNew = resource !== undefined && this.#defined.has(resource) && !this.paths.has(resource);
    if (isNew) this.paths.set(resource, [...path, name]);
    const bound = isNew ? "sub-resource" : "eq";
    return bound === entity.bound ? entity : { ...entity, bound };
  }

  /** An instance that is exported again makes nothing known that it did not make known before. */
  #instance(instance: InstanceInfo, path: readonly string[]): InstanceInfo {
    const known = this.#instances.get(instance);
    if (known !== undefined) return known;
    this.#instances.set(instance, instance);
    const exports = this.declarations(instance.exports, path);
    return exports === instance.exports ? instance : instanceInfo(exports, instance.resources);
  }
}
