import { childTypes } from "../model/references.ts";
import type { Type, TypeDef, TypeId, TypeKind, TypeOwner } from "../model/types.ts";
import { mapChildTypes } from "./type-children.ts";

/** Types that WIT has under a name only. */
const alwaysNamed: ReadonlySet<TypeKind["tag"]> = new Set(["record", "variant", "enum", "flags", "resource"]);

/**
 * Translates types of a binary into types of a model. A binary has an id for each time that a type gets a name; the
 * model has one type for it, and the rest are aliases of that, as `use` makes them.
 */
export class ModelTypes {
  /** The types of the model so far. */
  readonly types: TypeDef[] = [];
  readonly #source: readonly TypeDef[];
  readonly #translated = new Map<TypeId, TypeId>();
  /** What aliases amount to that are not in the model themselves. */
  readonly #uses = new Map<TypeId, Type>();
  /** Resources by the interface or world that they are in, and their name. */
  readonly #resources = new Map<string, TypeId>();
  readonly #refuse: (reason: string) => Error;

  /** `refuse` makes the error for what WIT has no way to say. */
  constructor(source: readonly TypeDef[], refuse: (reason: string) => Error) {
    this.#source = source;
    this.#refuse = refuse;
  }

  /** Adds a type that has been given a name. */
  define(name: string, id: TypeId, owner: TypeOwner, externalId: string | undefined): TypeId {
    const { kind: written } = this.#def(id);
    const referenced = written.tag === "alias" ? written.type : id;
    const known = this.#known(referenced);
    const kind: TypeKind = known === undefined ? this.#kind(this.#target(id)) : { tag: "alias", type: known };
    const defined = this.types.push({ name, kind, owner, ...(externalId !== undefined && { externalId }) }) - 1;
    if (this.#translated.has(id)) {
      throw this.#refuse(`the type "${name}" appears more than once, for example because an import is exported again`);
    }
    this.#translated.set(id, defined);
    if (kind.tag === "resource") {
      this.#resources.set(resourceKey(owner, name), defined);
      const resource = this.#target(id);
      if (typeof resource === "number" && !this.#translated.has(resource)) this.#translated.set(resource, defined);
    }
    return defined;
  }

  /**
   * Says that a name stands for a type that the model has already: the binary describes an interface once for each
   * component that mentions it.
   */
  identify(id: TypeId, known: TypeId): void {
    this.#translated.set(id, known);
    const { kind } = this.#def(id);
    if (kind.tag === "alias" && typeof kind.type === "number" && this.#translated.has(kind.type)) return;
    const target = this.#target(id);
    if (typeof target === "number") this.#pair(target, known);
  }

  /** A use of a type. */
  use(type: Type): Type {
    // Chains of names that are of no interface here can be as long as the file.
    const chain: TypeId[] = [];
    let found: Type | undefined;
    let next = type;
    while (typeof next === "number") {
      found = this.#translated.get(next) ?? this.#uses.get(next);
      const { kind } = this.#def(next);
      if (found !== undefined || kind.tag !== "alias") break;
      chain.push(next);
      next = kind.type;
    }
    found ??= typeof next === "string" ? next : this.#anonymous(next);
    for (const id of chain) this.#uses.set(id, found);
    return found;
  }

  #anonymous(id: TypeId): TypeId {
    const kind = this.#kind(id);
    if (alwaysNamed.has(kind.tag)) throw this.#refuse(`a ${kind.tag} has no name`);
    const translated = this.types.push({ kind }) - 1;
    this.#translated.set(id, translated);
    return translated;
  }

  /** The resource that a function of this owner belongs to. */
  resource(owner: TypeOwner, name: string): TypeId {
    const found = this.#resources.get(resourceKey(owner, name));
    if (found === undefined) throw this.#refuse(`the resource "${name}" is defined elsewhere, and has functions here`);
    return found;
  }

  /** The type of the model that an id, or what it is an alias of, has become. */
  #known(type: Type): TypeId | undefined {
    for (let next = type; typeof next === "number"; ) {
      const known = this.#translated.get(next);
      if (known !== undefined) return known;
      const { kind } = this.#def(next);
      if (kind.tag !== "alias") return undefined;
      next = kind.type;
    }
    return undefined;
  }

  #kind(type: Type): TypeKind {
    if (typeof type === "string") return { tag: "alias", type };
    return mapChildTypes(
      this.#def(type).kind,
      (child) => this.use(child),
      (resource) => {
        const known = this.#known(resource);
        if (known === undefined) throw this.#refuse("a handle is to a resource that has no name");
        return known;
      },
    );
  }

  /**
   * Walks over two forms of one type. The anonymous types within the binary's are those within the model's, so that
   * they are not translated once more.
   */
  #pair(id: TypeId, known: TypeId): void {
    const { kind } = this.#def(id);
    const { kind: model } = this.#model(known);
    if (model.tag !== kind.tag) {
      if (model.tag === "alias") return;
      throw this.#refuse(`the same name stands for a ${model.tag} and a ${kind.tag}`);
    }
    const others = childTypes(model);
    const children = childTypes(kind);
    if (children.length !== others.length)
      throw this.#refuse(`the same name stands for two different ${kind.tag} types`);
    children.forEach((child, index) => {
      const other = others[index];
      if (typeof child === "string" || typeof other !== "number" || this.#translated.has(child)) return;
      this.#translated.set(child, other);
      if (this.#def(child).kind.tag !== "alias") this.#pair(child, other);
    });
  }

  #target(type: Type): Type {
    let target = type;
    for (;;) {
      if (typeof target === "string") return target;
      const { kind } = this.#def(target);
      if (kind.tag !== "alias") return target;
      target = kind.type;
    }
  }

  #def(id: TypeId): TypeDef {
    const def = this.#source[id];
    if (def === undefined) throw new RangeError(`no type ${id}`);
    return def;
  }

  #model(id: TypeId): TypeDef {
    const def = this.types[id];
    if (def === undefined) throw new RangeError(`the model has no type ${id}`);
    return def;
  }
}

function resourceKey(owner: TypeOwner, name: string): string {
  return `${owner.tag} ${owner.id} ${name}`;
}
