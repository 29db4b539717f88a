import type { Resolve, TypeId } from "@witwire/wit/model";
import { qualifiedName, resolveAlias, typeDef } from "@witwire/wit/model";
import type { ResourceRef } from "../codec.ts";

/** How a resource is called between the two sides: by where it was defined, whichever alias leads there. */
export function resourceRef(resolve: Resolve, type: TypeId): ResourceRef {
  const id = resolveAlias(resolve, type);
  const def = typeDef(resolve, id);
  if (def.kind.tag !== "resource")
    throw new RangeError(`type ${id} is a ${def.kind.tag}, where a resource is expected`);
  const name = def.name ?? `type-${id}`;
  return { key: `${ownerName(resolve, id)}#${name}`, name };
}

function ownerName(resolve: Resolve, id: TypeId): string {
  const owner = typeDef(resolve, id).owner;
  if (owner === undefined) return "";
  if (owner.tag === "world") {
    const world = resolve.worlds[owner.id];
    if (world === undefined) throw new RangeError(`the model has no world ${owner.id}`);
    return qualifiedName(resolve, world);
  }
  const item = resolve.interfaces[owner.id];
  if (item === undefined) throw new RangeError(`the model has no interface ${owner.id}`);
  return qualifiedName(resolve, item, item.name ?? inlineName(resolve, owner.id));
}

/** The name under which a world has an interface that was written inline. */
function inlineName(resolve: Resolve, id: number): string | undefined {
  return resolve.worlds
    .flatMap((world) => [...world.imports, ...world.exports])
    .find(({ item }) => item.tag === "interface" && item.id === id)?.name;
}
