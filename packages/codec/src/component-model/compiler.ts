import type { Func, PrimitiveType, Resolve, Type, TypeDef, TypeId } from "@witwire/wit/model";
import { camelCase, resolveAlias, typeDef } from "@witwire/wit/model";
import type { ValueCodec } from "../codec.ts";
import { futureType, streamType, unitType } from "./async.ts";
import { boolType } from "./booleans.ts";
import type { CompiledType } from "./compiled-type.ts";
import { errorContextType } from "./error-context.ts";
import { flagsType, rustFlagsBytes } from "./flags.ts";
import { f32Type, f64Type } from "./floats.ts";
import { handleType } from "./handles.ts";
import { integerTypes } from "./integers.ts";
import { bigLebRun, smallLebRun } from "./leb128-runs.ts";
import { fixedLengthListType, listType } from "./lists.ts";
import { mapType } from "./maps.ts";
import type { NumericName, NumericRun } from "./numeric-lists.ts";
import { byteRun, floatRun, lebRun, numericFixedLengthListType, numericListType } from "./numeric-lists.ts";
import type { ComponentModelOptions } from "./options.ts";
import { located } from "./paths.ts";
import type { CompiledField } from "./records.ts";
import { paramsType, recordType, tupleType } from "./records.ts";
import { resourceRef } from "./resources.ts";
import { Walks } from "./splitting.ts";
import { ComponentStreamCodec } from "./stream-codec.ts";
import { charType, goCharType, stringType } from "./text.ts";
import { ComponentValueCodec } from "./value-codec.ts";
import { enumType, optionType, resultType, taggedOptionType, variantType } from "./variants.ts";

/** Levels of types inside a type, beyond which it is refused: what decoders and encoders need of the stack. */
const maxDepth = 64;

type Primitives = Record<PrimitiveType, CompiledType>;

/** Compiles the types of one model, each once. */
export class Compiler {
  readonly #resolve: Resolve;
  readonly #options: Required<ComponentModelOptions>;
  readonly #primitives: Primitives;
  readonly #runs: Record<NumericName, NumericRun>;
  readonly #walks: Walks;
  readonly #types = new Map<TypeId, CompiledType>();
  /** Definitions that are being compiled, outermost first. */
  readonly #open = new Set<TypeId>();
  readonly #values = new Map<Type, ValueCodec>();
  readonly #params = new WeakMap<Func, ValueCodec>();
  readonly #results = new WeakMap<Func, ValueCodec>();

  constructor(resolve: Resolve, options: Required<ComponentModelOptions>) {
    this.#resolve = resolve;
    this.#options = options;
    this.#walks = new Walks(resolve, options.goChars);
    this.#primitives = primitiveTypes(options);
    this.#runs = numericRuns(this.#primitives, options.truncatedIntegers);
  }

  value(type: Type): ValueCodec {
    return remember(this.#values, type, () => {
      return new ComponentValueCodec(this.#compile(type), "", () => this.#walks.of(type));
    });
  }

  params(func: Func): ValueCodec {
    return remember(this.#params, func, () => {
      const fields = func.params.map(({ name, type }) => this.#field(name, type));
      const types = func.params.map(({ type }) => type);
      return new ComponentValueCodec(paramsType(fields), "params", () => this.#walks.sequence(types));
    });
  }

  result(func: Func): ValueCodec | undefined {
    const { result } = func;
    if (result === undefined) return undefined;
    return remember(this.#results, func, () => {
      return new ComponentValueCodec(located(this.#compile(result), 0), "result", () => this.#walks.of(result));
    });
  }

  #compile(type: Type): CompiledType {
    const target = this.#target(type);
    if (typeof target === "string") return this.#primitives[target];
    const known = this.#types.get(target);
    if (known !== undefined) return known;
    const def = typeDef(this.#resolve, target);
    if (this.#open.has(target)) throw new RangeError(`${label(def, target)} contains itself, which WIT does not allow`);
    if (this.#open.size > maxDepth) throw tooDeep(def, target);
    this.#open.add(target);
    try {
      const compiled = this.#definition(def, target);
      if (compiled.depth > maxDepth) throw tooDeep(def, target);
      this.#types.set(target, compiled);
      return compiled;
    } finally {
      this.#open.delete(target);
    }
  }

  #definition({ kind }: TypeDef, id: TypeId): CompiledType {
    switch (kind.tag) {
      case "record":
        return recordType(kind.fields.map(({ name, type }) => this.#field(name, type)));
      case "tuple":
        return tupleType(kind.types.map((type) => this.#compile(type)));
      case "variant":
        return variantType(kind.cases.map(({ name, type }) => ({ name, type: this.#optional(type) })));
      case "enum":
        return enumType(kind.cases.map(({ name }) => name));
      case "flags":
        return this.#flags(kind.flags.map(({ name }) => propertyName(name)));
      case "option":
        return (this.#isOption(kind.type) ? taggedOptionType : optionType)(this.#compile(kind.type));
      case "result":
        return resultType(this.#optional(kind.ok), this.#optional(kind.err));
      case "list":
        return this.#list(kind.type);
      case "fixed-length-list":
        return this.#fixedLengthList(kind.type, kind.length);
      case "map":
        return this.#map(kind.key, kind.value);
      case "stream":
        return streamType(this.#stream(kind.type));
      case "future":
        return futureType(
          this.#optional(kind.type) ?? unitType,
          kind.type === undefined ? undefined : this.value(kind.type),
        );
      case "own":
      case "borrow":
        return handleType(kind.tag, resourceRef(this.#resolve, kind.resource));
      case "resource":
        throw new RangeError(`type ${id} is a resource, of which values are own or borrow handles`);
      case "alias":
        return this.#compile(kind.type);
    }
  }

  #optional(type: Type | undefined): CompiledType | undefined {
    return type === undefined ? undefined : this.#compile(type);
  }

  #field(name: string, type: Type): CompiledField {
    return { key: propertyName(name), type: this.#compile(type) };
  }

  #list(type: Type): CompiledType {
    const run = this.#run(type);
    return run === undefined ? listType(this.#compile(type)) : numericListType(run);
  }

  #fixedLengthList(type: Type, length: number): CompiledType {
    const run = this.#run(type);
    if (run !== undefined) return numericFixedLengthListType(run, length);
    return fixedLengthListType(this.#compile(type), length);
  }

  #map(keyType: Type, valueType: Type): CompiledType {
    const key = this.#compile(keyType);
    const value = this.#compile(valueType);
    return mapType(tupleType([key, value]), key, value);
  }

  #stream(type: Type | undefined): ComponentStreamCodec {
    return new ComponentStreamCodec(this.#optional(type) ?? unitType, this.#run(type), () => this.#walks.list(type));
  }

  #flags(keys: readonly string[]): CompiledType {
    return flagsType(keys, this.#options.rustFlagsQuirk ? rustFlagsBytes(keys.length) : Math.ceil(keys.length / 8));
  }

  /** How runs of a type are read and written, if it is a number. */
  #run(type: Type | undefined): NumericRun | undefined {
    const target = type === undefined ? undefined : this.#target(type);
    return typeof target === "string" && target in this.#runs ? this.#runs[target as NumericName] : undefined;
  }

  #isOption(type: Type): boolean {
    const target = this.#target(type);
    return typeof target === "number" && typeDef(this.#resolve, target).kind.tag === "option";
  }

  /** What an alias stands for. */
  #target(type: Type): Type {
    if (typeof type === "string") return type;
    const id = resolveAlias(this.#resolve, type);
    const { kind } = typeDef(this.#resolve, id);
    return kind.tag === "alias" ? kind.type : id;
  }
}

function remember<K, V>(
  cache: { get(key: K): V | undefined; set(key: K, value: V): unknown },
  key: K,
  make: () => V,
): V {
  let value = cache.get(key);
  if (value === undefined) {
    value = make();
    cache.set(key, value);
  }
  return value;
}

function primitiveTypes({ truncatedIntegers, goChars }: Required<ComponentModelOptions>): Primitives {
  return {
    ...integerTypes(truncatedIntegers),
    bool: boolType,
    f32: f32Type,
    f64: f64Type,
    char: goChars ? goCharType : charType,
    string: stringType,
    "error-context": errorContextType,
  };
}

function numericRuns(types: Primitives, truncated: boolean): Record<NumericName, NumericRun> {
  return {
    u8: byteRun(types.u8, false),
    s8: byteRun(types.s8, true),
    u16: lebRun(types.u16, Uint16Array, smallLebRun(types.u16, 16, false)),
    s16: lebRun(types.s16, Int16Array, smallLebRun(types.s16, 16, true)),
    u32: lebRun(types.u32, Uint32Array, smallLebRun(types.u32, 32, false)),
    s32: lebRun(types.s32, Int32Array, smallLebRun(types.s32, 32, true)),
    u64: lebRun(types.u64, BigUint64Array, bigLebRun(false, truncated)),
    s64: lebRun(types.s64, BigInt64Array, bigLebRun(true, truncated)),
    f32: floatRun(types.f32, Float32Array),
    f64: floatRun(types.f64, Float64Array),
  };
}

/** The name in JavaScript. No WIT text has names with underscores, but models also come from elsewhere. */
function propertyName(name: string): string {
  const key = camelCase(name);
  if (key === "__proto__") throw new RangeError(`"${name}" cannot be the name of a field or flag`);
  return key;
}

function label(def: TypeDef, id: TypeId): string {
  return def.name === undefined ? `type ${id}` : `type "${def.name}"`;
}

function tooDeep(def: TypeDef, id: TypeId): RangeError {
  return new RangeError(`${label(def, id)} nests more than ${maxDepth} levels deep`);
}
