import { type ByteReader, hex } from "./byte-reader.ts";
import { describeCoreSort } from "./core-subtyping.ts";
import { invalid, malformed } from "./decode-error.ts";
import type { Decoding } from "./decoding.ts";
import type { CoreSort, Definition, Sort } from "./definitions.ts";
import { describeSort, type Entity, sortOf } from "./entities.ts";
import { FreeResources } from "./free-resources.ts";
import type { Scope, ScopeType } from "./scope.ts";
import { type AnySort, isCoreExportSort, readSort } from "./sorts.ts";

/** Reads `alias` in a component. Aliases of types in outer scopes leave nothing to do when the component runs. */
export function readAlias(decoding: Decoding, scope: Scope, reader: ByteReader): Definition | undefined {
  const offset = reader.at;
  const sort = readSort(reader);
  const at = reader.at;
  const target = reader.byte("the target of an alias");
  switch (target) {
    case 0x00: {
      if (!isPassable(sort)) throw malformed(offset, `instances export no ${sort}s`);
      const instance = reader.u32("the index of an instance");
      return aliasExport(scope, sort, instance, reader.name("the name of an export"), offset);
    }
    case 0x01: {
      if (!isCoreExportSort(sort)) throw malformed(offset, `core instances export no ${sort}s`);
      const instance = reader.u32("the index of a core instance");
      return aliasCoreExport(scope, sort, instance, reader.name("the name of a core export"), offset);
    }
    case 0x02:
      return aliasOuter(decoding, scope, sort, reader, offset);
    default:
      throw malformed(at, `the target of an alias is 0x00, 0x01 or 0x02, not 0x${hex(target)}`);
  }
}

/** Reads `alias` as a declarator of a component or instance type, where only types and instances can be had. */
export function aliasInType(decoding: Decoding, scope: Scope, reader: ByteReader): void {
  const offset = reader.at;
  const definition = readAlias(decoding, scope, reader);
  if (definition === undefined) return;
  if (definition.tag === "alias" && (definition.sort === "type" || definition.sort === "instance")) return;
  throw invalid(offset, "a type can only have aliases of types, core types and instances");
}

function isPassable(sort: AnySort): sort is Sort {
  return sort === "core-module" || !sort.startsWith("core-");
}

function aliasExport(scope: Scope, sort: Sort, index: number, name: string, offset: number): Definition {
  const found = scope.at("instances", index, offset).byName.get(name);
  if (found === undefined) throw invalid(offset, `instance ${index} has no export named "${name}"`);
  const actual = sortOf(found.type);
  if (actual !== sort) {
    throw invalid(
      offset,
      `export "${name}" for instance ${index} is not ${describeSort(sort)}, it is ${describeSort(actual)}`,
    );
  }
  scope.add(found.type, offset);
  return { tag: "alias", offset, sort, instance: index, name };
}

function aliasCoreExport(scope: Scope, sort: CoreSort, index: number, name: string, offset: number): Definition {
  const found = scope.at("coreInstances", index, offset).get(name);
  if (found === undefined) throw invalid(offset, `core instance ${index} has no export named "${name}"`);
  if (found.tag !== sort) {
    throw invalid(
      offset,
      `export "${name}" for core instance ${index} is not ${describeCoreSort(sort)}, it is ${describeCoreSort(found.tag)}`,
    );
  }
  scope.addCore(found, offset);
  return { tag: "core-alias", offset, sort, instance: index, name };
}

function aliasOuter(
  decoding: Decoding,
  scope: Scope,
  sort: AnySort,
  reader: ByteReader,
  offset: number,
): Definition | undefined {
  const depth = reader.u32("the level of an outer alias");
  const index = reader.u32("the index of an outer alias");
  const { scope: outer, crossesComponent } = scope.outward(depth, offset);
  switch (sort) {
    case "type": {
      const type = outer.at("types", index, offset);
      if (crossesComponent) checkClosed(decoding, type, offset);
      scope.addType(type, offset);
      return undefined;
    }
    case "core-type":
      scope.addCoreType(outer.at("coreTypes", index, offset), offset);
      return undefined;
    case "component":
    case "core-module": {
      const entity: Entity =
        sort === "component"
          ? { tag: sort, type: outer.at("components", index, offset) }
          : { tag: sort, type: outer.at("coreModules", index, offset) };
      scope.add(entity, offset);
      return { tag: "outer-alias", offset, sort, depth, index };
    }
    default:
      throw malformed(offset, "an outer alias is one of a type, core type, core module or component");
  }
}

/** Resources do not leave the component that they are of. */
function checkClosed(decoding: Decoding, type: ScopeType, offset: number): void {
  const free = new FreeResources(decoding.arena, decoding.budget, offset);
  if (type.tag === "value") free.type(type.type);
  else free.entity(type);
  if (free.free().length === 0) return;
  throw invalid(
    offset,
    "cannot alias outer type which transitively refers to resources not defined in the current component",
  );
}
