/**
 * What a core module imports and exports. Only the sections that say so are read; whether the rest of the module is in
 * order is found out by whoever compiles it.
 */

import type { Budget } from "./budget.ts";
import { type ByteReader, hex } from "./byte-reader.ts";
import { skipConstantExpression } from "./core-expressions.ts";
import {
  readCoreExternType,
  readFunctionTypeIndex,
  readGlobalType,
  readMemoryType,
  readRecursiveTypes,
  readTableType,
  readTagType,
} from "./core-types.ts";
import { invalid, malformed } from "./decode-error.ts";
import type { CoreExternType, CoreModuleType } from "./definitions.ts";
import type { CoreModuleInfo } from "./entities.ts";
import type { CoreType } from "./scope.ts";

type Import = CoreModuleType["imports"][number];
type Export = CoreModuleType["exports"][number];

/** The definitions of a module, imported ones first, in the order of the index spaces. */
interface ModuleSpaces {
  readonly types: CoreType[];
  readonly imports: Import[];
  readonly exports: Export[];
  readonly "core-func": CoreExternType[];
  readonly "core-table": CoreExternType[];
  readonly "core-memory": CoreExternType[];
  readonly "core-global": CoreExternType[];
  readonly "core-tag": CoreExternType[];
}

const exportKinds = ["core-func", "core-table", "core-memory", "core-global", "core-tag"] as const;

/** Ids of sections in the order in which they must come; custom sections may stand anywhere. */
const sectionOrder: readonly number[] = [1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11];

/** Reads a module that takes the whole of the reader. */
export function readCoreModule(reader: ByteReader, budget: Budget): CoreModuleInfo {
  const start = reader.at;
  const preamble = reader.take(8, "the preamble of a core module");
  if ([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0].some((byte, index) => preamble[index] !== byte)) {
    throw malformed(start, "a core module begins with 00 61 73 6d 01 00 00 00");
  }
  const spaces: ModuleSpaces = {
    types: [],
    imports: [],
    exports: [],
    "core-func": [],
    "core-table": [],
    "core-memory": [],
    "core-global": [],
    "core-tag": [],
  };
  let last = -1;
  while (reader.remaining > 0) {
    const id = reader.byte("the id of a section");
    const place = sectionOrder.indexOf(id);
    if (id !== 0 && place <= last) throw malformed(reader.at - 1, `section out of order, or of no known kind: ${id}`);
    if (id !== 0) last = place;
    readSection(id, reader.within(`section ${id} of a core module`), spaces, budget);
  }
  return coreModuleInfo(spaces.imports, spaces.exports, start);
}

/** Puts a module type together, checking that what it lists can be told apart. */
export function coreModuleInfo(imports: readonly Import[], exports: readonly Export[], offset: number): CoreModuleInfo {
  const exportsByName = new Map(exports.map((item) => [item.name, item.type]));
  if (exportsByName.size < exports.length) {
    const names = new Set<string>();
    const twice = exports.find((item) => names.size === names.add(item.name).size);
    throw invalid(offset, `export name "${twice?.name}" already defined in this core module`);
  }
  const names = new Set<string>();
  for (const { module, name } of imports) {
    const key = JSON.stringify([module, name]);
    if (names.has(key))
      throw invalid(offset, `duplicate import name "${module}:${name}" already defined in this core module`);
    names.add(key);
  }
  return { imports, exports, exportsByName };
}

function readSection(id: number, section: ByteReader, spaces: ModuleSpaces, budget: Budget): void {
  const each = (of: string, element: () => void): void => {
    section.list(of, () => {
      budget.step(section.at);
      element();
    });
    section.finish();
  };
  switch (id) {
    case 1:
      each("core types", () => {
        for (const type of readRecursiveTypes(section)) spaces.types.push(type);
      });
      break;
    case 2:
      each("core imports", () => readImport(section, spaces));
      break;
    case 3:
      each("functions", () => void spaces["core-func"].push(readFunctionTypeIndex(section, spaces.types)));
      break;
    case 4:
      each("tables", () => void spaces["core-table"].push(readTable(section)));
      break;
    case 5:
      each("memories", () => void spaces["core-memory"].push(readMemoryType(section)));
      break;
    case 6:
      each("globals", () => {
        spaces["core-global"].push(readGlobalType(section));
        skipConstantExpression(section);
      });
      break;
    case 7:
      each("core exports", () => readExport(section, spaces));
      break;
    case 13:
      each("tags", () => void spaces["core-tag"].push(readTagType(section, spaces.types)));
      break;
  }
}

function readImport(reader: ByteReader, spaces: ModuleSpaces): void {
  const module = reader.name("the module of an import");
  const name = reader.name("the name of an import");
  const type = readCoreExternType(reader, spaces.types);
  spaces.imports.push({ module, name, type });
  spaces[type.tag].push(type);
}

function readTable(reader: ByteReader): CoreExternType {
  if (reader.peek("a table") !== 0x40) return readTableType(reader);
  reader.take(2, "a table");
  const type = readTableType(reader);
  skipConstantExpression(reader);
  return type;
}

function readExport(reader: ByteReader, spaces: ModuleSpaces): void {
  const name = reader.name("the name of an export");
  const offset = reader.at;
  const byte = reader.byte("the kind of an export");
  const kind = exportKinds[byte];
  if (kind === undefined) throw malformed(offset, `no kind of core export is 0x${hex(byte)}`);
  const index = reader.u32("the index of an export");
  const type = spaces[kind][index];
  if (type === undefined)
    throw invalid(offset, `the core export "${name}" refers to index ${index}, which does not exist`);
  spaces.exports.push({ name, type });
}
