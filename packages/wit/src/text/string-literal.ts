import { errorAt, type WitSourceError } from "./errors.ts";
import type { Source } from "./source.ts";

/** Escapes of one letter. */
const letters: Readonly<Record<string, string>> = { '"': '"', "'": "'", t: "\t", n: "\n", r: "\r", "\\": "\\" };

/** Where the string literal that begins with the quote at `start` ends. Its escapes are not looked into. */
export function stringEnd(source: Source, start: number): number {
  const { text } = source;
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 34) return at + 1;
    if (code === 10) break;
    if (code === 92) at++;
  }
  throw fail(source, start, start + 1, "this string has no end; close it with a quote on the same line");
}

/**
 * Reads the string literal that begins with the quote at `start`. Escapes are those of the WebAssembly text format:
 * `\n`, `\t`, `\r`, `\"`, `\'`, `\\`, `\u{hex}`, and `\hh` for a byte of UTF-8.
 */
export function readString(source: Source, start: number): { value: string; end: number } {
  const { text } = source;
  const parts: (string | number)[] = [];
  let at = start + 1;
  for (;;) {
    const character = text[at];
    if (character === undefined || character === "\n" || (character === "\r" && text[at + 1] === "\n")) {
      throw fail(source, start, start + 1, "this string has no end; close it with a quote on the same line");
    }
    if (character === '"') return { value: join(source, start, at + 1, parts), end: at + 1 };
    if (character === "\\") {
      const found = readEscape(source, at);
      parts.push(found.value);
      at = found.end;
    } else {
      if (character < " ")
        throw fail(source, at, at + 1, "a string cannot hold a control character; write it as an escape");
      const end = plainEnd(text, at);
      parts.push(text.slice(at, end));
      at = end;
    }
  }
}

/** Writes a string literal that reads back as `value`. */
export function writeString(value: string): string {
  const escaped = value.replace(/["\\\p{Cc}\p{Cf}\u0149\u0673\u0f77\u0f79\u17a3\u17a4\u17b4\u17b5]/gu, (character) => {
    const letter = Object.entries(letters).find(([, plain]) => plain === character)?.[0];
    return letter === undefined ? `\\u{${character.codePointAt(0)?.toString(16)}}` : `\\${letter}`;
  });
  return `"${escaped}"`;
}

function plainEnd(text: string, start: number): number {
  let at = start;
  for (;;) {
    const code = text.charCodeAt(at);
    if (Number.isNaN(code) || code < 32 || code === 34 || code === 92) return at;
    at++;
  }
}

function readEscape(source: Source, at: number): { value: string | number; end: number } {
  const { text } = source;
  const letter = text[at + 1] ?? "";
  const plain = Object.hasOwn(letters, letter) ? letters[letter] : undefined;
  if (plain !== undefined) return { value: plain, end: at + 2 };
  const byte = /^[0-9a-fA-F]{2}/.exec(text.slice(at + 1, at + 3));
  if (byte !== null) return { value: Number.parseInt(byte[0], 16), end: at + 3 };
  if (letter !== "u") {
    throw fail(source, at, at + 2, `"\\${letter}" is not an escape; write "\\\\" for a backslash`);
  }
  const found = /^\{([0-9a-fA-F](?:_*[0-9a-fA-F])*)\}/.exec(text.slice(at + 2, at + 66));
  const code = Number.parseInt(found?.[1]?.replaceAll("_", "") ?? "", 16);
  if (found === null || !(code <= 0x10ffff) || (code >= 0xd800 && code <= 0xdfff)) {
    throw fail(source, at, at + 2, 'expected the number of a Unicode character such as "\\u{1f600}"');
  }
  return { value: String.fromCodePoint(code), end: at + 2 + found[0].length };
}

/** Puts text and bytes together; runs of bytes must be UTF-8. */
function join(source: Source, start: number, end: number, parts: readonly (string | number)[]): string {
  if (parts.every((part) => typeof part === "string")) return parts.join("");
  const encoder = new TextEncoder();
  const bytes = parts.flatMap((part) => (typeof part === "number" ? [part] : [...encoder.encode(part)]));
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(new Uint8Array(bytes));
  } catch {
    throw fail(source, start, end, "the bytes of this string are not UTF-8");
  }
}

function fail(source: Source, start: number, end: number, reason: string): WitSourceError {
  return errorAt({ source, start, end }, reason);
}
