import type { Func, PrimitiveType, Resolve, Type, TypeDef, TypeId } from "@witwire/wit/model";
import { resolveAlias, typeDef } from "@witwire/wit/model";
import type { ValueCodec } from "../codec.ts";
import type { CompiledType } from "./compiled-type.ts";
import { located } from "./compiled-type.ts";
import type { DefinitionKind, Kind, KindScope, PrimitiveKind, RunKind } from "./kind.ts";
import type { NumericName, NumericRun } from "./numeric-lists.ts";
import type { ComponentModelOptions } from "./options.ts";
import { propertyName } from "./property-name.ts";
import type { CompiledField } from "./records.ts";
import { paramsType } from "./records.ts";
import type { Split, Splits } from "./splitting.ts";
import { ComponentValueCodec } from "./value-codec.ts";

/** Levels of types inside a type, beyond which it is refused: what decoders and encoders need of the stack. */
const maxDepth = 64;

/** Compiles the types of one model, each once. */
export class Compiler implements KindScope {
  readonly resolve: Resolve;
  readonly options: Required<ComponentModelOptions>;
  readonly #kinds: ReadonlyMap<string, Kind>;
  readonly #splits: Splits | undefined;
  readonly #primitives = new Map<PrimitiveType, CompiledType>();
  readonly #runs = new Map<NumericName, NumericRun>();
  readonly #types = new Map<TypeId, CompiledType>();
  /** Levels of types from one of these to its innermost. */
  readonly #depths = new Map<TypeId, number>();
  /** The most levels of what has been compiled inside the innermost of {@link #open}. */
  #deepest = 0;
  /** Definitions that are being compiled, outermost first. */
  readonly #open = new Set<TypeId>();
  readonly #values = new Map<Type, ValueCodec>();
  readonly #params = new WeakMap<Func, ValueCodec>();
  readonly #results = new WeakMap<Func, ValueCodec>();

  /**
   * @param kinds those that types may be of, by their tags
   * @param splits parts what was encoded, where there are peers that need it
   */
  constructor(
    resolve: Resolve,
    options: Required<ComponentModelOptions>,
    kinds: ReadonlyMap<string, Kind>,
    splits: Splits | undefined,
  ) {
    this.resolve = resolve;
    this.options = options;
    this.#kinds = kinds;
    this.#splits = splits;
  }

  value(type: Type): ValueCodec {
    return remember(this.#values, type, () => {
      return new ComponentValueCodec(this.compile(type), "", this.#splits?.value(type));
    });
  }

  params(func: Func): ValueCodec {
    return remember(this.#params, func, () => {
      const fields = func.params.map(({ name, type }) => this.field(name, type));
      const types = func.params.map(({ type }) => type);
      return new ComponentValueCodec(paramsType(fields), "params", this.#splits?.sequence(types));
    });
  }

  result(func: Func): ValueCodec | undefined {
    const { result } = func;
    if (result === undefined) return undefined;
    return remember(this.#results, func, () => {
      return new ComponentValueCodec(located(this.compile(result), 0), "result", this.#splits?.value(result));
    });
  }

  compile(type: Type): CompiledType {
    const target = this.target(type);
    if (typeof target === "string") return this.#primitive(target);
    const known = this.#types.get(target);
    if (known !== undefined) {
      this.#deepest = Math.max(this.#deepest, this.#depths.get(target) ?? 0);
      return known;
    }
    const def = typeDef(this.resolve, target);
    if (this.#open.has(target)) throw new RangeError(`${label(def, target)} contains itself, which WIT does not allow`);
    if (this.#open.size > maxDepth) throw tooDeep(def, target);
    const outer = this.#deepest;
    this.#deepest = 0;
    this.#open.add(target);
    try {
      const compiled = this.#definition(def, target);
      const depth = 1 + this.#deepest;
      if (depth > maxDepth) throw tooDeep(def, target);
      this.#types.set(target, compiled);
      this.#depths.set(target, depth);
      this.#deepest = Math.max(outer, depth);
      return compiled;
    } finally {
      this.#open.delete(target);
    }
  }

  compileOptional(type: Type | undefined): CompiledType | undefined {
    return type === undefined ? undefined : this.compile(type);
  }

  field(name: string, type: Type): CompiledField {
    return { key: propertyName(name), type: this.compile(type) };
  }

  run(type: Type | undefined): NumericRun | undefined {
    const target = type === undefined ? undefined : this.target(type);
    if (!isNumber(target)) return undefined;
    return remember(this.#runs, target, () => {
      const kind = this.#kind(`list<${target}>`) as RunKind;
      return kind.compile(this.#primitive(target), this.options);
    });
  }

  splitChunks(element: Type | undefined): Split | undefined {
    return this.#splits?.list(element);
  }

  target(type: Type): Type {
    if (typeof type === "string") return type;
    const id = resolveAlias(this.resolve, type);
    const { kind } = typeDef(this.resolve, id);
    return kind.tag === "alias" ? kind.type : id;
  }

  #primitive(type: PrimitiveType): CompiledType {
    return remember(this.#primitives, type, () => (this.#kind(type) as PrimitiveKind).compile(this.options));
  }

  #definition({ kind }: TypeDef, id: TypeId): CompiledType {
    if (kind.tag === "resource") {
      throw new RangeError(`type ${id} is a resource, of which values are own or borrow handles`);
    }
    return (this.#kind(kind.tag) as DefinitionKind).compile(kind as never, this);
  }

  #kind(tag: string): Kind {
    const kind = this.#kinds.get(tag);
    if (kind === undefined) throw new RangeError(`this codec was composed without the kind of ${tag}: add it`);
    return kind;
  }
}

function isNumber(type: Type | undefined): type is NumericName {
  return typeof type === "string" && /^[fsu]\d/.test(type);
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

function label(def: TypeDef, id: TypeId): string {
  return def.name === undefined ? `type ${id}` : `type "${def.name}"`;
}

function tooDeep(def: TypeDef, id: TypeId): RangeError {
  return new RangeError(`${label(def, id)} nests more than ${maxDepth} levels deep`);
}
