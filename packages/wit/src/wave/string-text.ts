/** A char or string as a literal; `quote` is the one around it. Both kinds of quotes are escaped in both. */
export function quoted(text: string, quote: "'" | '"'): string {
  return quote + text.replace(escaped, escapeOf) + quote;
}

/** The lines of a multi-line literal between its quotes, not yet indented. Only what would end it is escaped of quotes. */
export function multilineText(text: string): readonly string[] {
  return text.split("\n").map((line) => line.replace(escapedInLines, escapeOf).replaceAll('""', '"\\"'));
}

/**
 * Controls, formats, separators, unassigned and private characters, and marks that would join the character in front:
 * what cannot be seen is written as an escape, as `wasm-wave` does.
 */
const invisible = "\\p{Cc}\\p{Cf}\\p{Co}\\p{Cn}\\p{Zl}\\p{Zp}\\p{Grapheme_Extend}";
const escaped = new RegExp(`["'\\\\${invisible}]|(?! )\\p{Zs}`, "gu");
const escapedInLines = new RegExp(`[\\\\${invisible}]|(?! )\\p{Zs}`, "gu");

const short: Readonly<Record<string, string>> = {
  '"': '\\"',
  "'": "\\'",
  "\\": "\\\\",
  "\t": "\\t",
  "\n": "\\n",
  "\r": "\\r",
};

function escapeOf(character: string): string {
  return short[character] ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
