/** Part of a script: a list, or a word or string as it is written. */
export type Node = ListNode | AtomNode;

export interface ListNode {
  readonly tag: "list";
  readonly items: readonly Node[];
  /** The whole list as it is written, parentheses included. */
  readonly text: string;
  readonly line: number;
}

export interface AtomNode {
  readonly tag: "atom" | "string";
  /** A string without its quotes, with its escapes. */
  readonly text: string;
  readonly line: number;
}

const token = /\s+|;;[^\n]*|(\()|(\))|"((?:[^"\\]|\\.)*)"|([^\s()";]+)/gy;

/** Reads the lists of a script. @throws SyntaxError with the line */
export function readScript(source: string): ListNode[] {
  const root: Node[] = [];
  const open: { readonly items: Node[]; readonly start: number; readonly line: number }[] = [];
  let line = 1;
  let at = 0;
  while (at < source.length) {
    const items = open.at(-1)?.items ?? root;
    if (source.startsWith("(;", at)) {
      const end = blockCommentEnd(source, at);
      line += countLines(source.slice(at, end));
      at = end;
      continue;
    }
    token.lastIndex = at;
    const match = token.exec(source);
    if (match === null) throw new SyntaxError(`line ${line}: unexpected ${JSON.stringify(source.slice(at, at + 20))}`);
    const [whole, opening, closing, string, word] = match;
    if (opening !== undefined) open.push({ items: [], start: at, line });
    else if (closing !== undefined) {
      const list = open.pop();
      if (list === undefined) throw new SyntaxError(`line ${line}: a parenthesis too many`);
      const text = source.slice(list.start, at + 1);
      (open.at(-1)?.items ?? root).push({ tag: "list", items: list.items, text, line: list.line });
    } else if (string !== undefined) items.push({ tag: "string", text: string, line });
    else if (word !== undefined) items.push({ tag: "atom", text: word, line });
    line += countLines(whole);
    at += whole.length;
  }
  if (open.length > 0) throw new SyntaxError(`line ${open.at(-1)?.line}: a list that does not end`);
  return root.filter((node) => node.tag === "list");
}

function blockCommentEnd(source: string, from: number): number {
  let depth = 0;
  for (let at = from; at < source.length; at++) {
    if (source.startsWith("(;", at)) {
      depth++;
      at++;
    } else if (source.startsWith(";)", at)) {
      depth--;
      at++;
      if (depth === 0) return at + 1;
    }
  }
  return source.length;
}

function countLines(text: string): number {
  return text.split("\n").length - 1;
}

/** The bytes that the string of a script stands for. */
export function stringBytes(text: string): Uint8Array {
  const out: number[] = [];
  const utf8 = new TextEncoder();
  const piece = /\\u\{([0-9a-fA-F_]+)\}|\\([0-9a-fA-F]{2})|\\(.)|([^\\]+)/gs;
  const named: Readonly<Record<string, number>> = { t: 9, n: 10, r: 13, '"': 0x22, "'": 0x27, "\\": 0x5c };
  for (const [, scalar, hex, name, plain] of text.matchAll(piece)) {
    if (scalar !== undefined)
      out.push(...utf8.encode(String.fromCodePoint(Number.parseInt(scalar.replaceAll("_", ""), 16))));
    else if (hex !== undefined) out.push(Number.parseInt(hex, 16));
    else if (name !== undefined) out.push(named[name] ?? name.charCodeAt(0));
    else out.push(...utf8.encode(plain));
  }
  return new Uint8Array(out);
}
