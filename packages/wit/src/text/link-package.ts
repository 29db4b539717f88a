/**
 * The second of two steps from syntax to model: a package that is resolved on its own is put into the model. Its
 * placeholders give way to the items of packages linked before, what is not enabled is left out, and worlds get what
 * they include and what they need.
 */
import { formatPackageName } from "../model/names.ts";
import type {
  Func,
  InterfaceId,
  PackageId,
  PackageName,
  Span,
  Stability,
  Type,
  TypeDef,
  TypeId,
  WorldEntry,
  WorldId,
} from "../model/types.ts";
import type { DraftEntries, DraftInterface, DraftWorld, LocalType } from "./draft.ts";
import { elaborateWorld } from "./elaborate.ts";
import { checkWorldNames, includeWorld } from "./include.ts";
import { mapKind } from "./kinds.ts";
import { linkForeign } from "./link-foreign.ts";
import type { LocalPackage } from "./local-package.ts";
import type { ModelBuilder } from "./model-builder.ts";

/** Links a package into the model. Everything it depends on must be there. */
export function linkPackage(model: ModelBuilder, local: LocalPackage): PackageId {
  return new PackageLinker(model, local).link();
}

export class PackageLinker {
  readonly model: ModelBuilder;
  readonly local: LocalPackage;
  readonly name: PackageName;
  readonly id: PackageId;
  /** Ids in the model for ids of the local package; `undefined` for what is left out. */
  readonly types: (TypeId | undefined)[] = [];
  readonly interfaces: (InterfaceId | undefined)[] = [];
  readonly worlds: (WorldId | undefined)[] = [];
  /** The `own` handles made for this package, by resource. */
  readonly #own = new Map<TypeId, TypeId>();

  constructor(model: ModelBuilder, local: LocalPackage) {
    this.model = model;
    this.local = local;
    const { name, docs } = local.syntax;
    this.name = name;
    const rest = { interfaces: new Map(), worlds: new Map() };
    this.id = model.packages.push({ name, ...(docs === undefined ? {} : { docs }), ...rest }) - 1;
    model.packageIds.set(formatPackageName(name), this.id);
  }

  link(): PackageId {
    const { local } = this;
    linkForeign(this);
    const placeholders = { types: this.types.length, interfaces: this.interfaces.length, worlds: this.worlds.length };
    for (const type of local.types.slice(placeholders.types)) this.types.push(this.#type(type));
    for (const draft of local.interfaces.slice(placeholders.interfaces)) this.interfaces.push(this.#interface(draft));
    const own = this.types.slice(placeholders.types);
    this.#setOwners(own, "interface");
    for (const draft of local.worlds.slice(placeholders.worlds)) this.worlds.push(this.#world(draft));
    this.#setOwners(own, "world");
    for (const id of this.worlds.slice(placeholders.worlds)) if (id !== undefined) this.#completeWorld(id);
    this.#register(placeholders);
    return this.id;
  }

  includes(stability: Stability | undefined, span: Span | undefined): boolean {
    return this.model.gates.includes(stability, this.name, (reason) => this.model.fail(span, reason));
  }

  mapType(id: TypeId, span: Span | undefined): TypeId {
    return this.types[id] ?? this.#leftOut("type", this.local.types[id]?.name, this.local.types[id]?.stability, span);
  }

  mapInterface(id: InterfaceId, span: Span | undefined): InterfaceId {
    const draft = this.local.interfaces[id];
    return this.interfaces[id] ?? this.#leftOut("interface", draft?.name, draft?.stability, span);
  }

  mapWorld(id: WorldId, span: Span | undefined): WorldId {
    const draft = this.local.worlds[id];
    return this.worlds[id] ?? this.#leftOut("world", draft?.name, draft?.stability, span);
  }

  #leftOut(what: string, name: string | undefined, stability: Stability | undefined, span: Span | undefined): never {
    const named = name === undefined ? `a ${what}` : `the ${what} "${name}"`;
    const feature = stability?.tag === "unstable" ? ` "${stability.feature}"` : "";
    throw this.model.fail(
      span,
      `this refers to ${named}, which is left out because its feature${feature} is not enabled; enable the feature or put the same gate here`,
    );
  }

  #type(type: LocalType): TypeId | undefined {
    if (!this.includes(type.stability, type.span)) return undefined;
    if (type.kind.tag === "unknown") throw new TypeError("placeholders come before all other types");
    const kind = mapKind(type.kind, {
      value: (used) => this.#use(used, type.span),
      definition: (id) => this.mapType(id, type.span),
    });
    return this.model.addType({ ...type, kind });
  }

  /** A use of a type as a value: a resource turns into an `own` handle, made where it is needed first. */
  #use(type: Type, span: Span | undefined): Type {
    if (typeof type === "string") return type;
    const id = this.mapType(type, span);
    if (!this.model.isResource(id)) return id;
    const known = this.#own.get(id) ?? this.model.addType({ kind: { tag: "own", resource: id } });
    this.#own.set(id, known);
    return known;
  }

  #interface(draft: DraftInterface): InterfaceId | undefined {
    if (!this.includes(draft.stability, draft.span)) return undefined;
    const types = new Map<string, TypeId>();
    for (const [name, id] of draft.types) {
      const linked = this.types[id];
      if (linked !== undefined) types.set(name, linked);
    }
    const functions = new Map<string, Func>();
    for (const [name, func] of draft.functions) {
      if (this.includes(func.stability, func.span)) functions.set(name, this.#function(func));
    }
    return this.model.addInterface({ ...draft, package: this.id, types, functions });
  }

  #function(func: Func): Func {
    const { span } = func;
    const { kind } = func;
    const linkedKind = kind.tag === "freestanding" ? kind : { ...kind, resource: this.mapType(kind.resource, span) };
    const params = func.params.map((param) => ({ ...param, type: this.#use(param.type, span) }));
    const result = func.result === undefined ? undefined : this.#use(func.result, span);
    if (result !== undefined && this.model.borrows(result)) {
      throw this.model.fail(
        span,
        `the result of "${func.name}" contains a "borrow", which cannot outlive the call; return "own" instead`,
      );
    }
    return { ...func, kind: linkedKind, params, ...(result === undefined ? {} : { result }) };
  }

  /** Types carry the local ids of their owners until those have been given ids in the model. */
  #setOwners(types: readonly (TypeId | undefined)[], tag: "interface" | "world"): void {
    for (const id of types) {
      const def = id === undefined ? undefined : this.model.types[id];
      if (id === undefined || def?.owner?.tag !== tag) continue;
      this.model.types[id] = this.#withOwner(def, tag, def.owner.id);
    }
  }

  #withOwner(def: TypeDef, tag: "interface" | "world", local: number): TypeDef {
    const owner = tag === "interface" ? this.interfaces[local] : this.worlds[local];
    if (owner !== undefined) return { ...def, owner: { tag, id: owner } };
    throw this.model.fail(
      def.span,
      `the ${tag} of the type "${def.name}" is left out because its feature is not enabled, but the type is not gated; put the same gate on the type`,
    );
  }

  #world(draft: DraftWorld): WorldId | undefined {
    if (!this.includes(draft.stability, draft.span)) return undefined;
    const imports = this.#entries(draft.imports);
    const exports = this.#entries(draft.exports);
    return this.model.addWorld({ ...draft, package: this.id, imports, exports });
  }

  #entries(entries: DraftEntries): DraftEntries {
    const linked: DraftEntries = new Map();
    for (const entry of entries.values()) {
      const found = this.#entry(entry);
      if (found !== undefined) this.model.setEntry(linked, found);
    }
    return linked;
  }

  #entry({ item, ...entry }: WorldEntry): WorldEntry | undefined {
    switch (item.tag) {
      case "type": {
        const id = this.mapType(item.id, this.local.types[item.id]?.span);
        return { ...entry, item: { tag: "type", id } };
      }
      case "function":
        if (!this.includes(item.func.stability, item.func.span)) return undefined;
        return { ...entry, item: { tag: "function", func: this.#function(item.func) } };
      case "interface":
        if (!this.includes(item.stability, item.span)) return undefined;
        return { ...entry, item: { ...item, id: this.mapInterface(item.id, item.span) } };
    }
  }

  #completeWorld(id: WorldId): void {
    const draft = this.model.worlds[id];
    if (draft === undefined) throw new TypeError(`there is no world ${id}`);
    for (const include of draft.includes) {
      if (!this.includes(include.stability, include.span)) continue;
      includeWorld(this.model, id, this.mapWorld(include.world, include.span), include);
    }
    checkWorldNames(this.model, draft);
    elaborateWorld(this.model, draft);
  }

  #register(placeholders: { readonly interfaces: number; readonly worlds: number }): void {
    const found = this.model.packages[this.id];
    for (const id of this.interfaces.slice(placeholders.interfaces)) {
      const name = id === undefined ? undefined : this.model.interfaces[id]?.name;
      if (id !== undefined && name !== undefined) found?.interfaces.set(name, id);
    }
    for (const id of this.worlds.slice(placeholders.worlds)) {
      const name = id === undefined ? undefined : this.model.worlds[id]?.name;
      if (id !== undefined && name !== undefined) found?.worlds.set(name, id);
    }
  }
}
