import type { ContractRef } from "./lookup.ts";
import { qualifiedName } from "./names.ts";
import type { InterfaceId, Resolve, WorldId } from "./types.ts";

/**
 * The full name of what a contract is made of: of its interface, which may be served under other names, or of its world.
 * Inline interfaces are called `namespace:package/their-name`.
 */
export function contractName({ resolve, tag, id, name }: ContractRef): string {
  const item = tag === "interface" ? resolve.interfaces[id] : undefined;
  if (item === undefined) return name;
  return qualifiedName(resolve, item, item.name ?? inlinePlace(resolve, id)?.name);
}

/** The world that declares an inline interface, and the name that it has there. */
export function inlinePlace(
  resolve: Resolve,
  id: InterfaceId,
): { readonly world: WorldId; readonly name: string } | undefined {
  for (const [world, { imports, exports }] of resolve.worlds.entries()) {
    for (const { name, item } of [...exports, ...imports]) {
      if (item.tag === "interface" && item.id === id && name !== undefined) return { world, name };
    }
  }
  return undefined;
}
