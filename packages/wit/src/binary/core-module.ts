/**
 * What a core module imports and exports. Only the sections that say so are read; whether the rest of the module is in
 * order is found out by whoever compiles it.
 */

import type { Budget } from "./budget.ts";
import { type ByteReader, hex } from "./byte-reader.ts";
import { skipConstantExpression } from "./core-expressions.ts";
import {
  readCoreExternType,
  readCoreValueType,
  readFunctionTypeIndex,
  readGlobalType,
  readLimits,
  readMemoryType,
  readRecursiveTypes,
  readTagType,
} from "./core-types.ts";
import { invalid, malformed } from "./decode-error.ts";
import type { CoreExternType, CoreModuleShape, CoreModuleType, CoreSection, LocatedLimits } from "./definitions.ts";
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
  readonly sections: CoreSection[];
  readonly memories: LocatedLimits[];
  readonly tables: LocatedLimits[];
  start?: number;
}

const exportKinds = ["core-func", "core-table", "core-memory", "core-global", "core-tag"] as const;

/** Ids of sections in the order in which they must come; custom sections may stand anywhere. */
const sectionOrder: readonly number[] = [1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11];

/** Reads a module that takes the whole of the reader. */
export function readCoreModule(
  reader: ByteReader,
  budget: Budget,
): CoreModuleInfo & { readonly shape: CoreModuleShape } {
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
    sections: [],
    memories: [],
    tables: [],
  };
  let last = -1;
  while (reader.remaining > 0) {
    const id = reader.byte("the id of a section");
    const place = sectionOrder.indexOf(id);
    if (id !== 0 && place <= last) throw malformed(reader.at - 1, `section out of order, or of no known kind: ${id}`);
    if (id !== 0) last = place;
    const idAt = reader.at - 1 - start;
    const section = reader.within(`section ${id} of a core module`);
    const body = section.at - start;
    spaces.sections.push({ id, start: idAt, body, end: body + section.remaining });
    readSection(id, section, spaces, budget, start);
  }
  const { sections, memories, tables, start: function_ } = spaces;
  const shape = { sections, memories, tables, ...(function_ !== undefined && { start: function_ }) };
  return { ...coreModuleInfo(spaces.imports, spaces.exports, start), shape };
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

function readSection(id: number, section: ByteReader, spaces: ModuleSpaces, budget: Budget, origin: number): void {
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
      each("tables", () => readTable(section, spaces, origin));
      break;
    case 5:
      each("memories", () => readMemory(section, spaces, origin));
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
    case 8:
      readStart(section, spaces);
      section.finish();
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

function readTable(reader: ByteReader, spaces: ModuleSpaces, origin: number): void {
  const initialised = reader.peek("a table") === 0x40;
  if (initialised) reader.take(2, "a table");
  const element = readCoreValueType(reader);
  const from = reader.at - origin;
  const limits = readLimits(reader, "table");
  spaces.tables.push({ limits, from, to: reader.at - origin });
  if (initialised) skipConstantExpression(reader);
  spaces["core-table"].push({ tag: "core-table", element, limits });
}

function readMemory(reader: ByteReader, spaces: ModuleSpaces, origin: number): void {
  const from = reader.at - origin;
  const type = readMemoryType(reader);
  spaces.memories.push({ limits: type.limits, from, to: reader.at - origin });
  spaces["core-memory"].push(type);
}

/** A start function takes nothing and returns nothing. */
function readStart(reader: ByteReader, spaces: ModuleSpaces): void {
  const offset = reader.at;
  const index = reader.u32("the start function");
  const type = spaces["core-func"][index];
  if (type === undefined) throw invalid(offset, `the start function has index ${index}, which does not exist`);
  if (type.tag === "core-func" && type.params.length + type.results.length > 0) {
    throw invalid(offset, "the start function of a core module must have no parameters and no results");
  }
  spaces.start = index;
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
