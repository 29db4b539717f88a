import type { Func, Interface, Resolve, Type, TypeDef, TypeKind, World, WorldItem } from "@witwire/wit/model";
import type { Selection } from "../modules/selection.ts";

/** A model with nothing but what was selected, and the ids that things have in it. */
export interface CompactModel {
  readonly resolve: Resolve;
  readonly interfaces: ReadonlyMap<number, number>;
  readonly worlds: ReadonlyMap<number, number>;
}

/** Leaves out of a model what was not selected, and what nobody needs at run time: comments, gates, places in sources. */
export function compactModel(resolve: Resolve, selection: Selection): CompactModel {
  const interfaces = numbering(selection.interfaces);
  const worlds = numbering(selection.worlds);
  const owners = [
    ...[...interfaces.keys()].map((id) => resolve.interfaces[id]),
    ...[...worlds.keys()].map((id) => resolve.worlds[id]),
  ].flatMap((item) => (item === undefined ? [] : [item.package]));
  const ids: Ids = { packages: numbering(new Set(owners)), interfaces, worlds, types: numbering(selection.types) };
  return {
    interfaces,
    worlds,
    resolve: {
      packages: pick(resolve.packages, ids.packages).map(({ name, interfaces: own, worlds: ownWorlds }) => ({
        name,
        interfaces: kept(own, ids.interfaces),
        worlds: kept(ownWorlds, ids.worlds),
      })),
      interfaces: pick(resolve.interfaces, ids.interfaces).map((item) => compactInterface(item, ids)),
      worlds: pick(resolve.worlds, ids.worlds).map((item) => compactWorld(item, ids)),
      types: pick(resolve.types, ids.types).map((item) => compactType(item, ids)),
    },
  };
}

type Numbering = ReadonlyMap<number, number>;

interface Ids {
  readonly packages: Numbering;
  readonly interfaces: Numbering;
  readonly worlds: Numbering;
  readonly types: Numbering;
}

/** New ids in the order of the old ones. */
function numbering(ids: ReadonlySet<number>): Map<number, number> {
  return new Map([...ids].sort((a, b) => a - b).map((id, index) => [id, index]));
}

function pick<T>(items: readonly T[], ids: Numbering): T[] {
  return items.filter((_, id) => ids.has(id));
}

function renumber(ids: Numbering, id: number): number {
  const found = ids.get(id);
  if (found === undefined) throw new RangeError(`the model refers to ${id}, which is not part of it`);
  return found;
}

function kept(named: Readonly<Record<string, number>>, ids: Numbering): Record<string, number> {
  return Object.fromEntries(
    Object.entries(named).flatMap(([name, id]) => {
      const found = ids.get(id);
      return found === undefined ? [] : [[name, found]];
    }),
  );
}

function compactInterface({ name, package: owner, types, functions }: Interface, ids: Ids): Interface {
  return {
    ...(name === undefined ? {} : { name }),
    package: renumber(ids.packages, owner),
    types: kept(types, ids.types),
    functions: Object.fromEntries(Object.entries(functions).map(([key, func]) => [key, compactFunc(func, ids)])),
  };
}

function compactWorld({ name, package: owner, imports, exports }: World, ids: Ids): World {
  const entries = (items: World["imports"]): World["imports"] =>
    items.map((entry) => ({
      ...(entry.name === undefined ? {} : { name: entry.name }),
      item: compactItem(entry.item, ids),
    }));
  return { name, package: renumber(ids.packages, owner), imports: entries(imports), exports: entries(exports) };
}

function compactItem(item: WorldItem, ids: Ids): WorldItem {
  switch (item.tag) {
    case "interface":
      return { tag: "interface", id: renumber(ids.interfaces, item.id), ...externalId(item) };
    case "type":
      return { tag: "type", id: renumber(ids.types, item.id) };
    case "function":
      return { tag: "function", func: compactFunc(item.func, ids) };
  }
}

function externalId({ externalId: id }: { readonly externalId?: string }): { externalId?: string } {
  return id === undefined ? {} : { externalId: id };
}

function compactFunc(func: Func, ids: Ids): Func {
  const { name, kind, params, result } = func;
  return {
    name,
    kind: kind.tag === "freestanding" ? kind : { ...kind, resource: renumber(ids.types, kind.resource) },
    params: params.map((param) => ({ name: param.name, type: compactUse(param.type, ids) })),
    ...(result === undefined ? {} : { result: compactUse(result, ids) }),
    ...externalId(func),
  };
}

function compactUse(type: Type, ids: Ids): Type {
  return typeof type === "number" ? renumber(ids.types, type) : type;
}

function compactType(def: TypeDef, ids: Ids): TypeDef {
  const { name, kind, owner } = def;
  return {
    ...(name === undefined ? {} : { name }),
    kind: compactKind(kind, ids),
    ...(owner === undefined
      ? {}
      : { owner: { tag: owner.tag, id: renumber(owner.tag === "interface" ? ids.interfaces : ids.worlds, owner.id) } }),
    ...externalId(def),
  };
}

function compactKind(kind: TypeKind, ids: Ids): TypeKind {
  const use = (type: Type): Type => compactUse(type, ids);
  const payload = (type: Type | undefined): { type?: Type } => (type === undefined ? {} : { type: use(type) });
  switch (kind.tag) {
    case "record":
      return { tag: "record", fields: kind.fields.map(({ name, type }) => ({ name, type: use(type) })) };
    case "tuple":
      return { tag: "tuple", types: kind.types.map(use) };
    case "variant":
      return { tag: "variant", cases: kind.cases.map(({ name, type }) => ({ name, ...payload(type) })) };
    case "enum":
      return { tag: "enum", cases: kind.cases.map(({ name }) => ({ name })) };
    case "flags":
      return { tag: "flags", flags: kind.flags.map(({ name }) => ({ name })) };
    case "result":
      return {
        tag: "result",
        ...(kind.ok === undefined ? {} : { ok: use(kind.ok) }),
        ...(kind.err === undefined ? {} : { err: use(kind.err) }),
      };
    case "map":
      return { tag: "map", key: use(kind.key), value: use(kind.value) };
    case "stream":
    case "future":
      return { tag: kind.tag, ...payload(kind.type) };
    case "own":
    case "borrow":
      return { tag: kind.tag, resource: renumber(ids.types, kind.resource) };
    case "resource":
      return kind;
    default:
      return { ...kind, type: use(kind.type) };
  }
}
