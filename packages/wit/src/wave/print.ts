import { type Case, camelCase, type Field, type Resolve, type Type } from "../model/index.ts";
import { didYouMean } from "../suggestions/did-you-mean.ts";
import { printFloat } from "./float-text.ts";
import { compact, group, type Layout, leaf, pretty, wrap } from "./layout.ts";
import { DEFAULT_WAVE_LIMITS, type WaveLimits } from "./limits.ts";
import { listNames } from "./list-names.ts";
import { integerRanges } from "./numbers.ts";
import { keywords } from "./scanner.ts";
import { multilineText, quoted } from "./string-text.ts";
import { describeType, resolveType, typeName } from "./type-name.ts";
import { WaveValueError } from "./wave-error.ts";

/** What has no WAVE form of its own. */
export type OpaqueKind = "own" | "borrow" | "stream" | "future" | "error-context";

export interface PrintWaveOptions {
  /** Breaks what does not fit a line, and puts strings of several lines in triple quotes. Default `false`: one line. */
  readonly pretty?: boolean;
  /** Columns of a line for `pretty`. Default 80. */
  readonly width?: number;
  /** `maxDepth` applies. */
  readonly limits?: Partial<WaveLimits>;
  /** The WAVE text to print for a handle, stream, future or error context. Without it these are an error. */
  readonly opaque?: (kind: OpaqueKind, type: Type, value: unknown) => string;
}

/**
 * Writes a value as WAVE text in its canonical form: `some(…)` and `ok(…)` spelled out, fields in the order of the type,
 * absent optional fields left out, floats without an exponent. {@link parseWave} reads it back as the same value.
 *
 * @throws WaveValueError naming the path inside the value where it does not fit the type
 */
export function printWave(resolve: Resolve, type: Type, value: unknown, options: PrintWaveOptions = {}): string {
  const layout = new ValuePrinter(resolve, options).layout(type, value);
  return options.pretty === true ? pretty(layout, options.width ?? 80) : compact(layout);
}

class ValuePrinter {
  readonly #resolve: Resolve;
  readonly #options: PrintWaveOptions;
  readonly #maxDepth: number;
  readonly #path: string[] = [];
  #depth = 0;

  constructor(resolve: Resolve, options: PrintWaveOptions) {
    this.#resolve = resolve;
    this.#options = options;
    this.#maxDepth = options.limits?.maxDepth ?? DEFAULT_WAVE_LIMITS.maxDepth;
  }

  layout(type: Type, value: unknown): Layout {
    if (this.#depth >= this.#maxDepth)
      throw this.#error(`values are nested deeper than ${this.#maxDepth} levels (maxDepth)`);
    this.#depth++;
    const layout = this.#print(type, value);
    this.#depth--;
    return layout;
  }

  #print(type: Type, value: unknown): Layout {
    const kind = resolveType(this.#resolve, type);
    switch (kind.tag) {
      case "bool":
        if (typeof value !== "boolean") throw this.#mismatch(type, value);
        return leaf(String(value));
      case "s8":
      case "u8":
      case "s16":
      case "u16":
      case "s32":
      case "u32":
      case "s64":
      case "u64":
        return this.#integer(kind.tag, value);
      case "f32":
      case "f64":
        return this.#float(kind.tag, value);
      case "char":
        return this.#char(value);
      case "string":
        return this.#string(value);
      case "record":
        return this.#record(kind.fields, type, value);
      case "tuple":
        return this.#tuple(kind.types, type, value);
      case "variant":
        return this.#variant(kind.cases, type, value);
      case "enum":
        if (typeof value !== "string") throw this.#mismatch(type, value, ", a string");
        return leaf(this.#caseLabel(kind.cases, type, value));
      case "flags":
        return this.#flags(kind.flags, type, value);
      case "option":
        return this.#option(kind.type, type, value);
      case "result":
        return this.#result(kind.ok, kind.err, type, value);
      case "list":
        return this.#list(kind.type, type, value);
      case "fixed-length-list":
        return this.#list(kind.type, type, value, kind.length);
      case "map":
        return this.#map(kind.key, kind.value, type, value);
      case "own":
      case "borrow":
      case "stream":
      case "future":
      case "error-context":
        if (this.#options.opaque === undefined)
          throw this.#error(`${typeName(this.#resolve, type)} has no WAVE form; pass "opaque" to choose one`);
        return leaf(this.#options.opaque(kind.tag, type, value));
      default:
        throw this.#error(`${describeType(this.#resolve, type)} is no type of values; its handles are own and borrow`);
    }
  }

  #integer(type: keyof typeof integerRanges, value: unknown): Layout {
    const wide = type === "s64" || type === "u64";
    if (wide ? typeof value !== "bigint" : typeof value !== "number")
      throw this.#mismatch(type, value, wide ? ", a bigint" : ", a number");
    const [least, most] = integerRanges[type];
    if (typeof value === "number" && !Number.isInteger(value))
      throw this.#error(`${value} is no whole number, as ${type} needs`);
    const number = value as number | bigint;
    if (number < least || number > most)
      throw this.#error(`${number} is out of range for ${type} (${least} to ${most})`);
    return leaf(String(number));
  }

  #float(type: "f32" | "f64", value: unknown): Layout {
    if (typeof value !== "number") throw this.#mismatch(type, value, ", a number");
    return leaf(type === "f32" ? printFloat(Math.fround(value), 32) : printFloat(value, 64));
  }

  #char(value: unknown): Layout {
    if (typeof value !== "string") throw this.#mismatch("char", value, ", a string");
    const code = value.codePointAt(0);
    if (code === undefined || value.length !== String.fromCodePoint(code).length) {
      throw this.#error(`expected char, exactly one character, got ${[...value].length}`);
    }
    this.#wellFormed(value);
    return leaf(quoted(value, "'"));
  }

  #string(value: unknown): Layout {
    if (typeof value !== "string") throw this.#mismatch("string", value);
    this.#wellFormed(value);
    const inLines = this.#options.pretty === true && value.includes("\n");
    return leaf(quoted(value, '"'), inLines ? multilineText(value) : undefined);
  }

  #wellFormed(text: string): void {
    const lone = /\p{Surrogate}/u.exec(text);
    if (lone !== null) throw this.#error(`half of a surrogate pair at index ${lone.index} is no character`);
  }

  #record(fields: readonly Field[], type: Type, value: unknown): Layout {
    const record = this.#object(type, value);
    const items: Layout[] = [];
    for (const field of fields) {
      const key = camelCase(field.name);
      const content = record[key];
      if (this.#isNone(field.type, content)) continue;
      items.push(wrap(`${field.name}: `, this.#inside(`.${key}`, field.type, content), ""));
    }
    return items.length === 0 ? leaf("{:}") : group("{", items, "}");
  }

  /** Whether a field can be left out. */
  #isNone(type: Type, value: unknown): boolean {
    const kind = resolveType(this.#resolve, type);
    if (kind.tag !== "option") return false;
    if (resolveType(this.#resolve, kind.type).tag !== "option") return value === undefined;
    return isTagged(value) && value.tag === "none";
  }

  #tuple(types: readonly Type[], type: Type, value: unknown): Layout {
    if (!Array.isArray(value)) throw this.#mismatch(type, value, ", an array");
    if (value.length !== types.length) {
      throw this.#error(
        `expected ${describeType(this.#resolve, type)} with ${types.length} elements, got ${value.length}`,
      );
    }
    return group(
      "(",
      types.map((element, index) => this.#inside(`[${index}]`, element, value[index])),
      ")",
    );
  }

  #variant(cases: readonly Case[], type: Type, value: unknown): Layout {
    if (!isTagged(value)) throw this.#mismatch(type, value, ", an object with a tag");
    const label = this.#caseLabel(cases, type, value.tag);
    const payload = cases.find((candidate) => candidate.name === value.tag)?.type;
    return this.#tagged(label, payload, value.val, `case "${value.tag}" of ${describeType(this.#resolve, type)}`);
  }

  #caseLabel(cases: readonly { readonly name: string }[], type: Type, tag: string): string {
    const names = cases.map((candidate) => candidate.name);
    if (!names.includes(tag)) {
      const hint = didYouMean(tag, names) || `; it has ${listNames(names)}`;
      throw this.#error(`${describeType(this.#resolve, type)} has no case ${JSON.stringify(tag)}${hint}`);
    }
    return keywords.has(tag) ? `%${tag}` : tag;
  }

  #tagged(label: string, payload: Type | undefined, value: unknown, owner: string): Layout {
    if (payload !== undefined) return wrap(`${label}(`, this.#inside(".val", payload, value), ")");
    if (value !== undefined) throw this.#error(`${owner} takes no value, got ${describeValue(value)}`);
    return leaf(label);
  }

  #flags(flags: readonly { readonly name: string }[], type: Type, value: unknown): Layout {
    const object = this.#object(type, value);
    const items: Layout[] = [];
    for (const { name } of flags) {
      const key = camelCase(name);
      const set = object[key];
      if (set !== undefined && typeof set !== "boolean") {
        throw new WaveValueError(`value${this.#path.join("")}.${key}`, `expected a boolean, got ${describeValue(set)}`);
      }
      if (set === true) items.push(leaf(name));
    }
    return group("{", items, "}");
  }

  #option(payload: Type, type: Type, value: unknown): Layout {
    if (resolveType(this.#resolve, payload).tag !== "option") {
      return value === undefined ? leaf("none") : wrap("some(", this.layout(payload, value), ")");
    }
    if (isTagged(value) && value.tag === "none") return leaf("none");
    if (isTagged(value) && value.tag === "some") return wrap("some(", this.#inside(".val", payload, value.val), ")");
    throw this.#mismatch(type, value, ', { tag: "some", val } or { tag: "none" }');
  }

  #result(ok: Type | undefined, err: Type | undefined, type: Type, value: unknown): Layout {
    if (!isTagged(value) || (value.tag !== "ok" && value.tag !== "err")) {
      throw this.#mismatch(type, value, ', { tag: "ok", val } or { tag: "err", val }');
    }
    return this.#tagged(
      value.tag,
      value.tag === "ok" ? ok : err,
      value.val,
      `"${value.tag}" of ${typeName(this.#resolve, type)}`,
    );
  }

  #list(element: Type, type: Type, value: unknown, length?: number): Layout {
    if (!Array.isArray(value) && !isTypedArray(value)) throw this.#mismatch(type, value, ", an array");
    if (length !== undefined && value.length !== length) {
      throw this.#error(`expected ${typeName(this.#resolve, type)} with ${length} elements, got ${value.length}`);
    }
    return group(
      "[",
      Array.from(value, (item, index) => this.#inside(`[${index}]`, element, item)),
      "]",
    );
  }

  #map(key: Type, value: Type, type: Type, map: unknown): Layout {
    if (!(map instanceof Map)) throw this.#mismatch(type, map, ", a Map");
    let index = 0;
    const entries = Array.from(map as Map<unknown, unknown>, ([entryKey, entryValue]) => {
      const at = `[${index++}]`;
      return group(
        "(",
        [this.#inside(`${at}.key`, key, entryKey), this.#inside(`${at}.value`, value, entryValue)],
        ")",
      );
    });
    return group("[", entries, "]");
  }

  #inside(step: string, type: Type, value: unknown): Layout {
    this.#path.push(step);
    const layout = this.layout(type, value);
    this.#path.pop();
    return layout;
  }

  #object(type: Type, value: unknown): Readonly<Record<string, unknown>> {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw this.#mismatch(type, value, ", an object");
    return value as Readonly<Record<string, unknown>>;
  }

  #mismatch(type: Type, value: unknown, form = ""): WaveValueError {
    return this.#error(`expected ${describeType(this.#resolve, type)}${form}, got ${describeValue(value)}`);
  }

  #error(reason: string): WaveValueError {
    return new WaveValueError(`value${this.#path.join("")}`, reason);
  }
}

function isTagged(value: unknown): value is { readonly tag: string; readonly val?: unknown } {
  return typeof value === "object" && value !== null && "tag" in value && typeof value.tag === "string";
}

function isTypedArray(value: unknown): value is ArrayLike<unknown> & Iterable<unknown> {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

function describeValue(value: unknown): string {
  if (typeof value === "string")
    return `string ${JSON.stringify(value.length > 40 ? `${value.slice(0, 39)}…` : value)}`;
  if (typeof value === "bigint") return `bigint ${value}`;
  if (typeof value === "function" || typeof value === "symbol") return `a ${typeof value}`;
  if (typeof value !== "object" || value === null)
    return value === undefined ? "undefined" : `${typeof value === "object" ? "" : `${typeof value} `}${value}`;
  if (Array.isArray(value)) return "an array";
  const name = (Object.getPrototypeOf(value) as { constructor?: { name?: unknown } } | null)?.constructor?.name;
  return typeof name === "string" && name !== "" && name !== "Object" ? `a ${name}` : "an object";
}
