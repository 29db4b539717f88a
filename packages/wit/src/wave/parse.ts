import { type Case, camelCase, type Field, type Resolve, type Type, type TypeId } from "../model/index.ts";
import { didYouMean } from "../suggestions/did-you-mean.ts";
import { parseFloat32 } from "./float-text.ts";
import { DEFAULT_WAVE_LIMITS, type WaveLimits } from "./limits.ts";
import { listNames } from "./list-names.ts";
import { integerRanges, isNumeric, toTypedArray } from "./numbers.ts";
import { keywords, Scanner, type Token, type TokenKind } from "./scanner.ts";
import { describeType, type ResolvedType, resolveType, typeName } from "./type-name.ts";
import { WaveError } from "./wave-error.ts";

export interface ParseWaveOptions {
  /** Those left out are {@link DEFAULT_WAVE_LIMITS}. */
  readonly limits?: Partial<WaveLimits>;
  /**
   * Makes a resource from text. WAVE has no form for handles; with this hook one is written as a string literal, whose
   * content the hook gets. Without it a handle is an error.
   */
  readonly handle?: (kind: "own" | "borrow", resource: TypeId, text: string) => unknown;
  /** Where the text begins in `source`, so that errors point into the whole. Both default to the text itself. */
  readonly source?: string;
  readonly offset?: number;
}

/**
 * Reads a WAVE text as a value of a type, in the JavaScript form that calls take. A list where a `stream` is expected
 * gives an array, which is a ready stream (of one `Uint8Array` for `stream<u8>`); a value where a `future` is expected
 * gives a resolved promise; a map is written as a list of pairs.
 *
 * @throws WaveError saying what was expected, of which type, and where
 */
export function parseWave(resolve: Resolve, type: Type, text: string, options: ParseWaveOptions = {}): unknown {
  const parser = new ValueParser(resolve, text, options);
  const value = parser.value(type);
  parser.scanner.expect("end", "the end of the text");
  return value;
}

/** One pass over the text, led by the type: only the type tells flags from records and cases from options. */
export class ValueParser {
  readonly scanner: Scanner;
  readonly #resolve: Resolve;
  readonly #limits: WaveLimits;
  readonly #options: ParseWaveOptions;
  #depth = 0;
  #elements = 0;

  constructor(resolve: Resolve, text: string, options: ParseWaveOptions) {
    this.#resolve = resolve;
    this.#limits = { ...DEFAULT_WAVE_LIMITS, ...options.limits };
    this.#options = options;
    const start = options.source === undefined ? 0 : (options.offset ?? 0);
    this.scanner = new Scanner(options.source ?? text, start, start + text.length);
    if (text.length > this.#limits.maxLength) {
      const reason = `the text has ${text.length} characters; the limit is ${this.#limits.maxLength} (maxLength)`;
      throw new WaveError("limit", reason, { source: "", start: 0 });
    }
  }

  value(type: Type): unknown {
    const kind = resolveType(this.#resolve, type);
    if (this.#depth >= this.#limits.maxDepth) {
      throw this.scanner.error("limit", `values are nested deeper than ${this.#limits.maxDepth} levels (maxDepth)`);
    }
    this.#depth++;
    const value = this.#read(kind, type);
    this.#depth--;
    return value;
  }

  #read(kind: ResolvedType, type: Type): unknown {
    switch (kind.tag) {
      case "bool":
        return this.#bool();
      case "s64":
      case "u64":
        return this.#integer(kind.tag);
      case "s8":
      case "u8":
      case "s16":
      case "u16":
      case "s32":
      case "u32":
        return Number(this.#integer(kind.tag));
      case "f32":
      case "f64":
        return this.#float(kind.tag);
      case "char":
      case "string":
        return this.#literal(kind.tag, type).value;
      case "record":
        return this.#record(kind.fields, type);
      case "tuple":
        return this.#tuple(kind.types, type);
      case "variant":
        return this.#variant(kind.cases, type);
      case "enum":
        return this.#label(kind.cases, type).value;
      case "flags":
        return this.#flags(kind.flags, type);
      case "option":
        return this.#option(kind.type, type);
      case "result":
        return this.#result(kind.ok, kind.err, type);
      case "list":
        return this.#list(kind.type, type);
      case "fixed-length-list":
        return this.#fixedList(kind.type, kind.length, type);
      case "map":
        return this.#map(kind.key, kind.value, type);
      case "stream":
        return this.#stream(kind.type, type);
      case "future":
        if (kind.type === undefined) throw this.#noForm(type, "it carries no value");
        return Promise.resolve(this.value(kind.type));
      case "own":
      case "borrow":
        return this.#handle(kind.tag, kind.resource, type);
      default:
        throw this.#noForm(type, "it is known only where it was made");
    }
  }

  #bool(): boolean {
    for (const truth of [true, false]) {
      if (!this.scanner.isKeyword(String(truth))) continue;
      this.scanner.take();
      return truth;
    }
    throw this.#unexpected("bool", " (true or false)");
  }

  #integer(type: keyof typeof integerRanges): bigint {
    const token = this.scanner.token;
    if (token.kind !== "number") throw this.#unexpected(type);
    if (!/^-?\d+$/.test(token.value)) {
      throw this.scanner.error("type", `expected ${type}, a whole number, found ${this.scanner.found()}`);
    }
    const value = BigInt(token.value);
    const [least, most] = integerRanges[type];
    // "-0" is a number in WAVE, but not one that an unsigned integer can be written as.
    if (value < least || value > most || (least === 0n && token.value.startsWith("-"))) {
      throw this.scanner.error("type", `${this.scanner.found()} is out of range for ${type} (${least} to ${most})`);
    }
    this.scanner.take();
    return value;
  }

  #float(type: "f32" | "f64"): number {
    const { kind, value } = this.scanner.token;
    if (this.scanner.isKeyword("nan") || this.scanner.isKeyword("inf")) {
      this.scanner.take();
      return value === "nan" ? Number.NaN : Number.POSITIVE_INFINITY;
    }
    if (kind !== "number") throw this.#unexpected(type);
    this.scanner.take();
    if (value === "-inf") return Number.NEGATIVE_INFINITY;
    return type === "f32" ? parseFloat32(value) : Number(value);
  }

  #literal(kind: "char" | "string", type: Type): Token {
    if (this.scanner.token.kind !== kind)
      throw this.#unexpected(type, kind === "char" ? ", written '…'" : ', written "…"');
    return this.scanner.take();
  }

  #record(fields: readonly Field[], type: Type): Record<string, unknown> {
    const open = this.#open("{", type);
    const given = new Map<string, unknown>();
    if (this.scanner.accept(":")) {
      this.scanner.expect("}", '"}" after "{:"');
    } else {
      if (this.scanner.token.kind === "}" && fields.length > 0) {
        throw this.scanner.error("syntax", "a record without fields is written {:}; {} are flags", {
          start: open.start,
          end: this.scanner.token.end,
        });
      }
      this.#sequence("}", () => this.#field(fields, given, type));
    }
    const value: Record<string, unknown> = {};
    for (const field of fields) {
      if (!given.has(field.name) && resolveType(this.#resolve, field.type).tag !== "option") {
        throw this.#missing(field, type, open.start);
      }
      value[camelCase(field.name)] = given.has(field.name) ? given.get(field.name) : this.#none(field.type);
    }
    return value;
  }

  #field(fields: readonly Field[], given: Map<string, unknown>, type: Type): void {
    const token = this.scanner.expect("label", `the name of a field of ${describeType(this.#resolve, type)}`);
    const field = fields.find((candidate) => candidate.name === token.value);
    if (field === undefined) throw this.#unknownMember("field", token, fields, type);
    if (given.has(field.name)) throw this.scanner.error("type", `field "${field.name}" was already given`, token);
    this.scanner.expect(":", `":" after field "${field.name}"`);
    given.set(field.name, this.value(field.type));
  }

  #missing(field: Field, type: Type, start: number): WaveError {
    const what = `${field.name}: ${typeName(this.#resolve, field.type)}`;
    const reason = `${describeType(this.#resolve, type)} lacks the field ${what}`;
    return this.scanner.error("type", reason, { start, end: this.scanner.lastEnd });
  }

  #flags(flags: readonly { readonly name: string }[], type: Type): Record<string, boolean> {
    this.#open("{", type);
    const value: Record<string, boolean> = {};
    for (const flag of flags) value[camelCase(flag.name)] = false;
    const given = new Set<string>();
    this.#sequence("}", () => {
      const token = this.scanner.expect("label", `the name of a flag of ${describeType(this.#resolve, type)}`);
      if (!flags.some((flag) => flag.name === token.value)) throw this.#unknownMember("flag", token, flags, type);
      if (given.has(token.value)) throw this.scanner.error("type", `flag "${token.value}" was already given`, token);
      given.add(token.value);
      value[camelCase(token.value)] = true;
    });
    return value;
  }

  #tuple(types: readonly Type[], type: Type): unknown[] {
    const open = this.#open("(", type);
    const values: unknown[] = [];
    this.#sequence(")", () => {
      const element = types[values.length];
      if (element === undefined) throw this.scanner.error("type", `${describeType(this.#resolve, type)} ends here`);
      values.push(this.value(element));
    });
    if (values.length < types.length) {
      const reason = `expected ${describeType(this.#resolve, type)} with ${types.length} elements, found ${values.length}`;
      throw this.scanner.error("type", reason, { start: open.start, end: this.scanner.lastEnd });
    }
    return values;
  }

  #variant(cases: readonly Case[], type: Type): { tag: string; val?: unknown } {
    const token = this.#label(cases, type);
    const payload = cases.find((candidate) => candidate.name === token.value)?.type;
    const owner = `case "${token.value}" of ${describeType(this.#resolve, type)}`;
    return this.#tagged(token.value, payload, owner, token, false);
  }

  /** The label of a case that the type has. Keywords are cases only with a `%`. */
  #label(cases: readonly { readonly name: string }[], type: Type): Token {
    const token = this.scanner.token;
    if (token.kind !== "label") throw this.#unexpected(type);
    const known = cases.some((candidate) => candidate.name === token.value);
    if (keywords.has(token.value) && !this.scanner.isEscaped(token)) {
      if (!known) throw this.#unexpected(type);
      throw this.scanner.error(
        "syntax",
        `"${token.value}" is a keyword; the case of that name is written %${token.value}`,
      );
    }
    if (!known) throw this.#unknownMember("case", token, cases, type);
    return this.scanner.take();
  }

  /** The payload behind a case that was just read; `keepVal` keeps a `val` of `undefined`, as results have one. */
  #tagged(
    tag: string,
    payload: Type | undefined,
    owner: string,
    at: Token,
    keepVal: boolean,
  ): { tag: string; val?: unknown } {
    if (this.scanner.token.kind !== "(") {
      if (payload === undefined) return keepVal ? { tag, val: undefined } : { tag };
      const form = `${this.scanner.source.slice(at.start, at.end)}(…)`;
      throw this.scanner.error("type", `${owner} needs a ${typeName(this.#resolve, payload)}: ${form}`, at);
    }
    if (payload === undefined) throw this.scanner.error("type", `${owner} takes no value`);
    this.scanner.take();
    const val = this.value(payload);
    this.scanner.expect(")", `")" after the value of ${owner}`);
    return { tag, val };
  }

  #option(payload: Type, type: Type): unknown {
    const inner = resolveType(this.#resolve, payload).tag;
    if (this.scanner.isKeyword("none")) {
      const token = this.scanner.take();
      this.#tagged("none", undefined, '"none"', token, false);
      return this.#none(type);
    }
    if (this.scanner.isKeyword("some")) {
      const tagged = this.#tagged("some", payload, '"some"', this.scanner.take(), false);
      return inner === "option" ? tagged : tagged.val;
    }
    if (inner !== "option" && inner !== "result") return this.value(payload);
    const reason = `expected ${typeName(this.#resolve, type)}, written some(…) or none, found ${this.scanner.found()}`;
    throw this.scanner.error("type", reason);
  }

  /** `none` of an option: of an option of an option only the outer one is an object. */
  #none(type: Type): unknown {
    const kind = resolveType(this.#resolve, type);
    if (kind.tag !== "option") return undefined;
    return resolveType(this.#resolve, kind.type).tag === "option" ? { tag: "none" } : undefined;
  }

  #result(ok: Type | undefined, err: Type | undefined, type: Type): unknown {
    for (const [tag, payload] of [["ok", ok] as const, ["err", err] as const]) {
      if (this.scanner.isKeyword(tag)) return this.#tagged(tag, payload, `"${tag}"`, this.scanner.take(), true);
    }
    const flat = ok === undefined ? undefined : resolveType(this.#resolve, ok).tag;
    if (ok !== undefined && flat !== "option" && flat !== "result") return { tag: "ok", val: this.value(ok) };
    const forms = `${ok === undefined ? "ok" : "ok(…)"} or ${err === undefined ? "err" : "err(…)"}`;
    const reason = `expected ${typeName(this.#resolve, type)}, written ${forms}, found ${this.scanner.found()}`;
    throw this.scanner.error("type", reason);
  }

  #list(element: Type, type: Type): unknown {
    const values = this.#elementsOf(element, type);
    return toTypedArray(resolveType(this.#resolve, element).tag, values) ?? values;
  }

  #fixedList(element: Type, length: number, type: Type): unknown {
    const start = this.scanner.token.start;
    const values = this.#elementsOf(element, type, length);
    if (values.length !== length) {
      const reason = `expected ${typeName(this.#resolve, type)} with ${length} elements, found ${values.length}`;
      throw this.scanner.error("type", reason, { start, end: this.scanner.lastEnd });
    }
    return toTypedArray(resolveType(this.#resolve, element).tag, values) ?? values;
  }

  #elementsOf(element: Type, type: Type, most: number = Number.POSITIVE_INFINITY): unknown[] {
    this.#open("[", type);
    const values: unknown[] = [];
    const numeric = isNumeric(resolveType(this.#resolve, element).tag);
    this.#sequence("]", () => {
      if (!numeric) this.#countElement();
      if (values.length >= most) throw this.scanner.error("type", `${typeName(this.#resolve, type)} ends here`);
      values.push(this.value(element));
    });
    return values;
  }

  #map(key: Type, value: Type, type: Type): Map<unknown, unknown> {
    this.#open("[", type, "[(key, value), …]");
    const entries = new Map<unknown, unknown>();
    const pair = `a pair of ${typeName(this.#resolve, key)} and ${typeName(this.#resolve, value)}`;
    this.#sequence("]", () => {
      this.#countElement();
      this.scanner.expect("(", `"(" and ${pair}`);
      const entryKey = this.value(key);
      this.scanner.expect(",", `"," between key and value`);
      entries.set(entryKey, this.value(value));
      this.scanner.accept(",");
      this.scanner.expect(")", `")" after ${pair}`);
    });
    return entries;
  }

  #stream(element: Type | undefined, type: Type): unknown {
    if (element === undefined) throw this.#noForm(type, "its elements carry no value");
    const values = this.#elementsOf(element, type);
    if (resolveType(this.#resolve, element).tag !== "u8") return values;
    return values.length === 0 ? [] : [toTypedArray("u8", values)];
  }

  #handle(kind: "own" | "borrow", resource: TypeId, type: Type): unknown {
    if (this.#options.handle === undefined) throw this.#noForm(type, "a resource lives in the process that made it");
    return this.#options.handle(kind, resource, this.#literal("string", type).value);
  }

  /** Values between an opening token that was taken and `close`, with commas between them and perhaps after the last. */
  #sequence(close: TokenKind, item: () => void): void {
    while (!this.scanner.accept(close)) {
      item();
      if (this.scanner.accept(close)) return;
      this.scanner.expect(",", `"," or "${close}"`);
    }
  }

  #countElement(): void {
    if (++this.#elements <= this.#limits.maxElements) return;
    throw this.scanner.error("limit", `more than ${this.#limits.maxElements} list elements (maxElements)`);
  }

  #open(kind: "{" | "(" | "[", type: Type, form = `${kind}…${closing[kind]}`): Token {
    if (this.scanner.token.kind !== kind) throw this.#unexpected(type, `, written ${form}`);
    return this.scanner.take();
  }

  #unexpected(type: Type, form = ""): WaveError {
    const { kind } = this.scanner.token;
    const syntax = kind === "end" || kind === "," || kind === ":" || kind === ")" || kind === "]" || kind === "}";
    const reason = `expected ${describeType(this.#resolve, type)}${form}, found ${this.scanner.found()}`;
    return this.scanner.error(syntax ? "syntax" : "type", reason);
  }

  #unknownMember(what: string, token: Token, members: readonly { readonly name: string }[], type: Type): WaveError {
    const names = members.map((member) => member.name);
    const hint = didYouMean(token.value, names) || `; it has ${listNames(names) || "none"}`;
    return this.scanner.error(
      "type",
      `${describeType(this.#resolve, type)} has no ${what} "${token.value}"${hint}`,
      token,
    );
  }

  #noForm(type: Type, why: string): WaveError {
    return this.scanner.error("type", `${typeName(this.#resolve, type)} cannot be written in WAVE: ${why}`);
  }
}

const closing = { "{": "}", "(": ")", "[": "]" } as const;
