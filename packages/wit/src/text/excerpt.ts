import { inlinePlace } from "../model/contract-name.ts";
import type { ContractRef } from "../model/lookup.ts";
import { qualifiedName } from "../model/names.ts";
import type {
  Annotated,
  Func,
  FuncKind,
  Interface,
  InterfaceId,
  Package,
  PackageId,
  PackageName,
  Resolve,
  Type,
  TypeDef,
  TypeId,
  TypeKind,
  TypeOwner,
  World,
  WorldEntry,
} from "../model/types.ts";
import { mapKind } from "./map-kind.ts";

/** Two models say different things about something that has one name. */
export class ExcerptConflict extends Error {
  override readonly name: string = "ExcerptConflict";
}

/**
 * A model that has some contracts, the types that they need, and nothing else. Contracts may come from several models: what
 * has the same name in them is one thing. Documentation and gates are kept, places in sources are not.
 *
 * An interface of `contracts` is there with its `functions` and all types that it defines. Of other interfaces there are only
 * types that are needed. Root functions stand as exports in their world, whatever they are there.
 *
 * @param contracts the functions of each are what counts, not those that its model has
 * @param told contracts that are no secret: a resource of theirs that is needed has its methods. Default: `contracts`
 * @throws ExcerptConflict where models contradict each other
 */
export function excerpt(contracts: readonly ContractRef[], told: readonly ContractRef[] = contracts): Resolve {
  const builder = new ExcerptBuilder(told);
  for (const contract of contracts) builder.add(contract);
  return builder.finish();
}

/** An interface or world in the making. */
interface Draft {
  readonly key: string;
  readonly owner: TypeOwner;
  readonly package: PackageDraft;
  readonly name: string | undefined;
  readonly about: Annotated;
  readonly types: Map<string, TypeId>;
  readonly functions: Map<string, Func>;
  /** Of a world: its inline interfaces. */
  readonly inline: Map<string, InterfaceId>;
  /** Names of its types in the order of the first model that has it. */
  readonly order: readonly string[];
}

interface PackageDraft {
  readonly id: PackageId;
  readonly name: PackageName;
  docs: string | undefined;
  readonly interfaces: Record<string, number>;
  readonly worlds: Record<string, number>;
}

class ExcerptBuilder {
  readonly #told = new Map<string, ContractRef[]>();
  readonly #packages = new Map<string, PackageDraft>();
  readonly #interfaces: Draft[] = [];
  readonly #worlds: Draft[] = [];
  readonly #byKey = new Map<string, Draft>();
  readonly #types: TypeDef[] = [];
  /** Anonymous types by what they are, so that equal ones of several models are one. */
  readonly #anonymous = new Map<string, TypeId>();
  readonly #copies = new Map<Resolve, Map<TypeId, TypeId>>();
  /** Resources whose methods are still to come. */
  readonly #resources: { readonly draft: Draft; readonly name: string }[] = [];

  constructor(told: readonly ContractRef[]) {
    for (const contract of told) {
      const key = this.#keyOf(contract.resolve, contract.tag, contract.id);
      this.#told.set(key, [...(this.#told.get(key) ?? []), contract]);
    }
  }

  add(contract: ContractRef): void {
    const { resolve, tag, id } = contract;
    const draft = this.#draft(resolve, { tag, id });
    const item = tag === "interface" ? resolve.interfaces[id] : undefined;
    draft.package.docs ??= resolve.packages[(item ?? resolve.worlds[id])?.package ?? -1]?.docs;
    for (const type of Object.values(item?.types ?? {})) if (!isUsed(resolve, type)) this.#type(resolve, type);
    for (const func of contract.functions) this.#function(resolve, draft, func);
    this.#methods();
  }

  finish(): Resolve {
    return {
      packages: [...this.#packages.values()].map(
        ({ name, docs, interfaces, worlds }): Package => ({
          name,
          ...(docs === undefined ? {} : { docs }),
          interfaces,
          worlds,
        }),
      ),
      interfaces: this.#interfaces.map(finishInterface),
      worlds: this.#worlds.map(finishWorld),
      types: this.#types,
    };
  }

  /** Methods refer to types, which may be further resources. */
  #methods(): void {
    for (let next = this.#resources.pop(); next !== undefined; next = this.#resources.pop()) {
      for (const contract of this.#told.get(next.draft.key) ?? []) {
        for (const func of contract.functions) {
          if (func.kind.tag === "freestanding") continue;
          if (contract.resolve.types[func.kind.resource]?.name !== next.name) continue;
          this.#function(contract.resolve, next.draft, func);
        }
      }
    }
  }

  #keyOf(resolve: Resolve, tag: TypeOwner["tag"], id: number): string {
    const item = tag === "interface" ? resolve.interfaces[id] : resolve.worlds[id];
    if (item === undefined) throw new RangeError(`the model has no ${tag} ${id}`);
    if (item.name !== undefined) return `${tag} ${qualifiedName(resolve, item)}`;
    const place = inlinePlace(resolve, id);
    const world = resolve.worlds[place?.world ?? -1];
    if (world === undefined) throw new RangeError(`no world of the model has the inline interface ${id}`);
    return `inline ${qualifiedName(resolve, world)} ${place?.name}`;
  }

  #draft(resolve: Resolve, { tag, id }: TypeOwner): Draft {
    const key = this.#keyOf(resolve, tag, id);
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const item = (tag === "interface" ? resolve.interfaces[id] : resolve.worlds[id]) as Interface | World;
    const drafts = tag === "interface" ? this.#interfaces : this.#worlds;
    const place = tag === "interface" && item.name === undefined ? inlinePlace(resolve, id) : undefined;
    const owner = this.#package(resolve, item.package);
    const draft: Draft = {
      key,
      owner: { tag, id: drafts.length },
      package: owner,
      name: item.name,
      about: annotations(item),
      types: new Map(),
      functions: new Map(),
      inline: new Map(),
      order: "types" in item ? Object.keys(item.types) : [],
    };
    drafts.push(draft);
    this.#byKey.set(key, draft);
    if (place !== undefined) {
      this.#draft(resolve, { tag: "world", id: place.world }).inline.set(place.name, draft.owner.id);
    } else if (item.name !== undefined) {
      (tag === "interface" ? owner.interfaces : owner.worlds)[item.name] = draft.owner.id;
    }
    return draft;
  }

  #package(resolve: Resolve, id: PackageId): PackageDraft {
    const name = resolve.packages[id]?.name;
    if (name === undefined) throw new RangeError(`the model has no package ${id}`);
    const key = qualifiedName(resolve, { package: id });
    let found = this.#packages.get(key);
    if (found === undefined) {
      found = { id: this.#packages.size, name, docs: undefined, interfaces: {}, worlds: {} };
      this.#packages.set(key, found);
    }
    return found;
  }

  #function(resolve: Resolve, draft: Draft, { name, kind, params, result, externalId, ...about }: Func): void {
    const func: Func = {
      ...annotations(about),
      name,
      kind: this.#functionKind(resolve, kind),
      params: params.map((param) => ({ name: param.name, type: this.#use(resolve, param.type) })),
      ...(result === undefined ? {} : { result: this.#use(resolve, result) }),
      ...(externalId === undefined ? {} : { externalId }),
    };
    const known = draft.functions.get(name);
    if (known === undefined) draft.functions.set(name, func);
    else if (meaning(known) !== meaning(func)) throw conflict(`the function ${name}`, draft);
  }

  #functionKind(resolve: Resolve, kind: FuncKind): FuncKind {
    return kind.tag === "freestanding" ? kind : { ...kind, resource: this.#type(resolve, kind.resource) };
  }

  #use(resolve: Resolve, type: Type): Type {
    return typeof type === "number" ? this.#type(resolve, type) : type;
  }

  #type(resolve: Resolve, id: TypeId): TypeId {
    const copies = this.#copies.get(resolve) ?? new Map<TypeId, TypeId>();
    this.#copies.set(resolve, copies);
    const copy = copies.get(id) ?? this.#copy(resolve, id);
    copies.set(id, copy);
    return copy;
  }

  #copy(resolve: Resolve, id: TypeId): TypeId {
    const def = resolve.types[id];
    if (def === undefined) throw new RangeError(`the model has no type ${id}`);
    const kind = mapKind(def.kind, (type) => this.#use(resolve, type));
    if (def.name === undefined || def.owner === undefined) return this.#addAnonymous(def, kind);
    const draft = this.#draft(resolve, def.owner);
    const known = draft.types.get(def.name);
    if (known !== undefined) {
      if (meaning(this.#types[known]?.kind) !== meaning(kind)) throw conflict(`the type ${def.name}`, draft);
      return known;
    }
    const copy = this.#push({
      ...annotations(def),
      name: def.name,
      kind,
      owner: draft.owner,
      ...(def.externalId === undefined ? {} : { externalId: def.externalId }),
    });
    draft.types.set(def.name, copy);
    if (kind.tag === "resource") this.#resources.push({ draft, name: def.name });
    return copy;
  }

  #addAnonymous({ name }: TypeDef, kind: TypeKind): TypeId {
    const key = `${name ?? ""} ${meaning(kind)}`;
    let found = this.#anonymous.get(key);
    if (found === undefined) {
      found = this.#push({ ...(name === undefined ? {} : { name }), kind });
      this.#anonymous.set(key, found);
    }
    return found;
  }

  #push(def: TypeDef): TypeId {
    return this.#types.push(def) - 1;
  }
}

function finishInterface({ name, package: owner, about, types, functions, order }: Draft): Interface {
  const position = new Map(order.map((type, index) => [type, index]));
  const last = order.length;
  const sorted = [...types].sort(([a], [b]) => (position.get(a) ?? last) - (position.get(b) ?? last));
  return {
    ...about,
    ...(name === undefined ? {} : { name }),
    package: owner.id,
    types: Object.fromEntries(sorted),
    functions: Object.fromEntries(functions),
  };
}

function finishWorld({ name = "", package: owner, about, types, functions, inline }: Draft): World {
  return {
    ...about,
    name,
    package: owner.id,
    imports: [...types].map(([type, id]): WorldEntry => ({ name: type, item: { tag: "type", id } })),
    exports: [
      ...[...functions.values()].map((func): WorldEntry => ({ name: func.name, item: { tag: "function", func } })),
      ...[...inline].map(([entry, id]): WorldEntry => ({ name: entry, item: { tag: "interface", id } })),
    ],
  };
}

/** Whether a `use` brought the type in. */
function isUsed({ types }: Resolve, id: TypeId): boolean {
  const def = types[id];
  if (def?.kind.tag !== "alias" || typeof def.kind.type === "string") return false;
  const source = types[def.kind.type]?.owner;
  return source !== undefined && (source.tag !== def.owner?.tag || source.id !== def.owner.id);
}

function annotations({ docs, stability }: Annotated): Annotated {
  return { ...(docs === undefined ? {} : { docs }), ...(stability === undefined ? {} : { stability }) };
}

/** What two things must have in common to be one; how they are documented is not part of it. */
function meaning(thing: object | undefined): string {
  return JSON.stringify(thing, (key, value: unknown) => (key === "docs" || key === "stability" ? undefined : value));
}

function conflict(what: string, { key }: Draft): ExcerptConflict {
  return new ExcerptConflict(`${what} of ${key} is not the same everywhere`);
}
