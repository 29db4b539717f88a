import { childTypes } from "../model/references.ts";
import type { PrimitiveType, Type, TypeDef, TypeId, TypeKind } from "../model/types.ts";
import type { Budget } from "./budget.ts";
import { invalid } from "./decode-error.ts";
import { type Layout, layoutOf, primitiveLayout, valueSizeLimit } from "./type-layout.ts";

interface Facts {
  readonly layout: Layout;
  /** What is left when aliases are taken away. */
  readonly target: Type;
  /** Levels of types within the type, aliases not counted. */
  readonly depth: number;
  readonly borrows: boolean;
  readonly mentionsResource: boolean;
  /** Filled in on demand. */
  flat?: readonly string[];
}

/** All types of a file. A type refers only to types that were added before it. */
export class TypeArena {
  readonly defs: TypeDef[] = [];
  readonly #facts: Facts[] = [];
  readonly #budget: Budget;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  /** @throws ComponentDecodeError where its values are too large, or the type is nested too deeply. */
  add(kind: TypeKind, offset: number, name?: string): TypeId {
    this.#budget.type(offset);
    const children = childTypes(kind);
    this.#budget.step(offset, children.length);
    const layout = layoutOf(kind, (type) => this.layout(type));
    if (layout.size >= valueSizeLimit)
      throw invalid(offset, `a value of this type takes ${layout.size} bytes, which exceeds maximum byte size`);
    const facts = children.map((child) => this.#of(child));
    const depth = facts.reduce((most, child) => Math.max(most, child?.depth ?? 0), 0) + (kind.tag === "alias" ? 0 : 1);
    this.#budget.depth(offset, depth, "a type is");
    const isHandle = kind.tag === "own" || kind.tag === "borrow";
    const id = this.defs.push(name === undefined ? { kind } : { name, kind }) - 1;
    this.#facts.push({
      layout,
      target: kind.tag === "alias" ? this.target(kind.type) : id,
      depth,
      borrows: kind.tag === "borrow" || facts.some((child) => child?.borrows),
      mentionsResource: kind.tag === "resource" || isHandle || facts.some((child) => child?.mentionsResource),
    });
    return id;
  }

  kind(id: TypeId): TypeKind {
    const def = this.defs[id];
    if (def === undefined) throw new RangeError(`no type ${id}`);
    return def.kind;
  }

  /** The type behind aliases. */
  target(type: Type): Type {
    return this.#of(type)?.target ?? type;
  }

  /** The definition behind aliases, or the name of a primitive type. */
  targetKind(type: Type): TypeKind | PrimitiveType {
    const target = this.target(type);
    return typeof target === "string" ? target : this.kind(target);
  }

  /** The resource behind aliases, or nothing where the type is another one. */
  resource(type: Type): TypeId | undefined {
    const target = this.target(type);
    return typeof target === "number" && this.kind(target).tag === "resource" ? target : undefined;
  }

  layout(type: Type): Layout {
    return typeof type === "string" ? primitiveLayout(type) : (this.#of(type)?.layout ?? primitiveLayout("u8"));
  }

  /** Whether handles that are borrowed may be in a value. */
  borrows(type: Type): boolean {
    return this.#of(type)?.borrows ?? false;
  }

  /** Whether the type is a resource or has handles in it. */
  mentionsResource(type: Type): boolean {
    return this.#of(type)?.mentionsResource ?? false;
  }

  /** Flat core types as computed before; see `flatten.ts`. */
  cachedFlat(id: TypeId, compute: () => readonly string[]): readonly string[] {
    const facts = this.#facts[id];
    if (facts === undefined) return compute();
    facts.flat ??= compute();
    return facts.flat;
  }

  #of(type: Type): Facts | undefined {
    return typeof type === "number" ? this.#facts[type] : undefined;
  }
}
