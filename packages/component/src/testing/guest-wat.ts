/** Pieces of core WAT that generated guests are made of. */
import { type CoreType, flatOf, memberOffsets, payloadOffset, shapeOf } from "./test-layout.ts";
import type { TestType } from "./test-type.ts";

/** Below this address nothing is allocated. */
export const heapBase = 65_000;

/**
 * A memory with an allocator that only goes upward, and `$reset`, which forgets all allocations. The heap begins shortly
 * before the end of the first page, so that guests grow their memory, and the host's views of it are detached, early on.
 */
export const runtime: string = `
  (memory (export "memory") 1)
  (global $top (mut i32) (i32.const ${heapBase}))
  (func $reset (global.set $top (i32.const ${heapBase})))
  (func $allocate (param $align i32) (param $size i32) (result i32)
    (local $at i32) (local $end i32) (local $pages i32)
    (local.set $at (i32.and
      (i32.add (global.get $top) (i32.sub (local.get $align) (i32.const 1)))
      (i32.sub (i32.const 0) (local.get $align))))
    (local.set $end (i32.add (local.get $at) (local.get $size)))
    (local.set $pages (i32.shr_u (i32.add (local.get $end) (i32.const 65535)) (i32.const 16)))
    (if (i32.gt_u (local.get $pages) (memory.size))
      (then (if (i32.eq (memory.grow (i32.sub (local.get $pages) (memory.size))) (i32.const -1)) (then unreachable))))
    (global.set $top (local.get $end))
    (local.get $at))
  (func (export "cabi_realloc") (param $old i32) (param $had i32) (param $align i32) (param $size i32) (result i32)
    (local $at i32)
    (local.set $at (call $allocate (local.get $align) (local.get $size)))
    (memory.copy (local.get $at) (local.get $old)
      (select (local.get $had) (local.get $size) (i32.lt_u (local.get $had) (local.get $size))))
    (local.get $at))`;

/** The signature of a function after flattening: at most 16 parameters and one result, else a pointer. */
export interface FlatSignature {
  readonly params: readonly CoreType[];
  readonly spilled: boolean;
  readonly results: readonly CoreType[];
  /** Whether the result lies in memory. */
  readonly returnsPointer: boolean;
}

export function signatureOf(params: readonly TestType[], result: TestType): FlatSignature {
  const flatParams = params.flatMap(flatOf);
  const flatResults = flatOf(result);
  const spilled = flatParams.length > 16;
  const returnsPointer = flatResults.length > 1;
  return {
    params: spilled ? ["i32"] : flatParams,
    spilled,
    results: returnsPointer ? ["i32"] : flatResults,
    returnsPointer,
  };
}

export function paramList(types: readonly CoreType[]): string {
  return types.length === 0 ? "" : `(param ${types.join(" ")})`;
}

export function resultList(types: readonly CoreType[]): string {
  return types.length === 0 ? "" : `(result ${types.join(" ")})`;
}

export function localGets(count: number, from = 0): string {
  return Array.from({ length: count }, (_, index) => `(local.get ${from + index})`).join(" ");
}

/** Writes a value that came in locals from `first` on to the address in local `$to`, plus `offset`. */
export function storeFlat(type: TestType, locals: readonly CoreType[], first: number, offset = 0): string {
  const shape = shapeOf(type);
  switch (shape.tag) {
    case "number": {
      const narrow = shape.core === "i32" && shape.bytes < 4 ? `${shape.bytes * 8}` : "";
      return store(`${shape.core}.store${narrow}`, shape.core, locals, first, offset);
    }
    case "slice":
      return `${store("i32.store", "i32", locals, first, offset)} ${store("i32.store", "i32", locals, first + 1, offset + 4)}`;
    case "product": {
      let next = first;
      const { offsets } = memberOffsets(shape.members);
      return shape.members
        .map((member, index) => {
          const at = next;
          next += flatOf(member).length;
          return storeFlat(member, locals, at, offset + (offsets[index] as number));
        })
        .join("\n");
    }
    case "sum": {
      const narrow = shape.tagBytes < 4 ? `${shape.tagBytes * 8}` : "";
      const payloadAt = offset + payloadOffset(shape.tagBytes, shape.cases);
      const cases = shape.cases.map((payload, index) =>
        payload === undefined
          ? ""
          : `(if (i32.eq ${as("i32", locals, first)} (i32.const ${index})) (then ${storeFlat(payload, locals, first + 1, payloadAt)}))`,
      );
      return [store(`i32.store${narrow}`, "i32", locals, first, offset), ...cases].join("\n");
    }
  }
}

function store(
  instruction: string,
  core: CoreType,
  locals: readonly CoreType[],
  local: number,
  offset: number,
): string {
  return `(${instruction} offset=${offset} (local.get $to) ${as(core, locals, local)})`;
}

/** Reads a local as the type that the value really has: cases of a variant share locals that are wide enough for all. */
function as(wanted: CoreType, locals: readonly CoreType[], local: number): string {
  const get = `(local.get ${local})`;
  const have = locals[local];
  if (have === wanted) return get;
  if (have === "i64") {
    if (wanted === "f64") return `(f64.reinterpret_i64 ${get})`;
    const low = `(i32.wrap_i64 ${get})`;
    return wanted === "i32" ? low : `(f32.reinterpret_i32 ${low})`;
  }
  if (have === "i32" && wanted === "f32") return `(f32.reinterpret_i32 ${get})`;
  throw new Error(`no ${wanted} comes in an ${have}`);
}
