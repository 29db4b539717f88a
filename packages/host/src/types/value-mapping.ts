import { camelCase, type Resolve, resolveAlias, type Type, type TypeDef, typeDef } from "@witwire/wit/model";

/** Changes a value, or looks at it and returns it. */
export type Mapping<Context> = (value: unknown, context: Context) => unknown;

/** What to do with the values of a type; `undefined` for those that stay as they are. */
export type LeafMapping<Context> = (type: TypeDef) => Mapping<Context> | undefined;

/**
 * Compiles what has to be done to values of a type, from what has to be done to some of the types inside it. Values of
 * another shape are left alone: whoever gets them next checks them, and can say what is wrong.
 *
 * @returns `undefined` where nothing is to be done, as is nearly always so
 */
export function compileMapping<Context>(
  resolve: Resolve,
  type: Type | undefined,
  leaf: LeafMapping<Context>,
): Mapping<Context> | undefined {
  return new MappingCompiler(resolve, leaf).type(type);
}

class MappingCompiler<Context> {
  readonly #resolve: Resolve;
  readonly #leaf: LeafMapping<Context>;

  constructor(resolve: Resolve, leaf: LeafMapping<Context>) {
    this.#resolve = resolve;
    this.#leaf = leaf;
  }

  type(type: Type | undefined): Mapping<Context> | undefined {
    if (typeof type !== "number") return undefined;
    const def = typeDef(this.#resolve, resolveAlias(this.#resolve, type));
    return this.#leaf(def) ?? this.#inside(def.kind);
  }

  #inside(kind: TypeDef["kind"]): Mapping<Context> | undefined {
    switch (kind.tag) {
      case "record":
        return fields(kind.fields.map((field) => [camelCase(field.name), this.type(field.type)]));
      case "tuple":
        return elements(kind.types.map((type) => this.type(type)));
      case "list":
      case "fixed-length-list":
        return list(this.type(kind.type));
      case "option":
        return option(this.type(kind.type), this.#isOption(kind.type));
      case "result":
        return cases({ ok: this.type(kind.ok), err: this.type(kind.err) });
      case "variant":
        return cases(Object.fromEntries(kind.cases.map((item) => [item.name, this.type(item.type)])));
      case "map":
        return entries(this.type(kind.key), this.type(kind.value));
      default:
        return undefined;
    }
  }

  #isOption(type: Type): boolean {
    return typeof type === "number" && typeDef(this.#resolve, resolveAlias(this.#resolve, type)).kind.tag === "option";
  }
}

function fields<C>(all: readonly (readonly [string, Mapping<C> | undefined])[]): Mapping<C> | undefined {
  const mapped = all.filter((field): field is [string, Mapping<C>] => field[1] !== undefined);
  if (mapped.length === 0) return undefined;
  return (value, context) => {
    if (!isObject(value)) return value;
    const copy = { ...(value as Record<string, unknown>) };
    for (const [name, map] of mapped) copy[name] = map(copy[name], context);
    return copy;
  };
}

/** Also for the parameters of a function. */
export function elements<C>(all: readonly (Mapping<C> | undefined)[]): Mapping<C> | undefined {
  if (all.every((map) => map === undefined)) return undefined;
  return (value, context) =>
    Array.isArray(value)
      ? value.map((element, index) => {
          const map = all[index];
          return map === undefined ? element : map(element, context);
        })
      : value;
}

function list<C>(element: Mapping<C> | undefined): Mapping<C> | undefined {
  if (element === undefined) return undefined;
  return (value, context) =>
    isObject(value) && Symbol.iterator in value
      ? Array.from(value as Iterable<unknown>, (item) => element(item, context))
      : value;
}

/** Of an option of an option, only the outer one is tagged. */
function option<C>(payload: Mapping<C> | undefined, tagged: boolean): Mapping<C> | undefined {
  if (payload === undefined) return undefined;
  if (tagged) return cases({ some: payload });
  return (value, context) => (value === undefined ? undefined : payload(value, context));
}

function cases<C>(all: Readonly<Record<string, Mapping<C> | undefined>>): Mapping<C> | undefined {
  if (Object.values(all).every((map) => map === undefined)) return undefined;
  return (value, context) => {
    if (!isObject(value)) return value;
    const { tag, val } = value as { readonly tag: string; readonly val?: unknown };
    const map = Object.hasOwn(all, tag) ? all[tag] : undefined;
    return map === undefined ? value : { tag, val: map(val, context) };
  };
}

function entries<C>(key: Mapping<C> | undefined, val: Mapping<C> | undefined): Mapping<C> | undefined {
  if (key === undefined && val === undefined) return undefined;
  return (value, context) => {
    if (!(value instanceof Map)) return value;
    const mapped = Array.from(value as ReadonlyMap<unknown, unknown>, ([k, v]): [unknown, unknown] => [
      key === undefined ? k : key(k, context),
      val === undefined ? v : val(v, context),
    ]);
    return new Map(mapped);
  };
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
