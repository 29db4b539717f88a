import { futureType, streamType, unitType } from "./async.ts";
import { boolType } from "./booleans.ts";
import type { CompiledType } from "./compiled-type.ts";
import { errorContextType } from "./error-context.ts";
import { flagsType } from "./flags.ts";
import { f32Type, f64Type } from "./floats.ts";
import { s8Type, s16Type, s32Type, s64Type, u8Type, u16Type, u32Type, u64Type } from "./integers.ts";
import { bigLebRun, smallLebRun } from "./leb128-runs.ts";
import { fixedLengthListType, listType } from "./lists.ts";
import { mapType } from "./maps.ts";
import type { NumericRun } from "./numeric-lists.ts";
import { byteRun, floatRun, lebRun, numericFixedLengthListType, numericListType } from "./numeric-lists.ts";
import { recordType, tupleType } from "./records.ts";
import { ComponentStreamCodec } from "./stream-codec.ts";
import { charType, stringType } from "./text.ts";
import { ComponentValueCodec } from "./value-codec.ts";
import { enumType, optionType, resultType, taggedOptionType, variantType } from "./variants.ts";

/*
 * What the kinds of `kinds.ts` find out from a model is said in so many words here: names in JavaScript, whether elements
 * are numbers, whether an option is around another one.
 */

export const bool: CompiledType = boolType;
export const u8: CompiledType = u8Type;
export const s8: CompiledType = s8Type;
export const u16: CompiledType = u16Type;
export const s16: CompiledType = /* @__PURE__ */ s16Type(true);
export const u32: CompiledType = u32Type;
export const s32: CompiledType = /* @__PURE__ */ s32Type(true);
export const u64: CompiledType = u64Type;
export const s64: CompiledType = /* @__PURE__ */ s64Type(true);
export const f32: CompiledType = f32Type;
export const f64: CompiledType = f64Type;
export const char: CompiledType = charType;
export const string: CompiledType = stringType;
export const errorContext: CompiledType = errorContextType;

/* Runs of numbers, for `numbers`, `fixedNumbers` and `stream`. */

export const u8s: NumericRun = /* @__PURE__ */ byteRun(u8, false);
export const s8s: NumericRun = /* @__PURE__ */ byteRun(s8, true);
export const u16s: NumericRun = /* @__PURE__ */ lebRun(u16, Uint16Array, /* @__PURE__ */ smallLebRun(u16, 16, false));
export const s16s: NumericRun = /* @__PURE__ */ lebRun(s16, Int16Array, /* @__PURE__ */ smallLebRun(s16, 16, true));
export const u32s: NumericRun = /* @__PURE__ */ lebRun(u32, Uint32Array, /* @__PURE__ */ smallLebRun(u32, 32, false));
export const s32s: NumericRun = /* @__PURE__ */ lebRun(s32, Int32Array, /* @__PURE__ */ smallLebRun(s32, 32, true));
export const u64s: NumericRun = /* @__PURE__ */ lebRun(u64, BigUint64Array, /* @__PURE__ */ bigLebRun(false, true));
export const s64s: NumericRun = /* @__PURE__ */ lebRun(s64, BigInt64Array, /* @__PURE__ */ bigLebRun(true, true));
export const f32s: NumericRun = /* @__PURE__ */ floatRun(f32, Float32Array);
export const f64s: NumericRun = /* @__PURE__ */ floatRun(f64, Float64Array);

/** `list<T>` of anything but numbers. */
export const list: (element: CompiledType) => CompiledType = listType;

/** `list<T>` of numbers. */
export const numbers: (run: NumericRun) => CompiledType = numericListType;

/** `list<T, n>` of anything but numbers. */
export const fixedList: (element: CompiledType, length: number) => CompiledType = fixedLengthListType;

/** `list<T, n>` of numbers. */
export const fixedNumbers: (run: NumericRun, length: number) => CompiledType = numericFixedLengthListType;

/** @param fields their names in JavaScript, and their types */
export function record(fields: Readonly<Record<string, CompiledType>>): CompiledType {
  return recordType(Object.entries(fields).map(([key, type]) => ({ key, type })));
}

export function tuple(...types: readonly CompiledType[]): CompiledType {
  return tupleType(types);
}

/** @param cases their names in WIT, and the types of their payloads; `undefined` for those without */
export function variant(cases: Readonly<Record<string, CompiledType | undefined>>): CompiledType {
  return variantType(Object.entries(cases).map(([name, type]) => ({ name, type })));
}

/** `enum`. @param names those of the cases in WIT */
export function cases(...names: readonly string[]): CompiledType {
  return enumType(names);
}

/** @param keys the names in JavaScript */
export function flags(...keys: readonly string[]): CompiledType {
  return flagsType(keys, Math.ceil(keys.length / 8));
}

/** `option<T>` of anything but an option. */
export const option: (some: CompiledType) => CompiledType = optionType;

/** `option<option<T>>`, the outer one. */
export const taggedOption: (some: CompiledType) => CompiledType = taggedOptionType;

export const result: (ok: CompiledType | undefined, err: CompiledType | undefined) => CompiledType = resultType;

export function map(key: CompiledType, value: CompiledType): CompiledType {
  return mapType(tupleType([key, value]), key, value);
}

/** @param run how numbers follow each other, where the elements are numbers */
export function stream(element: CompiledType = unitType, run?: NumericRun): CompiledType {
  return streamType(new ComponentStreamCodec(element, run));
}

export function future(payload?: CompiledType): CompiledType {
  return futureType(payload ?? unitType, payload === undefined ? undefined : new ComponentValueCodec(payload, ""));
}
