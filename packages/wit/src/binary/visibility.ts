import { childTypes } from "../model/references.ts";
import type { Type, TypeId } from "../model/types.ts";
import type { Budget } from "./budget.ts";
import type { FunctionType } from "./definitions.ts";
import type { Entity } from "./entities.ts";
import type { TypeArena } from "./type-arena.ts";

/**
 * Which types of a component have a name for those outside; Explainer.md, "External Visibility of Types". Whatever a
 * function, record, … of an import or export is made of must be named by an earlier import or export, when it is a
 * resource, record, variant, enum or flags. An id that names such a type counts, not the type itself.
 */
export class Visibility {
  readonly #arena: TypeArena;
  readonly #budget: Budget;
  readonly #imported = new Set<TypeId>();
  readonly #exported = new Set<TypeId>();

  constructor(arena: TypeArena, budget: Budget) {
    this.#arena = arena;
    this.#budget = budget;
  }

  /** Whether this may be imported or exported; if so, its types are visible from now on. */
  admit(entity: Entity, kind: "import" | "export", offset: number): boolean {
    const named = kind === "import" ? this.#imported : this.#exported;
    this.#budget.step(offset);
    switch (entity.tag) {
      case "type":
        if (!this.#partsNamed(entity.type, named, offset)) return false;
        this.#exported.add(entity.type);
        if (kind === "import") this.#imported.add(entity.type);
        return true;
      case "type-of":
        return this.#definitionNamed(entity.of, named, offset);
      case "func":
        return this.#functionNamed(entity.type, named, offset);
      case "instance":
        return (
          this.#admitted(entity.type, kind) || entity.type.exports.every((item) => this.admit(item.type, kind, offset))
        );
      default:
        return true;
    }
  }

  readonly #seen = { import: new Set<object>(), export: new Set<object>() };

  /** Instances that hold the same instance several times would take exponential time without this. */
  #admitted(instance: object, kind: "import" | "export"): boolean {
    if (this.#seen[kind].has(instance)) return true;
    this.#seen[kind].add(instance);
    return false;
  }

  /** What an instance type itself names does not count when the type is passed on as a type; wasm-tools has it so, too. */
  #definitionNamed(entity: Entity, named: Set<TypeId>, offset: number): boolean {
    this.#budget.step(offset);
    if (entity.tag === "func") return this.#functionNamed(entity.type, named, offset);
    if (entity.tag === "type") return this.#partsNamed(entity.type, named, offset);
    return (
      entity.tag !== "instance" || entity.type.exports.every((item) => this.#definitionNamed(item.type, named, offset))
    );
  }

  #functionNamed(func: FunctionType, named: Set<TypeId>, offset: number): boolean {
    this.#budget.step(offset, func.params.length);
    const params = func.params.every((param) => this.#named(param.type, named, offset));
    return params && (func.result === undefined || this.#named(func.result, named, offset));
  }

  #partsNamed(id: TypeId, named: Set<TypeId>, offset: number): boolean {
    const target = this.#arena.target(id);
    if (typeof target === "string") return true;
    const kind = this.#arena.kind(target);
    if (kind.tag === "resource") return true;
    if (kind.tag === "own" || kind.tag === "borrow") return named.has(kind.resource);
    return childTypes(kind).every((child) => this.#named(child, named, offset));
  }

  /** Types without a need for a name are remembered as if they had one, so that each is looked at once. */
  #named(type: Type, named: Set<TypeId>, offset: number): boolean {
    this.#budget.step(offset);
    if (typeof type === "string" || named.has(type)) return true;
    const kind = this.#arena.targetKind(type);
    if (typeof kind === "string") return true;
    if (needsName.has(kind.tag)) return false;
    if (!this.#partsNamed(type, named, offset)) return false;
    named.add(type);
    return true;
  }
}

const needsName: ReadonlySet<string> = new Set(["record", "variant", "enum", "flags", "resource"]);
