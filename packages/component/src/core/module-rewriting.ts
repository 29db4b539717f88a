import type { Limits, ModuleShape } from "./module-shape.ts";
import { leb128, ModuleReader, type Section, sectionId } from "./sections.ts";

/** How far each memory and table of a module may grow beyond its initial size. */
export interface GrowthBounds {
  readonly memoryPages: number;
  readonly tableElements: number;
}

/** A core module as it is compiled. */
export interface RewrittenModule {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The export under which the module's start function is found, which no longer runs by itself. */
  readonly startExport: string | undefined;
}

/**
 * Bounds what a module can allocate, and takes away its start section: a start function may call imports that suspend,
 * which it can only when it is called like an export. All else stays as it is, byte by byte.
 */
export function rewriteModule(bytes: Uint8Array, shape: ModuleShape, bounds: GrowthBounds): RewrittenModule {
  const startExport = shape.start === undefined ? undefined : unusedName(shape.exportNames);
  const entry = startExport === undefined ? [] : exportEntry(startExport, shape.start ?? 0);
  const hasExports = shape.sections.some((section) => section.id === sectionId.export);
  const pieces: Uint8Array[] = [bytes.subarray(0, 8)];
  for (const section of shape.sections) {
    if (section.id === sectionId.memory) {
      pieces.push(encode(section.id, bounded(bytes, section, shape.memories, bounds.memoryPages)));
    } else if (section.id === sectionId.table) {
      pieces.push(encode(section.id, bounded(bytes, section, shape.tables, bounds.tableElements)));
    } else if (section.id === sectionId.export && entry.length > 0) {
      pieces.push(encode(section.id, withEntry(bytes, section, entry)));
    } else if (section.id === sectionId.start) {
      if (!hasExports) pieces.push(encode(sectionId.export, [new Uint8Array([1, ...entry])]));
    } else {
      pieces.push(bytes.subarray(section.start, section.end));
    }
  }
  return { bytes: concat(pieces), startExport };
}

/** The contents of a section of memories or tables, with lower maxima where they exceed the bound or are missing. */
function bounded(bytes: Uint8Array, section: Section, all: readonly Limits[], growth: number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let from = section.body;
  for (const limits of all) {
    const bound = limits.min + BigInt(growth);
    if (limits.max !== undefined && limits.max <= bound) continue;
    pieces.push(bytes.subarray(from, limits.from));
    pieces.push(new Uint8Array([limits.flags | 1, ...leb128(limits.min), ...leb128(bound)]));
    from = limits.to;
  }
  return [...pieces, bytes.subarray(from, section.end)];
}

function withEntry(bytes: Uint8Array, section: Section, entry: readonly number[]): Uint8Array[] {
  const input = new ModuleReader(bytes, section.body);
  const count = input.u32();
  return [new Uint8Array(leb128(count + 1)), bytes.subarray(input.at, section.end), new Uint8Array(entry)];
}

/** An export of a function. */
function exportEntry(name: string, index: number): number[] {
  const encoded = new TextEncoder().encode(name);
  return [...leb128(encoded.length), ...encoded, 0, ...leb128(index)];
}

function encode(id: number, contents: readonly Uint8Array[]): Uint8Array {
  const size = contents.reduce((sum, piece) => sum + piece.length, 0);
  return concat([new Uint8Array([id, ...leb128(size)]), ...contents]);
}

function concat(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}

function unusedName(names: ReadonlySet<string>): string {
  let name = "witwire:start";
  while (names.has(name)) name += "'";
  return name;
}
