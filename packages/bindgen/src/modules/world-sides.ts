import type { InterfaceId, Resolve, WorldEntry } from "@witwire/wit/model";
import type { Unit } from "./unit.ts";

/** What the worlds of one run import and export. */
export class WorldSides {
  readonly #worlds: readonly { readonly imports: Set<InterfaceId>; readonly exports: Set<InterfaceId> }[];

  constructor(resolve: Resolve, units: readonly Unit[]) {
    this.#worlds = units
      .filter(({ tag }) => tag === "world")
      .flatMap(({ id }) => resolve.worlds[id] ?? [])
      .map(({ imports, exports }) => ({ imports: interfacesOf(imports), exports: interfacesOf(exports) }));
  }

  /**
   * Whether those who implement one interface get the resources of another from their callers: each world that exports the
   * first one imports the other and does not export it.
   */
  givenByCallers(resources: InterfaceId, implemented: InterfaceId): boolean {
    const exporting = this.#worlds.filter((world) => world.exports.has(implemented));
    return (
      exporting.length > 0 &&
      exporting.every(({ imports, exports }) => imports.has(resources) && !exports.has(resources))
    );
  }
}

function interfacesOf(entries: readonly WorldEntry[]): Set<InterfaceId> {
  return new Set(entries.flatMap(({ item }) => (item.tag === "interface" ? [item.id] : [])));
}
