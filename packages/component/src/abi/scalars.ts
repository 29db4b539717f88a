import type { CompiledType } from "./compiled-type.ts";
import { single } from "./compiled-type.ts";
import { mismatch } from "./failures.ts";

/** The types that are one core value and no pointer. */
export type ScalarName = "bool" | "u8" | "s8" | "u16" | "s16" | "u32" | "s32" | "u64" | "s64" | "f32" | "f64";

/*
 * Each is written out: functions made by a common factory would share their type feedback, and so be called through it.
 * A guest may leave anything in the bits of a flat value that its type does not have; they are dropped, as specified.
 */
export const scalarTypes: Record<ScalarName, CompiledType> = {
  bool: {
    ...single(1, "i32"),
    load: (_context, view, pointer) => view.getUint8(pointer) !== 0,
    store: (context, pointer, value) => context.view().setUint8(pointer, boolBit(value)),
    lift: (_context, core, at) => core[at] !== 0,
    lower: (_context, core, at, value) => {
      core[at] = boolBit(value);
    },
  },
  u8: {
    ...single(1, "i32"),
    load: (_context, view, pointer) => view.getUint8(pointer),
    store: (context, pointer, value) => context.view().setUint8(pointer, asU8(value)),
    lift: (_context, core, at) => (core[at] as number) & 0xff,
    lower: (_context, core, at, value) => {
      core[at] = asU8(value);
    },
  },
  s8: {
    ...single(1, "i32"),
    load: (_context, view, pointer) => view.getInt8(pointer),
    store: (context, pointer, value) => context.view().setInt8(pointer, asS8(value)),
    lift: (_context, core, at) => ((core[at] as number) << 24) >> 24,
    lower: (_context, core, at, value) => {
      core[at] = asS8(value);
    },
  },
  u16: {
    ...single(2, "i32"),
    load: (_context, view, pointer) => view.getUint16(pointer, true),
    store: (context, pointer, value) => context.view().setUint16(pointer, asU16(value), true),
    lift: (_context, core, at) => (core[at] as number) & 0xffff,
    lower: (_context, core, at, value) => {
      core[at] = asU16(value);
    },
  },
  s16: {
    ...single(2, "i32"),
    load: (_context, view, pointer) => view.getInt16(pointer, true),
    store: (context, pointer, value) => context.view().setInt16(pointer, asS16(value), true),
    lift: (_context, core, at) => ((core[at] as number) << 16) >> 16,
    lower: (_context, core, at, value) => {
      core[at] = asS16(value);
    },
  },
  u32: {
    ...single(4, "i32"),
    load: (_context, view, pointer) => view.getUint32(pointer, true),
    store: (context, pointer, value) => context.view().setUint32(pointer, asU32(value), true),
    lift: (_context, core, at) => (core[at] as number) >>> 0,
    lower: (_context, core, at, value) => {
      core[at] = asU32(value);
    },
  },
  s32: {
    ...single(4, "i32"),
    load: (_context, view, pointer) => view.getInt32(pointer, true),
    store: (context, pointer, value) => context.view().setInt32(pointer, asS32(value), true),
    lift: (_context, core, at) => (core[at] as number) | 0,
    lower: (_context, core, at, value) => {
      core[at] = asS32(value);
    },
  },
  u64: {
    ...single(8, "i64"),
    load: (_context, view, pointer) => view.getBigUint64(pointer, true),
    store: (context, pointer, value) => context.view().setBigUint64(pointer, asU64(value), true),
    lift: (_context, core, at) => BigInt.asUintN(64, core[at] as bigint),
    lower: (_context, core, at, value) => {
      core[at] = asU64(value);
    },
  },
  s64: {
    ...single(8, "i64"),
    load: (_context, view, pointer) => view.getBigInt64(pointer, true),
    store: (context, pointer, value) => context.view().setBigInt64(pointer, asS64(value), true),
    lift: (_context, core, at) => BigInt.asIntN(64, core[at] as bigint),
    lower: (_context, core, at, value) => {
      core[at] = asS64(value);
    },
  },
  f32: {
    ...single(4, "f32"),
    load: (_context, view, pointer) => canonicalNaN(view.getFloat32(pointer, true)),
    store: (context, pointer, value) => context.view().setFloat32(pointer, asF32(value), true),
    lift: (_context, core, at) => canonicalNaN(core[at] as number),
    lower: (_context, core, at, value) => {
      core[at] = asF32(value);
    },
  },
  f64: {
    ...single(8, "f64"),
    load: (_context, view, pointer) => canonicalNaN(view.getFloat64(pointer, true)),
    store: (context, pointer, value) => context.view().setFloat64(pointer, asF64(value), true),
    lift: (_context, core, at) => canonicalNaN(core[at] as number),
    lower: (_context, core, at, value) => {
      core[at] = asF64(value);
    },
  },
};

function boolBit(value: unknown): number {
  if (typeof value !== "boolean") throw mismatch("a boolean", value);
  return value ? 1 : 0;
}

/* A shift converts to the width, so what is equal to its result is an integer that fits. */

function asU8(value: unknown): number {
  if (typeof value !== "number" || (value & 0xff) !== value) throw mismatch("a u8 (0 to 255)", value);
  return value;
}

function asS8(value: unknown): number {
  if (typeof value !== "number" || (value << 24) >> 24 !== value) throw mismatch("an s8 (-128 to 127)", value);
  return value;
}

function asU16(value: unknown): number {
  if (typeof value !== "number" || (value & 0xffff) !== value) throw mismatch("a u16 (0 to 65535)", value);
  return value;
}

function asS16(value: unknown): number {
  if (typeof value !== "number" || (value << 16) >> 16 !== value) throw mismatch("an s16 (-32768 to 32767)", value);
  return value;
}

function asU32(value: unknown): number {
  if (typeof value !== "number" || value >>> 0 !== value) throw mismatch("a u32 (0 to 4294967295)", value);
  return value;
}

function asS32(value: unknown): number {
  if (typeof value !== "number" || (value | 0) !== value) throw mismatch("an s32 (-2147483648 to 2147483647)", value);
  return value;
}

function asU64(value: unknown): bigint {
  if (typeof value !== "bigint" || BigInt.asUintN(64, value) !== value) {
    throw mismatch("a u64 (bigint, 0n to 2n ** 64n - 1n)", value);
  }
  return value;
}

function asS64(value: unknown): bigint {
  if (typeof value !== "bigint" || BigInt.asIntN(64, value) !== value) {
    throw mismatch("an s64 (bigint, -(2n ** 63n) to 2n ** 63n - 1n)", value);
  }
  return value;
}

/** Takes everything that an f32 can hold, be it rounded; not finite numbers that would become infinite. */
function asF32(value: unknown): number {
  if (typeof value !== "number" || (Number.isFinite(value) && !Number.isFinite(Math.fround(value)))) {
    throw mismatch("an f32 (a number of at most 3.4e38)", value);
  }
  return Math.fround(value);
}

function asF64(value: unknown): number {
  if (typeof value !== "number") throw mismatch("a number", value);
  return value;
}

/** A guest's NaN may carry a payload, which values do not have. */
function canonicalNaN(value: number): number {
  return Number.isNaN(value) ? Number.NaN : value;
}
