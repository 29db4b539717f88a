/** Words that mean something to the grammar; as a name they are written `%word`. */
export const keywords = [
  "use",
  "type",
  "func",
  "u8",
  "u16",
  "u32",
  "u64",
  "s8",
  "s16",
  "s32",
  "s64",
  "f32",
  "f64",
  "char",
  "resource",
  "own",
  "borrow",
  "record",
  "flags",
  "variant",
  "enum",
  "bool",
  "string",
  "option",
  "result",
  "future",
  "stream",
  "error-context",
  "list",
  "map",
  "_",
  "as",
  "from",
  "static",
  "interface",
  "tuple",
  "world",
  "import",
  "export",
  "package",
  "constructor",
  "include",
  "with",
  "async",
] as const;

export type Keyword = (typeof keywords)[number];

/** Signs, each a token of its own. */
export const signs = ["=", ",", ":", ".", ";", "(", ")", "{", "}", "<", ">", "->", "*", "@", "/", "+", "-"] as const;

export type Sign = (typeof signs)[number];

/**
 * What a token is: the keyword or sign itself, or a class. `name` is a plain identifier, `escaped name` one written
 * `%name`, `end of file` what follows the last token.
 */
export type TokenKind = Keyword | Sign | "name" | "escaped name" | "number" | "text" | "end of file";

const keywordSet: ReadonlySet<string> = new Set(keywords);

/** Whether a word is a keyword. */
export function isKeyword(word: string): word is Keyword {
  return keywordSet.has(word);
}

/** A token kind as an error message calls it. */
export function describeToken(kind: TokenKind, text: string): string {
  switch (kind) {
    case "name":
    case "escaped name":
      return `"${shorten(text)}"`;
    case "number":
      return `the number ${shorten(text)}`;
    case "text":
      return "a string";
    case "end of file":
      return "the end of the file";
    default:
      return isKeyword(kind) ? `the keyword "${kind}"` : `"${kind}"`;
  }
}

/** Cuts a name that is too long to be shown whole. */
export function shorten(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`;
}
