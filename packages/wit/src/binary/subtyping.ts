import type { Type, TypeId, TypeKind } from "../model/types.ts";
import type { Budget } from "./budget.ts";
import { coreMismatch } from "./core-subtyping.ts";
import { invalid } from "./decode-error.ts";
import type { FunctionType, ResourceBinding } from "./definitions.ts";
import {
  type ComponentInfo,
  type CoreModuleInfo,
  type Declaration,
  describeSort,
  type Entity,
  type InstanceInfo,
  sortOf,
} from "./entities.ts";
import type { TypeArena } from "./type-arena.ts";
import { partNames, typeParts } from "./type-parts.ts";

/** What one comparison knows. A nested component is compared under assumptions of its own on top of these. */
interface Assumptions {
  /** What abstract resources stand for. */
  readonly resources: Map<TypeId, TypeId>;
  /** Pairs that were found to fit, as `actual:expected`. */
  readonly types: Set<string>;
  readonly entities: Map<object, Set<object>>;
  readonly outer?: Assumptions;
}

/**
 * Checks that one thing can stand in for another; Explainer.md, "Type Checking". Instances may offer more than is asked
 * for, and components may ask for less. Functions and value types must be the same, as in wasm-tools, since no engine
 * adapts values. Every pair is compared once.
 */
export class Subtyping {
  readonly #arena: TypeArena;
  readonly #budget: Budget;
  readonly #offset: number;
  #assumed: Assumptions = assumptions();
  /** Where in the two types the comparison is, for messages. */
  readonly #path: string[] = [];

  constructor(arena: TypeArena, budget: Budget, offset: number) {
    this.#arena = arena;
    this.#budget = budget;
    this.#offset = offset;
  }

  /** The resources for which the abstract ones stand, as found by {@link assume}. */
  get resources(): ReadonlyMap<TypeId, TypeId> {
    return this.#assumed.resources;
  }

  /** Finds out what abstract resources stand for when `given` is what they are looked for in. */
  assume(bindings: readonly ResourceBinding[], given: (name: string) => Entity | undefined): void {
    for (const { path, resource } of bindings) {
      this.#budget.step(this.#offset, path.length);
      const [first, ...rest] = path;
      let found = first === undefined ? undefined : given(first);
      for (const name of rest) found = found?.tag === "instance" ? found.type.byName.get(name)?.type : undefined;
      if (found?.tag !== "type") continue;
      const actual = this.#arena.resource(found.type);
      if (actual !== undefined) this.#assumed.resources.set(resource, this.#resolve(actual));
    }
  }

  /** Makes sure that everything `expected` is among what is given. */
  all(expected: readonly Declaration[], what: string, given: (name: string) => Entity | undefined): void {
    for (const declaration of expected) {
      const actual = given(declaration.name);
      if (actual === undefined) this.#fail(`the ${what} "${declaration.name}" is missing`);
      this.within(`${what} "${declaration.name}"`, () => this.entity(actual, declaration.type));
    }
  }

  /** @throws ComponentDecodeError where `actual` cannot stand in for `expected`. */
  entity(actual: Entity, expected: Entity): void {
    this.#budget.step(this.#offset);
    if (actual.tag === "func" && expected.tag === "func") {
      this.#function(actual.type, expected.type);
      return;
    }
    if (actual.tag === "type" && expected.tag === "type") {
      this.#definition(actual.type, expected.type);
      return;
    }
    if (actual.tag === "type-of" && expected.tag === "type-of") {
      this.entity(actual.of, expected.of);
      return;
    }
    if (actual.tag === "instance" && expected.tag === "instance") {
      this.#instance(actual.type, expected.type);
      return;
    }
    if (actual.tag === "component" && expected.tag === "component") {
      this.#component(actual.type, expected.type);
      return;
    }
    if (actual.tag === "core-module" && expected.tag === "core-module") {
      this.#module(actual.type, expected.type);
      return;
    }
    this.#fail(`expected ${describeSort(sortOf(expected))}, found ${describeSort(sortOf(actual))}`);
  }

  #instance(actual: InstanceInfo, expected: InstanceInfo): void {
    if (actual === expected && actual.resources.length === 0 && this.#assumed.resources.size === 0) return;
    if (this.#seen(actual, expected)) return;
    this.all(expected.exports, "export", (name) => actual.byName.get(name)?.type);
  }

  /** Who has `expected` in mind gives its imports and takes its exports. */
  #component(actual: ComponentInfo, expected: ComponentInfo): void {
    if (this.#seen(actual, expected)) return;
    const outer = this.#assumed;
    this.#assumed = assumptions(outer);
    const given = new Map(expected.imports.map((item) => [item.name, item.type]));
    this.assume(actual.importedResources, (name) => given.get(name));
    this.all(actual.imports, "import", (name) => given.get(name));
    const offered = new Map(actual.exports.map((item) => [item.name, item.type]));
    this.assume(expected.definedResources, (name) => offered.get(name));
    this.all(expected.exports, "export", (name) => offered.get(name));
    this.#assumed = outer;
  }

  #module(actual: CoreModuleInfo, expected: CoreModuleInfo): void {
    if (this.#seen(actual, expected)) return;
    const given = new Map(expected.imports.map((item) => [JSON.stringify([item.module, item.name]), item.type]));
    for (const { module, name, type } of actual.imports) {
      this.#budget.step(this.#offset);
      const found = given.get(JSON.stringify([module, name]));
      if (found === undefined) this.#fail(`the core import "${module}" "${name}" is missing`);
      this.#core(coreMismatch(found, type), `core import "${module}" "${name}"`);
    }
    for (const { name, type } of expected.exports) {
      this.#budget.step(this.#offset);
      const found = actual.exportsByName.get(name);
      if (found === undefined) this.#fail(`the core export "${name}" is missing`);
      this.#core(coreMismatch(found, type), `core export "${name}"`);
    }
  }

  #core(problem: string | undefined, place: string): void {
    if (problem !== undefined) this.within(place, () => this.#fail(problem));
  }

  #function(actual: FunctionType, expected: FunctionType): void {
    if (actual === expected && this.#assumed.resources.size === 0) return;
    if (actual.async !== expected.async) {
      this.#fail(
        expected.async
          ? "expected async function, found sync function"
          : "expected sync function, found async function",
      );
    }
    this.#equal(actual.params.length, expected.params.length, "parameters");
    expected.params.forEach((param, index) => {
      const found = actual.params[index];
      if (found === undefined) return;
      if (found.name !== param.name) this.#fail(`expected parameter named "${param.name}", found "${found.name}"`);
      this.within(`parameter "${param.name}"`, () => this.#type(found.type, param.type));
    });
    this.within("result", () => this.#optional(actual.result, expected.result));
  }

  #definition(actual: TypeId, expected: TypeId): void {
    const [found, wanted] = [this.#arena.resource(actual), this.#arena.resource(expected)];
    if (found === undefined && wanted === undefined) {
      this.#type(actual, expected);
      return;
    }
    if (found === undefined) this.#fail(`expected resource, found ${this.#describe(actual)}`);
    if (wanted === undefined) this.#fail(`expected ${this.#describe(expected)}, found resource`);
    this.#resource(found, wanted);
  }

  #resource(actual: TypeId, expected: TypeId): void {
    const [found, wanted] = [this.#arena.resource(actual), this.#arena.resource(expected)];
    if (found === undefined || wanted === undefined || this.#resolve(found) !== this.#resolve(wanted)) {
      this.#fail("resource types are not the same");
    }
  }

  #resolve(resource: TypeId): TypeId {
    let found = resource;
    for (let scope: Assumptions | undefined = this.#assumed; scope !== undefined; scope = scope.outer) {
      this.#budget.step(this.#offset);
      found = scope.resources.get(found) ?? found;
    }
    return found;
  }

  #optional(actual: Type | undefined, expected: Type | undefined): void {
    if (actual !== undefined && expected !== undefined) {
      this.#type(actual, expected);
      return;
    }
    if (actual !== undefined) this.#fail("expected no type, found one");
    if (expected !== undefined) this.#fail("expected a type, found none");
  }

  #type(actual: Type, expected: Type): void {
    this.#budget.step(this.#offset);
    const [found, wanted] = [this.#arena.target(actual), this.#arena.target(expected)];
    if (found === wanted && (typeof found === "string" || !this.#arena.mentionsResource(found))) return;
    if (typeof found === "string" || typeof wanted === "string") {
      this.#fail(`expected ${this.#describe(wanted)}, found ${this.#describe(found)}`);
      return;
    }
    const pair = `${found}:${wanted}`;
    if (this.#assumed.types.has(pair)) return;
    this.#structure(this.#arena.kind(found), this.#arena.kind(wanted));
    this.#assumed.types.add(pair);
  }

  #structure(actual: TypeKind, expected: TypeKind): void {
    if (actual.tag !== expected.tag) this.#fail(`expected ${expected.tag}, found ${actual.tag}`);
    if (actual.tag === "own" || actual.tag === "borrow") {
      if (expected.tag === actual.tag) this.#resource(actual.resource, expected.resource);
      return;
    }
    const [found, wanted] = [typeParts(actual), typeParts(expected)];
    if (actual.tag === "fixed-length-list" && expected.tag === "fixed-length-list") {
      this.#equal(actual.length, expected.length, "elements");
    }
    this.#equal(found.length, wanted.length, partNames[expected.tag] ?? "parts");
    wanted.forEach((part, index) => {
      this.#budget.step(this.#offset);
      const other = found[index];
      if (other === undefined) return;
      if (other.name !== part.name) this.#fail(`expected ${part.what} "${part.name}", found "${other.name}"`);
      if (other.type === undefined && part.type === undefined) return;
      this.within(`${part.what} "${part.name}"`, () => this.#optional(other.type, part.type));
    });
  }

  #equal(actual: number, expected: number, what: string): void {
    if (actual !== expected) this.#fail(`expected ${expected} ${what}, found ${actual}`);
  }

  #describe(type: Type): string {
    const kind = this.#arena.targetKind(type);
    return typeof kind === "string" ? kind : kind.tag;
  }

  #seen(actual: object, expected: object): boolean {
    const pairs = this.#assumed.entities.get(actual);
    if (pairs?.has(expected)) return true;
    if (pairs === undefined) this.#assumed.entities.set(actual, new Set([expected]));
    else pairs.add(expected);
    return false;
  }

  within(place: string, body: () => void): void {
    this.#path.push(place);
    body();
    this.#path.pop();
  }

  #fail(reason: string): never {
    const place = this.#path.length === 0 ? "" : `type mismatch in ${this.#path.slice(0, 8).join(", ")}: `;
    throw invalid(this.#offset, `${place}${reason}`);
  }
}

function assumptions(outer?: Assumptions): Assumptions {
  return { resources: new Map(), types: new Set(), entities: new Map(), ...(outer !== undefined && { outer }) };
}
