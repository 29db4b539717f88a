/** Types of core WebAssembly, read as far as imports and exports need them. */
import { type ByteReader, hex } from "./byte-reader.ts";
import { invalid, malformed, unsupported } from "./decode-error.ts";
import type { CoreExternType, CoreLimits } from "./definitions.ts";
import type { CoreType } from "./scope.ts";

const valueTypes: ReadonlyMap<number, string> = new Map([
  [0x7f, "i32"],
  [0x7e, "i64"],
  [0x7d, "f32"],
  [0x7c, "f64"],
  [0x7b, "v128"],
]);

/** Abstract heap types; each byte alone is the nullable reference to it. */
const heapTypes: ReadonlyMap<number, string> = new Map([
  [0x74, "noexn"],
  [0x73, "nofunc"],
  [0x72, "noextern"],
  [0x71, "none"],
  [0x70, "func"],
  [0x6f, "extern"],
  [0x6e, "any"],
  [0x6d, "eq"],
  [0x6c, "i31"],
  [0x6b, "struct"],
  [0x6a, "array"],
  [0x69, "exn"],
  [0x68, "cont"],
  [0x75, "nocont"],
]);

/** A value type in the text format. References to types of the module are told apart by nullability only. */
export function readCoreValueType(reader: ByteReader): string {
  const offset = reader.at;
  const byte = reader.byte("a core value type");
  const simple = valueTypes.get(byte);
  if (simple !== undefined) return simple;
  const heap = heapTypes.get(byte);
  if (heap !== undefined) return `${heap}ref`;
  if (byte === 0x63 || byte === 0x64) {
    const type = readHeapType(reader);
    if (byte === 0x63) return heapTypeNames.has(type) ? `${type}ref` : `(ref null ${type})`;
    return `(ref ${type})`;
  }
  throw malformed(offset, `no core value type is 0x${hex(byte)}`);
}

const heapTypeNames: ReadonlySet<string> = new Set(heapTypes.values());

function readHeapType(reader: ByteReader): string {
  const byte = reader.peek("a heap type");
  const abstract = heapTypes.get(byte);
  if (abstract !== undefined) {
    reader.at++;
    return abstract;
  }
  if (byte === 0x65) throw unsupported(reader.at, "shared heap types are not supported");
  reader.typeIndex("the index of a heap type");
  return "type";
}

/** Reads a heap type for the sake of what follows it. */
export function skipHeapType(reader: ByteReader): void {
  readHeapType(reader);
}

/** Reads `core:rectype`: one type, or a group of types that refer to each other. */
export function readRecursiveTypes(reader: ByteReader): CoreType[] {
  if (reader.peek("a core type") !== 0x4e) return [readSubtype(reader)];
  reader.at++;
  return reader.list("types of a group", () => readSubtype(reader));
}

function readSubtype(reader: ByteReader): CoreType {
  const byte = reader.peek("a core type");
  if (byte === 0x50 || byte === 0x4f) {
    reader.at++;
    reader.list("supertypes", () => reader.u32("the index of a supertype"));
  }
  return readCompositeType(reader);
}

function readCompositeType(reader: ByteReader): CoreType {
  const offset = reader.at;
  const byte = reader.byte("a core type");
  switch (byte) {
    case 0x60: {
      const params = reader.list("parameters", () => readCoreValueType(reader));
      return { tag: "core-func", params, results: reader.list("results", () => readCoreValueType(reader)) };
    }
    case 0x5f:
      reader.list("fields", () => skipField(reader));
      return { tag: "other" };
    case 0x5e:
      skipField(reader);
      return { tag: "other" };
    case 0x5d:
      reader.typeIndex("the type of a continuation");
      return { tag: "other" };
    default:
      throw malformed(offset, `no core type begins with 0x${hex(byte)}`);
  }
}

function skipField(reader: ByteReader): void {
  const byte = reader.peek("the type of a field");
  if (byte === 0x78 || byte === 0x77) reader.at++;
  else readCoreValueType(reader);
  readMutability(reader);
}

function readMutability(reader: ByteReader): boolean {
  const offset = reader.at;
  const byte = reader.byte("mutability");
  if (byte > 1) throw malformed(offset, `mutability is 0x00 or 0x01, not 0x${hex(byte)}`);
  return byte === 1;
}

export function readTableType(reader: ByteReader): CoreExternType {
  const element = readCoreValueType(reader);
  return { tag: "core-table", element, limits: readLimits(reader, "table") };
}

export function readMemoryType(reader: ByteReader): Extract<CoreExternType, { readonly tag: "core-memory" }> {
  const offset = reader.at;
  const limits = readLimits(reader, "memory");
  if (!limits.wide) {
    const most = 2n ** BigInt(32 - limits.pageSize);
    if (limits.minimum > most || (limits.maximum ?? 0n) > most)
      throw invalid(offset, `memory size must be at most ${most} pages`);
  }
  return { tag: "core-memory", limits };
}

export function readGlobalType(reader: ByteReader): CoreExternType {
  const type = readCoreValueType(reader);
  return { tag: "core-global", type, mutable: readMutability(reader) };
}

export function readTagType(reader: ByteReader, types: readonly CoreType[]): CoreExternType {
  const offset = reader.at;
  const attribute = reader.byte("the attribute of a tag");
  if (attribute !== 0) throw malformed(offset, `the attribute of a tag is 0x00, not 0x${hex(attribute)}`);
  const { params, results } = readFunctionTypeIndex(reader, types);
  if (results.length > 0) throw invalid(offset, "the type of a tag must have no results");
  return { tag: "core-tag", params };
}

export function readFunctionTypeIndex(
  reader: ByteReader,
  types: readonly CoreType[],
): Extract<CoreType, { readonly tag: "core-func" }> {
  const offset = reader.at;
  const index = reader.u32("the index of a core function type");
  const type = types[index];
  if (type === undefined)
    throw invalid(offset, `unknown core type ${index}: type index out of bounds, there are ${types.length} so far`);
  if (type.tag !== "core-func") throw invalid(offset, `core type ${index} is not a function type`);
  return type;
}

/** Reads `core:externtype`, the kind of an import of a module and its type. */
export function readCoreExternType(reader: ByteReader, types: readonly CoreType[]): CoreExternType {
  const offset = reader.at;
  const kind = reader.byte("the kind of a core import or export");
  switch (kind) {
    case 0x00:
    case 0x20:
      return readFunctionTypeIndex(reader, types);
    case 0x01:
      return readTableType(reader);
    case 0x02:
      return readMemoryType(reader);
    case 0x03:
      return readGlobalType(reader);
    case 0x04:
      return readTagType(reader, types);
    default:
      throw malformed(offset, `no kind of core import or export is 0x${hex(kind)}`);
  }
}

/** The limits of a table or memory. Core specification, Limits. */
export function readLimits(reader: ByteReader, what: "table" | "memory"): CoreLimits {
  const offset = reader.at;
  const flags = reader.byte(`the limits of a ${what}`);
  if (flags > (what === "memory" ? 0x0f : 0x07)) throw malformed(offset, `no limits of a ${what} are 0x${hex(flags)}`);
  const [bounded, shared, wide] = [(flags & 1) !== 0, (flags & 2) !== 0, (flags & 4) !== 0];
  const read = (expected: string): bigint => (wide ? readU64(reader, expected) : BigInt(reader.u32(expected)));
  const minimum = read("the minimum size");
  const maximum = bounded ? read("the maximum size") : undefined;
  if (maximum !== undefined && maximum < minimum) {
    throw invalid(
      offset,
      `the size minimum of a ${what} must not be greater than the maximum, but ${minimum} is greater than ${maximum}`,
    );
  }
  const pageSize = (flags & 8) !== 0 ? reader.u32("the page size") : 16;
  if (pageSize !== 16 && pageSize !== 0)
    throw invalid(offset, "invalid custom page size: pages have 1 or 65,536 bytes");
  return { minimum, ...(maximum !== undefined && { maximum }), shared, wide, pageSize };
}

function readU64(reader: ByteReader, expected: string): bigint {
  const offset = reader.at;
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = reader.byte(expected);
    if (shift === 63n && byte > 1) break;
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  throw malformed(offset, `${expected} is a number of more than 64 bits`);
}
