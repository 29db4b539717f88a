import {
  type ContractRef,
  type Func,
  listInterfaces,
  qualifiedName,
  type Resolve,
  resolveAlias,
  type TypeId,
} from "@witwire/wit/model";

/** Where a resource was defined, and its members. */
export interface ResourceContract {
  readonly id: TypeId;
  /** The interface or world of the resource, reduced to the members of this one resource. */
  readonly contract: ContractRef;
}

/** Finds a resource by its key, `namespace:package/interface@version#name`. */
export function findResource(resolve: Resolve, key: string): ResourceContract | undefined {
  const separator = key.lastIndexOf("#");
  const owner = key.slice(0, separator);
  const name = key.slice(separator + 1);
  const found = listInterfaces(resolve).find((candidate) => candidate.name === owner);
  if (found !== undefined) {
    const id = resolve.interfaces[found.id]?.types[name];
    return id === undefined
      ? undefined
      : { id, contract: { ...found, functions: membersOf(resolve, found.functions, id) } };
  }
  return findInWorlds(resolve, owner, name);
}

/** The resources that a contract defines itself. */
export function resourcesOf(contract: ContractRef): { readonly name: string; readonly key: string }[] {
  const { resolve } = contract;
  const named: [string, TypeId][] =
    contract.tag === "interface"
      ? Object.entries(resolve.interfaces[contract.id]?.types ?? {})
      : [...(resolve.worlds[contract.id]?.imports ?? []), ...(resolve.worlds[contract.id]?.exports ?? [])].flatMap(
          ({ name, item }): [string, TypeId][] => (item.tag === "type" && name !== undefined ? [[name, item.id]] : []),
        );
  return named
    .filter(([, id]) => resolve.types[id]?.kind.tag === "resource")
    .map(([name]) => ({ name, key: `${contract.name}#${name}` }));
}

function findInWorlds(resolve: Resolve, owner: string, name: string): ResourceContract | undefined {
  for (const [worldId, world] of resolve.worlds.entries()) {
    if (qualifiedName(resolve, world) !== owner) continue;
    const entries = [...world.imports, ...world.exports];
    const type = entries.find((entry) => entry.item.tag === "type" && entry.name === name)?.item;
    if (type?.tag !== "type") continue;
    const functions = entries.flatMap(({ item }) => (item.tag === "function" ? [item.func] : []));
    const contract: ContractRef = {
      tag: "world",
      resolve,
      id: worldId,
      name: owner,
      functions: membersOf(resolve, functions, type.id),
    };
    return { id: type.id, contract };
  }
  return undefined;
}

function membersOf(resolve: Resolve, functions: readonly Func[], resource: TypeId): Func[] {
  const id = resolveAlias(resolve, resource);
  return functions.filter(
    (func) => func.kind.tag !== "freestanding" && resolveAlias(resolve, func.kind.resource) === id,
  );
}
