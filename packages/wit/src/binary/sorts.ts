import { type ByteReader, hex } from "./byte-reader.ts";
import { malformed, unsupported } from "./decode-error.ts";
import type { CoreSort, Sort } from "./definitions.ts";

/** A sort as aliases have it, where core sorts other than modules may stand, too. */
export type AnySort = Sort | CoreSort | "core-type" | "core-instance";

const coreSorts: ReadonlyMap<number, AnySort> = new Map([
  [0x00, "core-func"],
  [0x01, "core-table"],
  [0x02, "core-memory"],
  [0x03, "core-global"],
  [0x04, "core-tag"],
  [0x10, "core-type"],
  [0x11, "core-module"],
  [0x12, "core-instance"],
]);

const sorts: ReadonlyMap<number, Sort> = new Map([
  [0x01, "func"],
  [0x03, "type"],
  [0x04, "component"],
  [0x05, "instance"],
]);

/** Reads `sort`. */
export function readSort(reader: ByteReader): AnySort {
  const offset = reader.at;
  const byte = reader.byte("a sort");
  if (byte === 0x00) {
    const core = reader.byte("a core sort");
    const sort = coreSorts.get(core);
    if (sort === undefined) throw malformed(offset + 1, `no core sort is 0x${hex(core)}`);
    return sort;
  }
  if (byte === 0x02) throw unsupported(offset, "values as imports, exports and arguments are not supported");
  const sort = sorts.get(byte);
  if (sort === undefined) throw malformed(offset, `no sort is 0x${hex(byte)}`);
  return sort;
}

/** Reads `core:sort` where only what modules export may stand. */
export function readCoreExportSort(reader: ByteReader): CoreSort {
  const offset = reader.at;
  const byte = reader.byte("a core sort");
  const sort = coreSorts.get(byte);
  if (sort === undefined || !isCoreExportSort(sort)) {
    throw malformed(offset, `a function, table, memory, global or tag expected, but the sort is 0x${hex(byte)}`);
  }
  return sort;
}

/** Reads `sort` where only what components import and export may stand. */
export function readExportSort(reader: ByteReader): Sort {
  const offset = reader.at;
  const sort = readSort(reader);
  if (isCoreExportSort(sort) || sort === "core-type" || sort === "core-instance") {
    throw malformed(
      offset,
      "components pass on functions, types, components, instances and core modules, no other core definitions",
    );
  }
  return sort;
}

export function isCoreExportSort(sort: AnySort): sort is CoreSort {
  return sort.startsWith("core-") && sort !== "core-type" && sort !== "core-module" && sort !== "core-instance";
}
