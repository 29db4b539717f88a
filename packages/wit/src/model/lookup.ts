import { qualifiedName, resolveAlias } from "./names.ts";
import type { Func, InterfaceId, Resolve, Type, TypeDef, TypeId, TypeKind, WorldId } from "./types.ts";

/** An interface of a model, ready to be called or served: what clients and servers take as the contract. */
export interface InterfaceRef {
  readonly tag: "interface";
  readonly resolve: Resolve;
  readonly id: InterfaceId;
  /** Name of the instance on the wire, `namespace:package/interface@version`. */
  readonly name: string;
  readonly functions: readonly Func[];
}

/** The functions that a world imports or exports at its root. */
export interface WorldRef {
  readonly tag: "world";
  readonly resolve: Resolve;
  readonly id: WorldId;
  /** `namespace:package/world@version`. */
  readonly name: string;
  readonly functions: readonly Func[];
}

/** A contract: an interface, or the root functions of a world. */
export type ContractRef = InterfaceRef | WorldRef;

/**
 * Finds an interface by its full name (`wasi:keyvalue/store@0.2.0-draft2`), or by its short name (`store`) where only one
 * package of the model has it. Inline interfaces of worlds are found by `namespace:package/their-name`.
 *
 * @throws RangeError naming the interfaces that there are.
 */
export function findInterface(resolve: Resolve, name: string): InterfaceRef {
  const named = listInterfaces(resolve);
  const exact = named.filter((candidate) => candidate.name === name);
  const found = exact.length > 0 ? exact : named.filter((candidate) => shortName(candidate.name) === name);
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const names = (found.length > 1 ? found : named).map((candidate) => candidate.name);
  throw new RangeError(
    found.length > 1
      ? `interface "${name}" is ambiguous: ${names.join(", ")}`
      : `no interface "${name}" here; there ${names.length === 1 ? "is" : "are"} ${names.join(", ") || "none"}`,
  );
}

/** Every interface of the model under its full name; inline interfaces once for each world entry that declares them. */
export function listInterfaces(resolve: Resolve): InterfaceRef[] {
  const found: InterfaceRef[] = [];
  resolve.interfaces.forEach((item, id) => {
    if (item.name !== undefined) found.push(interfaceRef(resolve, id, qualifiedName(resolve, item)));
  });
  const seen = new Set<InterfaceId>();
  for (const world of resolve.worlds) {
    for (const { name, item } of [...world.imports, ...world.exports]) {
      if (item.tag !== "interface" || name === undefined || seen.has(item.id)) continue;
      const inline = resolve.interfaces[item.id];
      if (inline === undefined || inline.name !== undefined) continue;
      seen.add(item.id);
      found.push(interfaceRef(resolve, item.id, qualifiedName(resolve, inline, name)));
    }
  }
  return found;
}

/**
 * Finds a world by full or short name and gathers its root functions: those it exports, or those it imports.
 *
 * @throws RangeError naming the worlds that there are.
 */
export function findWorld(resolve: Resolve, name: string, side: "imports" | "exports" = "exports"): WorldRef {
  const ids = resolve.worlds.map((world, id) => ({ id, world, full: qualifiedName(resolve, world) }));
  const found = ids.filter((candidate) => candidate.full === name || candidate.world.name === name);
  const [only] = found;
  if (only === undefined || found.length > 1) {
    const names = (found.length > 1 ? found : ids).map((candidate) => candidate.full).join(", ");
    throw new RangeError(
      `${found.length > 1 ? `world "${name}" is ambiguous:` : `no world "${name}" here; there is`} ${names || "none"}`,
    );
  }
  return worldRef(resolve, only.id, side);
}

/** The root functions of a world. @throws RangeError where the model has no such world */
export function worldRef(resolve: Resolve, id: WorldId, side: "imports" | "exports"): WorldRef {
  const world = resolve.worlds[id];
  if (world === undefined) throw new RangeError(`the model has no world ${id}`);
  const functions = world[side].flatMap(({ item }) => (item.tag === "function" ? [item.func] : []));
  return { tag: "world", resolve, id, name: qualifiedName(resolve, world), functions };
}

/**
 * The interfaces that a world imports or exports, by the names under which it does: full ones, or plain ones for inline
 * interfaces and for those that were given another name.
 */
export function worldInterfaces(
  resolve: Resolve,
  world: WorldId,
  side: "imports" | "exports",
): Map<string, InterfaceRef> {
  const found = new Map<string, InterfaceRef>();
  for (const { name, item } of resolve.worlds[world]?.[side] ?? []) {
    const known = item.tag === "interface" ? resolve.interfaces[item.id] : undefined;
    if (item.tag !== "interface" || known === undefined) continue;
    const key = name ?? qualifiedName(resolve, known);
    found.set(key, interfaceRef(resolve, item.id, key));
  }
  return found;
}

/** The definition behind an id. @throws RangeError where the model has none. */
export function typeDef(resolve: Pick<Resolve, "types">, id: TypeId): TypeDef {
  const def = resolve.types[id];
  if (def === undefined) throw new RangeError(`the model has no type ${id}`);
  return def;
}

/** An interface under the name by which it is called. */
export function interfaceRef(resolve: Resolve, id: InterfaceId, name: string): InterfaceRef {
  const item = resolve.interfaces[id];
  return { tag: "interface", resolve, id, name, functions: Object.values(item?.functions ?? {}) };
}

function shortName(name: string): string {
  return name.slice(name.indexOf("/") + 1).replace(/@.*$/, "");
}

/** The `result<T, E>` behind a type, or `undefined` where it is anything else. */
export function resultType(resolve: Pick<Resolve, "types">, type: Type | undefined): ResultKind | undefined {
  if (typeof type !== "number") return undefined;
  const { kind } = typeDef(resolve, resolveAlias(resolve, type));
  return kind.tag === "result" ? kind : undefined;
}

type ResultKind = Extract<TypeKind, { readonly tag: "result" }>;
