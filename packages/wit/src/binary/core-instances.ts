import { type ByteReader, hex } from "./byte-reader.ts";
import { coreMismatch } from "./core-subtyping.ts";
import { invalid, malformed } from "./decode-error.ts";
import type { Decoding } from "./decoding.ts";
import type { CoreExport, CoreExternType, CoreSort, Definition } from "./definitions.ts";
import type { CoreInstance } from "./entities.ts";
import type { IndexSpaces, Scope } from "./scope.ts";
import { readCoreExportSort } from "./sorts.ts";

/** Reads `core:instance`. */
export function readCoreInstance(decoding: Decoding, scope: Scope, reader: ByteReader): Definition {
  const offset = reader.at;
  const form = reader.byte("a core instance");
  if (form === 0x00) return coreInstantiate(decoding, scope, reader, offset);
  if (form === 0x01) return coreExports(decoding, scope, reader, offset);
  throw malformed(offset, `a core instance begins with 0x00 or 0x01, not 0x${hex(form)}`);
}

function coreInstantiate(decoding: Decoding, scope: Scope, reader: ByteReader, offset: number): Definition {
  const module = reader.u32("the index of a core module");
  const type = scope.at("coreModules", module, offset);
  const given = new Map<string, CoreInstance>();
  const args = reader.list("arguments", () => {
    const at = reader.at;
    decoding.budget.step(at);
    const name = reader.name("the name of an argument");
    const sort = reader.byte("the sort of an argument");
    if (sort !== 0x12)
      throw malformed(reader.at - 1, `the arguments of core modules are core instances (0x12), not 0x${hex(sort)}`);
    const instance = reader.u32("the index of a core instance");
    if (given.has(name)) throw invalid(at, `duplicate module instantiation argument named "${name}"`);
    given.set(name, scope.at("coreInstances", instance, at));
    return { name, instance };
  });
  for (const wanted of type.imports) {
    decoding.budget.step(offset);
    const instance = given.get(wanted.module);
    if (instance === undefined) throw invalid(offset, `missing module instantiation argument named "${wanted.module}"`);
    const found = instance.get(wanted.name);
    if (found === undefined) {
      throw invalid(
        offset,
        `module instantiation argument "${wanted.module}" does not export an item named "${wanted.name}"`,
      );
    }
    const problem = coreMismatch(found, wanted.type);
    if (problem !== undefined) {
      throw invalid(
        offset,
        `type mismatch for export "${wanted.name}" of module instantiation argument "${wanted.module}": ${problem}`,
      );
    }
  }
  scope.addCoreInstance(type.exportsByName, offset);
  return { tag: "core-instantiate", offset, module, args };
}

function coreExports(decoding: Decoding, scope: Scope, reader: ByteReader, offset: number): Definition {
  const instance = new Map<string, CoreExternType>();
  const exports = reader.list("exports", (): CoreExport => {
    const at = reader.at;
    decoding.budget.step(at);
    const name = reader.name("the name of a core export");
    const sort = readCoreExportSort(reader);
    const index = reader.u32("the index of a core export");
    const type: CoreExternType = scope.at(coreSpace[sort], index, at);
    if (instance.has(name)) throw invalid(at, `duplicate instantiation export name "${name}" already defined`);
    instance.set(name, type);
    return { name, sort, index };
  });
  scope.addCoreInstance(instance, offset);
  return { tag: "core-instance", offset, exports };
}

type CoreSpace = "coreFuncs" | "coreTables" | "coreMemories" | "coreGlobals" | "coreTags";

const coreSpace: Readonly<Record<CoreSort, CoreSpace & keyof IndexSpaces>> = {
  "core-func": "coreFuncs",
  "core-table": "coreTables",
  "core-memory": "coreMemories",
  "core-global": "coreGlobals",
  "core-tag": "coreTags",
};
