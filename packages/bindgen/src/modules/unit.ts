import {
  type Annotated,
  type Func,
  type InterfaceId,
  listInterfaces,
  qualifiedName,
  type Resolve,
  type TypeId,
  type WorldEntry,
  type WorldId,
} from "@witwire/wit/model";

/** An interface for which a module is written. */
export interface InterfaceUnit {
  readonly tag: "interface";
  readonly id: InterfaceId;
  /** Name on the wire, `namespace:package/interface@version`. */
  readonly name: string;
  /** The last part of it. */
  readonly label: string;
  /** The world in which it is written, for inline interfaces. */
  readonly world?: string;
}

/** A world for which a module is written. */
export interface WorldUnit {
  readonly tag: "world";
  readonly id: WorldId;
  readonly name: string;
  readonly label: string;
}

export type Unit = InterfaceUnit | WorldUnit;

/** A key for maps. */
export function unitKey(tag: Unit["tag"], id: number): string {
  return `${tag} ${id}`;
}

/** Every interface and world of a model. */
export function listUnits(resolve: Resolve): Unit[] {
  const interfaces = listInterfaces(resolve).map(({ id, name }): Unit => {
    const label = name.slice(name.indexOf("/") + 1).replace(/@.*$/, "");
    const inline = resolve.interfaces[id]?.name === undefined;
    const world = inline
      ? resolve.worlds.find((item) => [...item.imports, ...item.exports].some(isInterface(id)))
      : undefined;
    return { tag: "interface", id, name, label, ...(world === undefined ? {} : { world: world.name }) };
  });
  const worlds = resolve.worlds.map(
    (world, id): Unit => ({
      tag: "world",
      id,
      name: qualifiedName(resolve, world),
      label: world.name,
    }),
  );
  return [...interfaces, ...worlds];
}

function isInterface(id: InterfaceId): (entry: WorldEntry) => boolean {
  return ({ item }) => item.tag === "interface" && item.id === id;
}

/** The types that a unit defines or brings in with `use`, by WIT's names. */
export function typesOf(resolve: Resolve, unit: Unit): (readonly [string, TypeId])[] {
  if (unit.tag === "interface") return Object.entries(resolve.interfaces[unit.id]?.types ?? {});
  const world = resolve.worlds[unit.id];
  const entries = [...(world?.imports ?? []), ...(world?.exports ?? [])];
  const found = entries.flatMap(({ name, item }): [string, TypeId][] =>
    item.tag === "type" && name !== undefined ? [[name, item.id]] : [],
  );
  return [...new Map(found)];
}

/** The functions of an interface, or those at one side of a world's root. */
export function functionsOf(resolve: Resolve, unit: Unit, side: "imports" | "exports"): Func[] {
  if (unit.tag === "interface") return Object.values(resolve.interfaces[unit.id]?.functions ?? {});
  return (resolve.worlds[unit.id]?.[side] ?? []).flatMap(({ item }) => (item.tag === "function" ? [item.func] : []));
}

/** What is written about a unit. */
export function annotationOf(resolve: Resolve, unit: Unit): Annotated {
  const found = unit.tag === "interface" ? resolve.interfaces[unit.id] : resolve.worlds[unit.id];
  return found ?? {};
}
