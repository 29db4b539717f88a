import { WaveError } from "./wave-error.ts";

/** A char or string literal: where it ends, and what it stands for. */
export interface Literal {
  readonly end: number;
  readonly value: string;
}

const simpleEscapes: Readonly<Record<string, string>> = { "'": "'", '"': '"', "\\": "\\", t: "\t", n: "\n", r: "\r" };
const unicodeEscape = /u\{([0-9a-fA-F]{1,6})\}/y;
const plainInString = /[^"\\\n]*/y;

/** Reads `'x'`. `start` is where the quote is, `limit` where the text ends. */
export function readChar(source: string, start: number, limit: number): Literal {
  const begin = start + 1;
  let end = begin;
  let value = "";
  let count = 0;
  for (; end < limit && source[end] !== "'" && source[end] !== "\n"; count++) {
    const part = readCharacter(source, end);
    value += part.value;
    end = part.end;
  }
  const problem =
    end >= limit || source[end] === "\n"
      ? 'this char has no closing quote; strings are written with "'
      : count !== 1
        ? `a char is exactly one character, found ${count}${count > 1 ? '; strings are written with "' : ""}`
        : undefined;
  if (problem !== undefined) throw new WaveError("syntax", problem, { source, start, end: Math.min(end + 1, limit) });
  return { end: end + 1, value };
}

/** Reads `"text"`, or the multi-line form in triple quotes. */
export function readString(source: string, start: number, limit: number): Literal {
  if (source.startsWith('"""', start)) return readMultiline(source, start, limit);
  const parts: string[] = [];
  let at = start + 1;
  for (;;) {
    plainInString.lastIndex = at;
    plainInString.test(source);
    const stop = Math.min(plainInString.lastIndex, limit);
    if (stop > at) parts.push(wellFormed(source, at, stop));
    if (stop >= limit) throw new WaveError("syntax", "this string has no closing quote", { source, start });
    if (source[stop] === '"') return { end: stop + 1, value: parts.join("") };
    if (source[stop] === "\n") {
      const reason = 'a string ends on its line; write \\n, or put a text of several lines in """';
      throw new WaveError("syntax", reason, { source, start, end: stop });
    }
    const escaped = readEscape(source, stop);
    parts.push(escaped.value);
    at = escaped.end;
  }
}

/**
 * Line breaks after the opening and before the closing quotes are not part of the string, and the spaces in front of
 * the closing quotes are taken off every line.
 */
function readMultiline(source: string, start: number, limit: number): Literal {
  const opening = source.startsWith("\r\n", start + 3) ? start + 5 : start + 4;
  if (source[opening - 1] !== "\n") {
    throw new WaveError("syntax", 'the opening """ must end its line', { source, start, end: start + 3 });
  }
  const closing = source.indexOf('"""', opening);
  if (closing === -1 || closing + 3 > limit) {
    throw new WaveError("syntax", 'this string has no closing """', { source, start, end: start + 3 });
  }
  const lastBreak = source.lastIndexOf("\n", closing);
  const indent = source.slice(lastBreak + 1, closing);
  if (/[^ ]/.test(indent)) {
    const reason = 'the closing """ must be alone on its line; write \\" to have three quotes in the text';
    throw new WaveError("syntax", reason, { source, start: closing, end: closing + 3 });
  }
  const lines: string[] = [];
  for (let at = opening; at <= lastBreak; ) {
    const lineBreak = source.indexOf("\n", at);
    lines.push(
      readLine(source, at, source[lineBreak - 1] === "\r" && lineBreak > at ? lineBreak - 1 : lineBreak, indent),
    );
    at = lineBreak + 1;
  }
  return { end: closing + 3, value: lines.join("\n") };
}

function readLine(source: string, start: number, end: number, indent: string): string {
  if (end - start < indent.length || !source.startsWith(indent, start)) {
    const reason = `this line must be indented by at least the ${indent.length} spaces in front of the closing """`;
    throw new WaveError("syntax", reason, { source, start });
  }
  const parts: string[] = [];
  for (let at = start + indent.length; at < end; ) {
    const backslash = source.indexOf("\\", at);
    const stop = backslash === -1 || backslash > end ? end : backslash;
    if (stop > at) parts.push(wellFormed(source, at, stop));
    if (stop === end) break;
    const escaped = readEscape(source, stop);
    parts.push(escaped.value);
    at = escaped.end;
  }
  return parts.join("");
}

function readCharacter(source: string, at: number): Literal {
  if (source[at] === "\\") return readEscape(source, at);
  const value = String.fromCodePoint(source.codePointAt(at) ?? 0);
  return { end: at + value.length, value: wellFormed(source, at, at + value.length) };
}

function readEscape(source: string, at: number): Literal {
  const simple = simpleEscapes[source.charAt(at + 1)];
  if (simple !== undefined) return { end: at + 2, value: simple };
  unicodeEscape.lastIndex = at + 1;
  const digits = unicodeEscape.exec(source)?.[1];
  if (digits === undefined) {
    const character = source.charAt(at + 1);
    const reason =
      character === "u"
        ? "a Unicode escape is \\u{…} with one to six hexadecimal digits"
        : `${/^[!-~]$/.test(character) ? `\\${character}` : "a lone backslash"} is no escape; there are \\' \\" \\\\ \\t \\n \\r and \\u{…}`;
    throw new WaveError("syntax", reason, { source, start: at, end: at + 2 });
  }
  const code = Number.parseInt(digits, 16);
  const end = at + 4 + digits.length;
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
    const why = code > 0x10ffff ? "beyond the last character, \\u{10ffff}" : "a surrogate, which is no character";
    throw new WaveError("syntax", `\\u{${digits}} is ${why}`, { source, start: at, end });
  }
  return { end, value: String.fromCodePoint(code) };
}

/** JavaScript strings may hold half a surrogate pair; WAVE is Unicode text. */
function wellFormed(source: string, start: number, end: number): string {
  const text = source.slice(start, end);
  const lone = /\p{Surrogate}/u.exec(text);
  if (lone === null) return text;
  throw new WaveError("syntax", "half of a surrogate pair is no character", { source, start: start + lone.index });
}
