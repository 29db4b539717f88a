import { type Resolve, referencesOf, type Type, type TypeId, type TypeKind, typeDef } from "@witwire/wit/model";

/** In what a type differs between those who use it. */
export interface Traits {
  /** Whether it holds resources: callers see remote ones, implementations their own objects. */
  readonly sided: boolean;
  /** Whether it holds streams: what may be passed is more than what one gets. */
  readonly directed: boolean;
  /** The resources that it holds. */
  readonly resources: ReadonlySet<TypeId>;
}

const plain: Traits = { sided: false, directed: false, resources: new Set() };

/** Finds the traits of types, each once. */
export class TypeTraits {
  readonly #resolve: Resolve;
  readonly #known = new Map<TypeId, Traits>();

  constructor(resolve: Resolve) {
    this.#resolve = resolve;
  }

  of(type: Type | undefined): Traits {
    if (typeof type !== "number") return plain;
    let traits = this.#known.get(type);
    if (traits === undefined) {
      const { kind } = typeDef(this.#resolve, type);
      const parts = referencesOf(kind).map((part) => this.of(part));
      const resources = new Set(parts.flatMap((part) => [...part.resources]));
      if (kind.tag === "resource") resources.add(type);
      traits = {
        sided: resources.size > 0,
        directed: kind.tag === "stream" || parts.some((part) => part.directed),
        resources,
      };
      this.#known.set(type, traits);
    }
    return traits;
  }
}

/** What a type is once aliases have been followed: a primitive, or a definition that is no alias. */
export function unaliased(resolve: Resolve, type: Type): Type {
  let current = type;
  while (typeof current === "number") {
    const { kind } = typeDef(resolve, current);
    if (kind.tag !== "alias") return current;
    current = kind.type;
  }
  return current;
}

/** The kind of a type behind its aliases; `undefined` for primitives. */
export function kindOf(resolve: Resolve, type: Type): TypeKind | undefined {
  const found = unaliased(resolve, type);
  return typeof found === "number" ? typeDef(resolve, found).kind : undefined;
}
