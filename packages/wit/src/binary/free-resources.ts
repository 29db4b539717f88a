import { childTypes } from "../model/references.ts";
import type { Type, TypeId } from "../model/types.ts";
import type { Budget } from "./budget.ts";
import type { ComponentInfo, Entity, InstanceInfo } from "./entities.ts";
import type { TypeArena } from "./type-arena.ts";

/** Gathers the resources that types mention, apart from those that the types introduce themselves. */
export class FreeResources {
  readonly #found = new Set<TypeId>();
  readonly #arena: TypeArena;
  readonly #budget: Budget;
  readonly #offset: number;
  readonly #seen = new Set<TypeId | object>();
  /** What nested types introduce; ids are never used twice, so the order does not matter. */
  readonly #bound = new Set<TypeId>();

  constructor(arena: TypeArena, budget: Budget, offset: number) {
    this.#arena = arena;
    this.#budget = budget;
    this.#offset = offset;
  }

  /** The gathered resources, when everything has been visited. */
  free(): TypeId[] {
    return [...this.#found].filter((resource) => !this.#bound.has(resource));
  }

  entity(entity: Entity): void {
    this.#budget.step(this.#offset);
    switch (entity.tag) {
      case "type":
        this.type(entity.type);
        return;
      case "type-of":
        this.entity(entity.of);
        return;
      case "func":
        for (const param of entity.type.params) this.type(param.type);
        if (entity.type.result !== undefined) this.type(entity.type.result);
        return;
      case "instance":
        this.#instance(entity.type);
        return;
      case "component":
        this.#component(entity.type);
        return;
      case "core-module":
        return;
    }
  }

  type(type: Type): void {
    const target = this.#arena.target(type);
    if (typeof target === "string" || this.#seen.has(target) || !this.#arena.mentionsResource(target)) return;
    this.#seen.add(target);
    this.#budget.step(this.#offset);
    const kind = this.#arena.kind(target);
    if (kind.tag === "resource") this.#found.add(target);
    else if (kind.tag === "own" || kind.tag === "borrow") this.type(kind.resource);
    else for (const child of childTypes(kind)) this.type(child);
  }

  #instance(instance: InstanceInfo): void {
    if (this.#seen.has(instance)) return;
    this.#seen.add(instance);
    for (const { resource } of instance.resources) this.#bound.add(resource);
    for (const item of instance.exports) this.entity(item.type);
  }

  #component(component: ComponentInfo): void {
    if (this.#seen.has(component)) return;
    this.#seen.add(component);
    for (const { resource } of [...component.importedResources, ...component.definedResources])
      this.#bound.add(resource);
    for (const item of [...component.imports, ...component.exports]) this.entity(item.type);
  }
}
