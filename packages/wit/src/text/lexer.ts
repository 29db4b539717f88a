import type { Span } from "../model/types.ts";
import { blockCommentEnd } from "./docs.ts";
import { errorAt, WitSourceError } from "./errors.ts";
import { identifierProblem } from "./identifier.ts";
import type { WitLimits } from "./limits.ts";
import type { Place, Source } from "./source.ts";
import { stringEnd } from "./string-literal.ts";
import { isKeyword, shorten, type TokenKind } from "./tokens.ts";
import { versionPattern, versionProblem } from "./version.ts";
import type { Work } from "./work.ts";

/**
 * Cuts a source text into tokens, one at a time: the lexer stands on a token, and {@link advance} takes the next one.
 * Comments belong to the token after them, where the parser picks them up as its documentation.
 */
export class Lexer {
  readonly source: Source;
  readonly limits: WitLimits;
  /** The current token. */
  kind: TokenKind = "end of file";
  start = 0;
  end = 0;
  /** Raw comments between the token before and the current one. */
  comments: string[] = [];
  readonly #work: Work;

  constructor(source: Source, limits: WitLimits, work: Work) {
    this.source = source;
    this.limits = limits;
    this.#work = work;
    const { text } = source;
    if (text.length > limits.sourceLength) {
      const reason = `the text is ${text.length} characters long, more than the limit of ${limits.sourceLength}`;
      throw new WitSourceError(`${reason}; split it or raise limits.sourceLength`, fileStart(source), "");
    }
    work.visited += text.length;
    checkCharacters(source);
    this.end = text.charCodeAt(0) === 0xfeff ? 1 : 0;
    this.advance();
  }

  /** The current token as it is written. */
  get text(): string {
    return this.source.text.slice(this.start, this.end);
  }

  /** The place of the current token. */
  get place(): Place {
    return { source: this.source, start: this.start, end: this.end };
  }

  /** Moves on to the next token. */
  advance(): void {
    const from = this.end;
    this.comments = [];
    this.start = this.#skipBlanks(from);
    this.end = this.start;
    this.kind = this.#token();
    this.#work.visited += this.end - from + 1;
    this.#checkLength();
  }

  /**
   * Reads the version that begins at the current number, and moves on to the token after it. Pre-release and build
   * parts are read as characters: as tokens they would be indistinguishable from the `.{` that may follow.
   */
  version(): { text: string; place: Place } {
    versionPattern.lastIndex = this.start;
    const found = this.kind === "number" ? versionPattern.exec(this.source.text) : null;
    if (found === null) {
      throw errorAt(this.place, 'expected a version of three numbers such as "1.2.3"', { expected: "a version" });
    }
    const [text] = found;
    const place = { source: this.source, start: this.start, end: this.start + text.length };
    this.#work.visited += text.length;
    if (text.length > this.limits.tokenLength) {
      throw errorAt(place, `this version is longer than the limit of ${this.limits.tokenLength} characters`);
    }
    const problem = versionProblem(text);
    if (problem !== undefined) throw errorAt(place, `${problem}; choose another version`);
    this.end = place.end;
    this.advance();
    return { text, place };
  }

  #skipBlanks(from: number): number {
    const { text } = this.source;
    let at = from;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === 32 || code === 10 || code === 9) at++;
      else if (code === 13 && text.charCodeAt(at + 1) === 10) at += 2;
      else if (code === 47 && text.charCodeAt(at + 1) === 47) at = this.#lineComment(at);
      else if (code === 47 && text.charCodeAt(at + 1) === 42) at = this.#blockComment(at);
      else return at;
    }
  }

  #lineComment(start: number): number {
    const newline = this.source.text.indexOf("\n", start);
    const end = newline < 0 ? this.source.text.length : newline + 1;
    this.comments.push(this.source.text.slice(start, end));
    return end;
  }

  #blockComment(start: number): number {
    const end = blockCommentEnd(this.source.text, start);
    if (end === undefined) {
      const place = { source: this.source, start, end: start + 2 };
      const reason = 'this comment has no end; close it (and every comment within it) with "*/"';
      throw errorAt(place, reason, { expected: '"*/"' });
    }
    this.comments.push(this.source.text.slice(start, end));
    return end;
  }

  #token(): TokenKind {
    const { text } = this.source;
    const code = text.charCodeAt(this.start);
    if (Number.isNaN(code)) return "end of file";
    if (isDigit(code)) return this.#number();
    if (code === 45) return this.#hyphen();
    if (code === 37) return this.#escapedName();
    if (code === 34) return this.#string();
    const character = text[this.start] as string;
    if ("=,:.;(){}<>*@/+".includes(character)) {
      this.end = this.start + 1;
      return character as TokenKind;
    }
    this.end = nameEnd(text, this.start);
    if (this.end === this.start) throw this.#unexpectedCharacter(this.start);
    const word = this.text;
    return isKeyword(word) ? word : this.#name(word);
  }

  #number(): TokenKind {
    const { text } = this.source;
    this.end = this.start + 1;
    while (isDigit(text.charCodeAt(this.end))) this.end++;
    return "number";
  }

  #hyphen(): TokenKind {
    const arrow = this.source.text.charCodeAt(this.start + 1) === 62;
    this.end = this.start + (arrow ? 2 : 1);
    return arrow ? "->" : "-";
  }

  #escapedName(): TokenKind {
    this.end = nameEnd(this.source.text, this.start + 1);
    this.#name(this.source.text.slice(this.start + 1, this.end));
    return "escaped name";
  }

  #name(word: string): TokenKind {
    if (word.length > this.limits.tokenLength) return "name";
    const problem = identifierProblem(word);
    if (problem !== undefined) throw errorAt(this.place, `"${shorten(word)}" is not a name: ${problem}`);
    return "name";
  }

  #checkLength(): void {
    const limit = this.limits.tokenLength;
    if (this.end - this.start <= limit) return;
    const place = { source: this.source, start: this.start, end: this.start + 1 };
    throw errorAt(
      place,
      `this token is longer than the limit of ${limit} characters; shorten it or raise limits.tokenLength`,
    );
  }

  #string(): TokenKind {
    this.end = stringEnd(this.source, this.start);
    return "text";
  }

  #unexpectedCharacter(at: number): Error {
    const character = String.fromCodePoint(this.source.text.codePointAt(at) ?? 0);
    const place = { source: this.source, start: at, end: at + character.length };
    const shown = character === "\r" ? "a carriage return without a line feed" : `the character "${character}"`;
    return errorAt(place, `${shown} has no meaning in WIT; remove it`);
  }
}

function fileStart(source: Source): Span {
  return { file: source.file, line: 1, column: 1 };
}

/** Where the name that begins at `start` ends; `start` itself where no name begins there. */
function nameEnd(text: string, start: number): number {
  let at = start;
  while (isNameCode(text.charCodeAt(at))) at++;
  if (text.charCodeAt(at) < 128 || at >= text.length) return at > start && isDigit(text.charCodeAt(start)) ? start : at;
  const letters = /[\p{XIDS}_-][\p{XIDC}-]*/uy;
  letters.lastIndex = start;
  return letters.exec(text) === null ? start : letters.lastIndex;
}

function isNameCode(code: number): boolean {
  return (code >= 97 && code <= 122) || code === 45 || isDigit(code) || (code >= 65 && code <= 90) || code === 95;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

const discouraged = "\u0149\u0673\u0f77\u0f79\u17a3\u17a4\u17b4\u17b5";
const forbidden = new RegExp(
  `[\\0-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\u202a-\\u202e\\u2066-\\u2069${discouraged}\\ud800-\\udfff]`,
  "u",
);

/** Refuses what can make a text look different from what it means: control, bidirectional and discouraged characters. */
function checkCharacters(source: Source): void {
  const at = source.text.search(forbidden);
  if (at < 0) return;
  const code = source.text.charCodeAt(at);
  const name = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  const place = { source, start: at, end: at + 1 };
  throw errorAt(place, `${classOf(code)} (${name}) is not allowed in a WIT text, not even in a comment; remove it`);
}

function classOf(code: number): string {
  if (code < 0xa0) return "a control character";
  if (code >= 0xd800 && code <= 0xdfff) return "half of a surrogate pair";
  if (discouraged.includes(String.fromCharCode(code))) return "a character that Unicode discourages";
  return "a character that changes the direction of text";
}
