import { childTypes } from "../model/references.ts";
import type { Type, TypeId } from "../model/types.ts";
import type { Budget } from "./budget.ts";
import type { FunctionType } from "./definitions.ts";
import {
  type ComponentInfo,
  type Declaration,
  type Entity,
  type InstanceInfo,
  instanceInfo,
  type TypedEntity,
} from "./entities.ts";
import type { TypeArena } from "./type-arena.ts";
import { mapChildTypes } from "./type-children.ts";

/**
 * Replaces types, above all resources, by others wherever they are mentioned. What mentions none of them stays the same
 * object, and what is mentioned often is replaced once, so the work is that of one visit to each type.
 */
export class Substitution {
  readonly #arena: TypeArena;
  readonly #budget: Budget;
  readonly #offset: number;
  readonly #types = new Map<TypeId, TypeId>();
  readonly #instances = new Map<InstanceInfo, InstanceInfo>();
  readonly #components = new Map<ComponentInfo, ComponentInfo>();
  /** Types mention only older types, so what is older than all that is replaced need not be looked at. */
  #oldest = Number.POSITIVE_INFINITY;

  constructor(arena: TypeArena, budget: Budget, offset: number) {
    this.#arena = arena;
    this.#budget = budget;
    this.#offset = offset;
  }

  /** Call it before anything else. The first replacement of a type holds. */
  replace(from: TypeId, to: TypeId): void {
    if (from === to || this.#types.has(from)) return;
    this.#types.set(from, to);
    this.#oldest = Math.min(this.#oldest, from);
  }

  type(type: Type): Type {
    return typeof type === "number" ? this.id(type) : type;
  }

  id(id: TypeId): TypeId {
    if (id < this.#oldest) return id;
    const known = this.#types.get(id);
    if (known !== undefined) return known;
    const kind = this.#arena.kind(id);
    if (kind.tag === "alias") return this.#alias(id);
    const replaced = mapChildTypes(
      kind,
      (child) => this.type(child),
      (resource) => this.id(resource),
    );
    return this.#remember(id, same(kind, replaced) ? id : this.#add(id, replaced));
  }

  func(func: FunctionType): FunctionType {
    this.#budget.step(this.#offset, func.params.length + 1);
    let changed = false;
    const params = func.params.map((param) => {
      const type = this.type(param.type);
      if (type !== param.type) changed = true;
      return { name: param.name, type };
    });
    const result = func.result === undefined ? undefined : this.type(func.result);
    if (!changed && result === func.result) return func;
    return { async: func.async, params, ...(result !== undefined && { result }) };
  }

  instance(instance: InstanceInfo): InstanceInfo {
    const known = this.#instances.get(instance);
    if (known !== undefined) return known;
    const exports = this.declarations(instance.exports);
    const replaced = exports === instance.exports ? instance : instanceInfo(exports, instance.resources);
    this.#instances.set(instance, replaced);
    return replaced;
  }

  component(component: ComponentInfo): ComponentInfo {
    const known = this.#components.get(component);
    if (known !== undefined) return known;
    const imports = this.declarations(component.imports);
    const exports = this.declarations(component.exports);
    const unchanged = imports === component.imports && exports === component.exports;
    const replaced = unchanged ? component : { ...component, imports, exports };
    this.#components.set(component, replaced);
    return replaced;
  }

  declarations(declarations: readonly Declaration[]): readonly Declaration[] {
    this.#budget.step(this.#offset, declarations.length);
    let changed = false;
    const replaced = declarations.map((declaration) => {
      const type = this.entity(declaration.type);
      if (type === declaration.type) return declaration;
      changed = true;
      return { ...declaration, type };
    });
    return changed ? replaced : declarations;
  }

  entity(entity: Entity): Entity {
    switch (entity.tag) {
      case "type": {
        const type = this.id(entity.type);
        return type === entity.type ? entity : { ...entity, type };
      }
      case "type-of": {
        const of = this.#typed(entity.of);
        return of === entity.of ? entity : { tag: "type-of", of };
      }
      case "core-module":
        return entity;
      default:
        return this.#typed(entity);
    }
  }

  #typed(entity: TypedEntity): TypedEntity {
    switch (entity.tag) {
      case "func": {
        const type = this.func(entity.type);
        return type === entity.type ? entity : { tag: "func", type };
      }
      case "instance": {
        const type = this.instance(entity.type);
        return type === entity.type ? entity : { tag: "instance", type };
      }
      case "component": {
        const type = this.component(entity.type);
        return type === entity.type ? entity : { tag: "component", type };
      }
    }
  }

  /** Chains of aliases can be as long as the file, so they are not followed by recursion. */
  #alias(first: TypeId): TypeId {
    const chain: TypeId[] = [];
    let id = first;
    let end: Type = first;
    for (;;) {
      this.#budget.step(this.#offset);
      const kind = this.#arena.kind(id);
      if (kind.tag !== "alias") break;
      chain.push(id);
      end = kind.type;
      if (typeof end === "string" || end < this.#oldest || this.#types.has(end)) break;
      id = end;
    }
    let to = this.type(end);
    for (const alias of chain.reverse()) {
      const kind = this.#arena.kind(alias);
      const unchanged = kind.tag === "alias" && kind.type === to;
      to = this.#remember(alias, unchanged ? alias : this.#add(alias, { tag: "alias", type: to }));
    }
    return this.id(first);
  }

  #add(id: TypeId, kind: ReturnType<TypeArena["kind"]>): TypeId {
    return this.#arena.add(kind, this.#offset, this.#arena.defs[id]?.name);
  }

  #remember(from: TypeId, to: TypeId): TypeId {
    this.#types.set(from, to);
    return to;
  }
}

/** Whether a kind is made of the same types as another one of the same shape. */
function same(before: ReturnType<TypeArena["kind"]>, after: ReturnType<TypeArena["kind"]>): boolean {
  if (before === after) return true;
  if ((before.tag === "own" || before.tag === "borrow") && after.tag === before.tag) {
    return before.resource === after.resource;
  }
  const children = childTypes(before);
  return childTypes(after).every((child, index) => child === children[index]);
}
