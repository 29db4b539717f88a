import {
  type Func,
  type InterfaceId,
  type PackageId,
  type Resolve,
  referencesOf,
  type Type,
  type TypeId,
  typeDef,
  type WorldId,
} from "@witwire/wit/model";

/** What is generated. */
export interface Selection {
  readonly interfaces: ReadonlySet<InterfaceId>;
  readonly worlds: ReadonlySet<WorldId>;
  /** All types that these refer to. */
  readonly types: ReadonlySet<TypeId>;
}

/** Selects one world with what it needs, or all of a package with what that needs, or everything. */
export function select(resolve: Resolve, wanted: { readonly world?: WorldId; readonly main?: PackageId }): Selection {
  const walk = new Walk(resolve);
  if (wanted.world !== undefined) walk.world(wanted.world);
  else {
    const chosen = (item: { readonly package: PackageId }): boolean =>
      wanted.main === undefined || item.package === wanted.main;
    for (const [id, item] of resolve.interfaces.entries())
      if (chosen(item) && item.name !== undefined) walk.interface(id);
    for (const [id, item] of resolve.worlds.entries()) if (chosen(item)) walk.world(id);
  }
  return walk;
}

class Walk implements Selection {
  readonly interfaces: Set<InterfaceId> = new Set();
  readonly worlds: Set<WorldId> = new Set();
  readonly types: Set<TypeId> = new Set();
  readonly #resolve: Resolve;

  constructor(resolve: Resolve) {
    this.#resolve = resolve;
  }

  world(id: WorldId): void {
    if (this.worlds.has(id)) return;
    this.worlds.add(id);
    const world = this.#resolve.worlds[id];
    for (const { item } of [...(world?.imports ?? []), ...(world?.exports ?? [])]) {
      if (item.tag === "interface") this.interface(item.id);
      else if (item.tag === "type") this.type(item.id);
      else this.#function(item.func);
    }
  }

  interface(id: InterfaceId): void {
    if (this.interfaces.has(id)) return;
    this.interfaces.add(id);
    const item = this.#resolve.interfaces[id];
    for (const type of Object.values(item?.types ?? {})) this.type(type);
    for (const func of Object.values(item?.functions ?? {})) this.#function(func);
  }

  type(type: Type | undefined): void {
    if (typeof type !== "number" || this.types.has(type)) return;
    this.types.add(type);
    const { kind, owner } = typeDef(this.#resolve, type);
    for (const part of referencesOf(kind)) this.type(part);
    if (owner?.tag === "interface") this.interface(owner.id);
    else if (owner?.tag === "world") this.world(owner.id);
  }

  #function({ kind, params, result }: Func): void {
    if (kind.tag !== "freestanding") this.type(kind.resource);
    for (const param of params) this.type(param.type);
    this.type(result);
  }
}
