import { ModuleReader, moduleSections, type Section, sectionId } from "./sections.ts";

/** What has to be known of a core module to run it within limits. */
export interface ModuleShape {
  readonly sections: readonly Section[];
  readonly memories: readonly Limits[];
  readonly tables: readonly Limits[];
  /** Index of the function that runs when the module is instantiated. */
  readonly start: number | undefined;
  readonly exportNames: ReadonlySet<string>;
}

/** Bounds of a memory in pages, or of a table in elements. */
export interface Limits {
  /** The flags byte: bit 0 says that there is a maximum. */
  readonly flags: number;
  readonly min: bigint;
  readonly max: bigint | undefined;
  /** Where the limits lie in the module. */
  readonly from: number;
  readonly to: number;
}

export const pageBytes = 65_536;

export function moduleShape(bytes: Uint8Array): ModuleShape {
  const sections = moduleSections(bytes);
  const read = <T>(id: number, item: (input: ModuleReader) => T): T[] => {
    const section = sections.find((candidate) => candidate.id === id);
    if (section === undefined) return [];
    const input = new ModuleReader(bytes.subarray(0, section.end), section.body);
    const items: T[] = [];
    for (let count = input.u32(); count > 0; count--) items.push(item(input));
    return items;
  };
  const memories = read(sectionId.memory, limits);
  const tables = readTables(bytes, sections);
  const startSection = sections.find((section) => section.id === sectionId.start);
  const start = startSection === undefined ? undefined : new ModuleReader(bytes, startSection.body).u32();
  const names = read(sectionId.export, (input) => {
    const size = input.u32();
    const name = new TextDecoder().decode(bytes.subarray(input.at, input.at + size));
    input.skip(size + 1);
    input.u32();
    return name;
  });
  return { sections, memories, tables, start, exportNames: new Set(names) };
}

/** Tables up to the first one with an initialiser, behind whose expression nothing can be found without decoding it. */
function readTables(bytes: Uint8Array, sections: readonly Section[]): Limits[] {
  const section = sections.find((candidate) => candidate.id === sectionId.table);
  if (section === undefined) return [];
  const input = new ModuleReader(bytes.subarray(0, section.end), section.body);
  const tables: Limits[] = [];
  for (let count = input.u32(); count > 0; count--) {
    let initialised = false;
    let type = input.byte();
    if (type === 0x40) {
      initialised = true;
      input.byte();
      type = input.byte();
    }
    if (type === 0x63 || type === 0x64) input.u64();
    tables.push(limits(input));
    if (initialised) break;
  }
  return tables;
}

function limits(input: ModuleReader): Limits {
  const from = input.at;
  const flags = input.byte();
  const min = input.u64();
  const max = (flags & 1) === 1 ? input.u64() : undefined;
  return { flags, min, max, from, to: input.at };
}
