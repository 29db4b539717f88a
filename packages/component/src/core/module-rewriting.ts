import type { CoreLimits, CoreModuleDefinition, CoreSection, LocatedLimits } from "@witwire/wit/binary";
import { leb128, readLeb128 } from "./leb128.ts";

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

/** Ids of the sections that are changed. Core specification, Binary Format, Modules. */
const sectionId = { table: 4, memory: 5, export: 7, start: 8 } as const;

/**
 * Bounds what a module can allocate, and takes away its start section: a start function may call imports that suspend,
 * which it can only when it is called like an export. All else stays as it is, byte by byte.
 */
export function rewriteModule(
  { bytes, shape }: Pick<CoreModuleDefinition, "bytes" | "shape">,
  bounds: GrowthBounds,
): RewrittenModule {
  const exports = shape.sections.find((section) => section.id === sectionId.export);
  const startExport = shape.start === undefined ? undefined : unusedName(bytes, exports);
  const entry = startExport === undefined ? [] : exportEntry(startExport, shape.start ?? 0);
  const pieces: Uint8Array[] = [bytes.subarray(0, 8)];
  for (const section of shape.sections) {
    if (section.id === sectionId.memory) {
      pieces.push(encode(section.id, bounded(bytes, section, shape.memories, bounds.memoryPages)));
    } else if (section.id === sectionId.table) {
      pieces.push(encode(section.id, bounded(bytes, section, shape.tables, bounds.tableElements)));
    } else if (section.id === sectionId.export && entry.length > 0) {
      pieces.push(encode(section.id, withEntry(bytes, section, entry)));
    } else if (section.id === sectionId.start) {
      if (exports === undefined) pieces.push(encode(sectionId.export, [new Uint8Array([1, ...entry])]));
    } else {
      pieces.push(bytes.subarray(section.start, section.end));
    }
  }
  return { bytes: concat(pieces), startExport };
}

/** The contents of a section of memories or tables, with lower maxima where they exceed the bound or are missing. */
function bounded(bytes: Uint8Array, section: CoreSection, all: readonly LocatedLimits[], growth: number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let at = section.body;
  for (const { limits, from, to } of all) {
    const bound = limits.minimum + BigInt(growth);
    if (limits.maximum !== undefined && limits.maximum <= bound) continue;
    pieces.push(bytes.subarray(at, from), encodeLimits(limits, bound));
    at = to;
  }
  return [...pieces, bytes.subarray(at, section.end)];
}

function encodeLimits({ minimum, shared, wide, pageSize }: CoreLimits, maximum: bigint): Uint8Array {
  const ownPages = pageSize !== 16;
  const flags = 1 | (shared ? 2 : 0) | (wide ? 4 : 0) | (ownPages ? 8 : 0);
  return new Uint8Array([flags, ...leb128(minimum), ...leb128(maximum), ...(ownPages ? leb128(pageSize) : [])]);
}

/** A section of exports with one more in it. */
function withEntry(bytes: Uint8Array, section: CoreSection, entry: readonly number[]): Uint8Array[] {
  const { value: count, end } = readLeb128(bytes, section.body);
  return [new Uint8Array(leb128(count + 1)), bytes.subarray(end, section.end), new Uint8Array(entry)];
}

/** An export of a function. */
function exportEntry(name: string, index: number): number[] {
  const encoded = new TextEncoder().encode(name);
  return [...leb128(encoded.length), ...encoded, 0, ...leb128(index)];
}

function unusedName(bytes: Uint8Array, exports: CoreSection | undefined): string {
  const names = new Set(exports === undefined ? [] : exportNames(bytes, exports));
  let name = "witwire:start";
  while (names.has(name)) name += "'";
  return name;
}

function exportNames(bytes: Uint8Array, section: CoreSection): string[] {
  const names: string[] = [];
  let { value: count, end: at } = readLeb128(bytes, section.body);
  for (; count > 0; count--) {
    const size = readLeb128(bytes, at);
    const kind = size.end + size.value;
    names.push(new TextDecoder().decode(bytes.subarray(size.end, kind)));
    at = readLeb128(bytes, kind + 1).end;
  }
  return names;
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
