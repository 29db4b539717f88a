import type { Func, InterfaceId, PackageId, Type, TypeId, TypeOwner, WorldItem } from "../model/types.ts";
import { mapKind } from "./kinds.ts";
import type { ModelBuilder } from "./model-builder.ts";

/**
 * Copies the items that one owner has into another. Types that belong to neither, because a `use` takes them from an
 * interface, stay what they are.
 */
export class Cloner {
  readonly #model: ModelBuilder;
  readonly #owners: { readonly from: TypeOwner; readonly into: TypeOwner };
  /** The package that copies of interfaces belong to. */
  readonly #package: PackageId;
  /** What has been copied already. */
  readonly #copies: Map<TypeId, TypeId>;

  constructor(
    model: ModelBuilder,
    owners: { readonly from: TypeOwner; readonly into: TypeOwner },
    into: PackageId,
    copies: Map<TypeId, TypeId> = new Map(),
  ) {
    this.#model = model;
    this.#owners = owners;
    this.#package = into;
    this.#copies = copies;
  }

  /** The copy of an item that has a name in its world. Interfaces that have a name themselves are not copied. */
  item(item: WorldItem): WorldItem {
    switch (item.tag) {
      case "type":
        return { tag: "type", id: this.#type(item.id) };
      case "function":
        return { tag: "function", func: this.#function(item.func) };
      case "interface": {
        const named = this.#model.interfaces[item.id]?.name !== undefined;
        return named ? item : { ...item, id: this.#interface(item.id) };
      }
    }
  }

  /** Named types come after what they refer to, so this goes no deeper than types can be nested in one place. */
  #type(id: TypeId): TypeId {
    const known = this.#copies.get(id);
    if (known !== undefined) return known;
    const def = this.#model.types[id];
    if (def === undefined) throw new TypeError(`there is no type ${id}`);
    const kind =
      def.kind.tag === "alias" && typeof def.kind.type === "number"
        ? { tag: def.kind.tag, type: this.#aliased(def.kind.type) }
        : mapKind(def.kind, { value: (type) => this.#value(type), definition: (type) => this.#type(type) });
    const owner = def.owner === undefined ? {} : { owner: this.#owners.into };
    const copy = this.#model.addType({ ...def, kind, ...owner });
    this.#copies.set(id, copy);
    return copy;
  }

  #aliased(id: TypeId): TypeId {
    const { from } = this.#owners;
    const owner = this.#model.types[id]?.owner;
    if (owner !== undefined && owner.tag === from.tag && owner.id === from.id) return this.#type(id);
    return this.#copies.get(id) ?? id;
  }

  #value(type: Type): Type {
    return typeof type === "string" ? type : this.#type(type);
  }

  #function(func: Func): Func {
    const { kind } = func;
    return {
      ...func,
      kind: kind.tag === "freestanding" ? kind : { ...kind, resource: this.#type(kind.resource) },
      params: func.params.map((param) => ({ ...param, type: this.#value(param.type) })),
      ...(func.result === undefined ? {} : { result: this.#value(func.result) }),
    };
  }

  #interface(id: InterfaceId): InterfaceId {
    const draft = this.#model.interfaces[id];
    if (draft === undefined) throw new TypeError(`there is no interface ${id}`);
    const next = this.#model.interfaces.length;
    const owners = { from: { tag: "interface", id }, into: { tag: "interface", id: next } } as const;
    const inner = new Cloner(this.#model, owners, this.#package, this.#copies);
    const types = new Map([...draft.types].map(([name, type]) => [name, inner.#type(type)] as const));
    const functions = new Map([...draft.functions].map(([name, func]) => [name, inner.#function(func)] as const));
    return this.#model.addInterface({ ...draft, package: this.#package, types, functions, cloneOf: id });
  }
}
