import { MAX_NUMBER_LENGTH } from "./limits.ts";
import { readChar, readString } from "./string-literal.ts";
import { WaveError, type WaveErrorKind } from "./wave-error.ts";

export type Punctuation = "{" | "}" | "(" | ")" | "[" | "]" | ":" | ",";

/** What tokens are there: `label` includes keywords, among them `nan` and `inf`; `-inf` is a `number`. */
export type TokenKind = Punctuation | "number" | "label" | "char" | "string" | "end";

export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
  /** Number as written; label without its `%`; content of a char or string. */
  readonly value: string;
}

/** Labels that mean something else unless they are written with a `%`. */
export const keywords: ReadonlySet<string> = new Set(["true", "false", "some", "none", "ok", "err", "inf", "nan"]);

const trivia = /(?:[ \t\n\r]+|\/\/[^\n]*)*/y;
const number = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/y;
const label = /%?(?:[a-z][a-z0-9]*|[A-Z][A-Z0-9]*)(?:-(?:[a-z0-9]+|[A-Z0-9]+))*/y;
/** What a person would call one word, to be shown where it is neither a number nor a label. */
const word = /[%+-]?[\w.-]*/y;

/** Reads a WAVE text token by token; `token` is the one that comes next. */
export class Scanner {
  readonly source: string;
  readonly #end: number;
  #position: number;
  #token: Token | undefined;
  /** Where the last token that was taken ends. */
  #lastEnd: number;

  constructor(source: string, start = 0, end: number = source.length) {
    this.source = source;
    this.#position = start;
    this.#lastEnd = start;
    this.#end = end;
  }

  /** The next token, not yet taken. @throws WaveError where there is none */
  get token(): Token {
    this.#token ??= this.#scan();
    return this.#token;
  }

  /** Where the last token that was taken ends. */
  get lastEnd(): number {
    return this.#lastEnd;
  }

  take(): Token {
    const token = this.token;
    this.#token = undefined;
    this.#position = token.end;
    this.#lastEnd = token.end;
    return token;
  }

  /** Takes the next token if it is of this kind. */
  accept(kind: TokenKind): boolean {
    if (this.token.kind !== kind) return false;
    this.take();
    return true;
  }

  /** Takes a token of this kind, or says what was expected instead of it. */
  expect(kind: TokenKind, what: string): Token {
    if (this.token.kind !== kind) throw this.error("syntax", `expected ${what}, found ${this.found()}`);
    return this.take();
  }

  /** Whether the next token is this keyword. A label with `%` is none. */
  isKeyword(name: string): boolean {
    return this.token.kind === "label" && this.token.value === name && !this.isEscaped(this.token);
  }

  isEscaped(token: Token): boolean {
    return this.source.charCodeAt(token.start) === 0x25;
  }

  /** The next token in words. */
  found(token: Token = this.token): string {
    switch (token.kind) {
      case "end":
        return "the end of the text";
      case "label":
        if (keywords.has(token.value) && !this.isEscaped(token)) return `"${token.value}"`;
        return `label ${clip(this.source.slice(token.start, token.end))}`;
      case "number":
        return clip(token.value);
      case "char":
      case "string":
        return `${token.kind} ${clip(this.source.slice(token.start, token.end))}`;
      default:
        return `"${token.kind}"`;
    }
  }

  /** An error at a token, or over a range of the text. */
  error(
    kind: WaveErrorKind,
    reason: string,
    place: { readonly start: number; readonly end: number } = this.token,
  ): WaveError {
    return new WaveError(kind, reason, { source: this.source, start: place.start, end: place.end });
  }

  #scan(): Token {
    const start = this.#matchEnd(trivia, this.#position);
    if (start >= this.#end) return { kind: "end", start, end: start, value: "" };
    const character = this.source.charAt(start);
    if (isPunctuation(character)) return { kind: character, start, end: start + 1, value: character };
    if (character === '"') return { kind: "string", start, ...readString(this.source, start, this.#end) };
    if (character === "'") return { kind: "char", start, ...readChar(this.source, start, this.#end) };
    return this.#scanNumber(start) ?? this.#scanLabel(start) ?? this.#reject(start);
  }

  #scanNumber(start: number): Token | undefined {
    const end = this.source.startsWith("-inf", start) ? start + 4 : this.#matchEnd(number, start);
    if (end === start || this.#matchEnd(word, end) !== end) return undefined;
    if (end - start > MAX_NUMBER_LENGTH) {
      const reason = `a number of ${end - start} characters; the limit is ${MAX_NUMBER_LENGTH}`;
      throw this.error("limit", reason, { start, end });
    }
    return { kind: "number", start, end, value: this.source.slice(start, end) };
  }

  #scanLabel(start: number): Token | undefined {
    const end = this.#matchEnd(label, start);
    if (end === start || this.#matchEnd(word, end) !== end) return undefined;
    const name = this.source.startsWith("%", start) ? start + 1 : start;
    const value = this.source.slice(name, end);
    return { kind: "label", start, end, value };
  }

  #reject(start: number): never {
    const end = Math.max(this.#matchEnd(word, start), start + 1);
    const text = this.source.slice(start, end);
    const code = this.source.codePointAt(start) ?? 0;
    if (!/[\w%+.-]/.test(text)) {
      const shown = code > 0x20 && code < 0x7f ? `"${text}"` : `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
      throw this.error("syntax", `unexpected character ${shown}`, { start, end });
    }
    throw this.error("syntax", explainWord(text), { start, end });
  }

  #matchEnd(pattern: RegExp, start: number): number {
    pattern.lastIndex = start;
    return pattern.test(this.source) ? Math.min(pattern.lastIndex, this.#end) : start;
  }
}

function isPunctuation(character: string): character is Punctuation {
  return "{}()[]:,".includes(character);
}

function explainWord(text: string): string {
  const shown = clip(text);
  if (/^[+-]?nan$/i.test(text)) return `${shown} is no WAVE number; write nan`;
  if (/^[+-]?inf(inity)?$/i.test(text))
    return `${shown} is no WAVE number; write ${text.startsWith("-") ? "-inf" : "inf"}`;
  if (keywords.has(text.toLowerCase())) return `${shown} is no WAVE keyword; write ${text.toLowerCase()}`;
  if (/^-?0[xbo]/i.test(text)) return `${shown} is no WAVE number; only decimal numbers are`;
  if (/^-?0\d/.test(text)) return `${shown} is no WAVE number; leading zeros are not allowed`;
  if (text.startsWith("+")) return `${shown} is no WAVE number; a plus sign is not allowed`;
  if (/^-?[.\d]/.test(text)) return `${shown} is no WAVE number; numbers are written as in JSON`;
  return `${shown} is no label; labels are words of lower-case or upper-case letters and digits, joined by hyphens`;
}

function clip(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
