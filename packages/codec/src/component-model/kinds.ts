import type { Type } from "@witwire/wit/model";
import { futureType, streamType, unitType } from "./async.ts";
import { boolType } from "./booleans.ts";
import { errorContextType } from "./error-context.ts";
import { flagsType, rustFlagsBytes } from "./flags.ts";
import { f32Type, f64Type } from "./floats.ts";
import { handleType } from "./handles.ts";
import { s8Type, s16Type, s32Type, s64Type, u8Type, u16Type, u32Type, u64Type } from "./integers.ts";
import type { DefinitionKind, Kind, KindScope, PrimitiveKind, RunKind } from "./kind.ts";
import { isOption } from "./kind.ts";
import { kernelRun } from "./leb128-kernel.ts";
import { bigLebRun, smallLebRun } from "./leb128-runs.ts";
import { fixedLengthListType, listType } from "./lists.ts";
import { mapType } from "./maps.ts";
import { byteRun, floatRun, lebRun, numericFixedLengthListType, numericListType } from "./numeric-lists.ts";
import { propertyName } from "./property-name.ts";
import { recordType, tupleType } from "./records.ts";
import { resourceRef } from "./resources.ts";
import { ComponentStreamCodec } from "./stream-codec.ts";
import { charType, goCharType, stringType } from "./text.ts";
import { enumType, optionType, resultType, taggedOptionType, variantType } from "./variants.ts";

/*
 * Each kind by itself, so that bundlers leave out those that nobody names. Nothing here may be called when the module is
 * loaded, since calls are what bundlers have to keep.
 */

export const boolKind: PrimitiveKind = { tag: "bool", compile: () => boolType };
export const u8Kind: PrimitiveKind = { tag: "u8", compile: () => u8Type };
export const s8Kind: PrimitiveKind = { tag: "s8", compile: () => s8Type };
export const u16Kind: PrimitiveKind = { tag: "u16", compile: () => u16Type };
export const s16Kind: PrimitiveKind = { tag: "s16", compile: (options) => s16Type(options.truncatedIntegers) };
export const u32Kind: PrimitiveKind = { tag: "u32", compile: () => u32Type };
export const s32Kind: PrimitiveKind = { tag: "s32", compile: (options) => s32Type(options.truncatedIntegers) };
export const u64Kind: PrimitiveKind = { tag: "u64", compile: () => u64Type };
export const s64Kind: PrimitiveKind = { tag: "s64", compile: (options) => s64Type(options.truncatedIntegers) };
export const f32Kind: PrimitiveKind = { tag: "f32", compile: () => f32Type };
export const f64Kind: PrimitiveKind = { tag: "f64", compile: () => f64Type };
export const charKind: PrimitiveKind = { tag: "char", compile: () => charType };
/** `char` as Go peers have it: see {@link ComponentModelOptions.goChars}. */
export const goCharKind: PrimitiveKind = { tag: "char", compile: () => goCharType };
export const stringKind: PrimitiveKind = { tag: "string", compile: () => stringType };
export const errorContextKind: PrimitiveKind = { tag: "error-context", compile: () => errorContextType };

export const u8ListKind: RunKind = { tag: "list<u8>", compile: (element) => byteRun(element, false) };
export const s8ListKind: RunKind = { tag: "list<s8>", compile: (element) => byteRun(element, true) };
export const u16ListKind: RunKind = {
  tag: "list<u16>",
  compile: (element) => lebRun(element, Uint16Array, smallLebRun(element, 16, false)),
};
export const s16ListKind: RunKind = {
  tag: "list<s16>",
  compile: (element) => lebRun(element, Int16Array, smallLebRun(element, 16, true)),
};
export const u32ListKind: RunKind = {
  tag: "list<u32>",
  compile: (element) => lebRun(element, Uint32Array, kernelRun(smallLebRun(element, 32, false), false)),
};
export const s32ListKind: RunKind = {
  tag: "list<s32>",
  compile: (element) => lebRun(element, Int32Array, kernelRun(smallLebRun(element, 32, true), true)),
};
export const u64ListKind: RunKind = {
  tag: "list<u64>",
  compile: (element, options) => lebRun(element, BigUint64Array, bigLebRun(false, options.truncatedIntegers)),
};
export const s64ListKind: RunKind = {
  tag: "list<s64>",
  compile: (element, options) => lebRun(element, BigInt64Array, bigLebRun(true, options.truncatedIntegers)),
};
export const f32ListKind: RunKind = { tag: "list<f32>", compile: (element) => floatRun(element, Float32Array) };
export const f64ListKind: RunKind = { tag: "list<f64>", compile: (element) => floatRun(element, Float64Array) };

export const recordKind: DefinitionKind = {
  tag: "record",
  compile: ({ fields }, scope) => recordType(fields.map(({ name, type }) => scope.field(name, type))),
};

export const tupleKind: DefinitionKind = {
  tag: "tuple",
  compile: ({ types }, scope) => tupleType(types.map((type) => scope.compile(type))),
};

export const variantKind: DefinitionKind = {
  tag: "variant",
  compile: ({ cases }, scope) =>
    variantType(cases.map(({ name, type }) => ({ name, type: scope.compileOptional(type) }))),
};

export const enumKind: DefinitionKind = {
  tag: "enum",
  compile: ({ cases }) => enumType(cases.map(({ name }) => name)),
};

export const flagsKind: DefinitionKind = {
  tag: "flags",
  compile({ flags }, { options }) {
    const keys = flags.map(({ name }) => propertyName(name));
    return flagsType(keys, options.rustFlagsQuirk ? rustFlagsBytes(keys.length) : Math.ceil(keys.length / 8));
  },
};

export const optionKind: DefinitionKind = {
  tag: "option",
  compile: ({ type }, scope) => (isOption(scope, type) ? taggedOptionType : optionType)(scope.compile(type)),
};

export const resultKind: DefinitionKind = {
  tag: "result",
  compile: ({ ok, err }, scope) => resultType(scope.compileOptional(ok), scope.compileOptional(err)),
};

/** Lists; those of numbers need the kind of their runs as well. */
export const listKind: DefinitionKind = {
  tag: "list",
  compile({ type }, scope) {
    const run = scope.run(type);
    return run === undefined ? listType(scope.compile(type)) : numericListType(run);
  },
};

/** Lists of a fixed length; those of numbers need the kind of their runs as well. */
export const fixedLengthListKind: DefinitionKind = {
  tag: "fixed-length-list",
  compile({ type, length }, scope) {
    const run = scope.run(type);
    if (run !== undefined) return numericFixedLengthListType(run, length);
    return fixedLengthListType(scope.compile(type), length);
  },
};

export const mapKind: DefinitionKind = {
  tag: "map",
  compile(definition, scope) {
    const key = scope.compile(definition.key);
    const value = scope.compile(definition.value);
    return mapType(tupleType([key, value]), key, value);
  },
};

/** Streams; those of numbers need the kind of their runs as well. */
export const streamKind: DefinitionKind = {
  tag: "stream",
  compile: ({ type }, scope) => streamType(streamCodec(type, scope)),
};

export const futureKind: DefinitionKind = {
  tag: "future",
  compile: ({ type }, scope) =>
    futureType(scope.compileOptional(type) ?? unitType, type === undefined ? undefined : scope.value(type)),
};

export const ownKind: DefinitionKind = {
  tag: "own",
  compile: ({ resource }, { resolve }) => handleType("own", resourceRef(resolve, resource)),
};

export const borrowKind: DefinitionKind = {
  tag: "borrow",
  compile: ({ resource }, { resolve }) => handleType("borrow", resourceRef(resolve, resource)),
};

function streamCodec(type: Type | undefined, scope: KindScope): ComponentStreamCodec {
  const element = scope.compileOptional(type) ?? unitType;
  return new ComponentStreamCodec(element, scope.run(type), scope.splitChunks(type));
}

/** Every kind that there is. */
export function allKinds(goChars: boolean): readonly Kind[] {
  return [
    ...[boolKind, u8Kind, s8Kind, u16Kind, s16Kind, u32Kind, s32Kind, u64Kind, s64Kind, f32Kind, f64Kind],
    ...[goChars ? goCharKind : charKind, stringKind, errorContextKind],
    ...[u8ListKind, s8ListKind, u16ListKind, s16ListKind, u32ListKind, s32ListKind, u64ListKind, s64ListKind],
    ...[f32ListKind, f64ListKind],
    ...[recordKind, tupleKind, variantKind, enumKind, flagsKind, optionKind, resultKind],
    ...[listKind, fixedLengthListKind, mapKind, streamKind, futureKind, ownKind, borrowKind],
  ];
}
