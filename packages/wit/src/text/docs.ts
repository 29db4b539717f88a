import type { Comments } from "./ast.ts";
import type { Work } from "./work.ts";

/**
 * The documentation that the comments in front of an item amount to, `undefined` where there is none. Every comment
 * counts, `//` and blocks too: this is what wit-parser does, and tools that read its model expect it. Lines lose their
 * slashes, trailing blanks and the indentation that they have in common.
 */
export function docsOf(comments: Comments, work?: Work): string | undefined {
  if (comments.length === 0) return undefined;
  let docs = comments.map(commentText);
  if (work !== undefined) for (const doc of docs) work.visited += doc.length;
  const indent = " ".repeat(commonIndent(docs));
  if (indent !== "") docs = docs.map((doc) => (doc.startsWith(indent) ? doc.slice(indent.length) : doc));
  const text = docs.map((doc) => doc.replaceAll("\r\n", "\n")).join("\n");
  return text.slice(
    0,
    endWithout(text, (code) => code === 10),
  );
}

/** Where the block comment that begins at `start` ends, with all that are nested in it; `undefined` without an end. */
export function blockCommentEnd(text: string, start: number): number | undefined {
  const mark = /\/\*|\*\//g;
  mark.lastIndex = start + 2;
  for (let depth = 1; depth > 0; ) {
    const found = mark.exec(text);
    if (found === null) return undefined;
    depth += found[0] === "/*" ? 1 : -1;
  }
  return mark.lastIndex;
}

function commentText(comment: string): string {
  let text: string;
  if (comment.startsWith("/**")) text = comment.length < 5 ? "" : comment.slice(3, -2);
  else {
    let start = 0;
    while (comment.charCodeAt(start) === 47) start++;
    text = comment.slice(start);
  }
  return text.slice(0, endWithout(text, isBlank));
}

/** The fewest blanks that a comment begins with; comments without text do not count. */
function commonIndent(docs: readonly string[]): number {
  let least: number | undefined;
  for (const doc of docs) if (doc !== "") least = Math.min(least ?? doc.length, leadingBlanks(doc));
  return least ?? 0;
}

/** Counts the blanks of ASCII that a text begins with. */
function leadingBlanks(text: string): number {
  let count = 0;
  while ([9, 10, 12, 13, 32].includes(text.charCodeAt(count))) count++;
  return count;
}

/** Where a text ends when the characters of some kind at its end are left out. */
function endWithout(text: string, drop: (code: number) => boolean): number {
  let end = text.length;
  while (end > 0 && drop(text.charCodeAt(end - 1))) end--;
  return end;
}

/** Unicode's White_Space. `trimEnd` would also take U+FEFF. */
function isBlank(code: number): boolean {
  if (code <= 32) return code === 32 || (code >= 9 && code <= 13);
  return (
    code === 0x85 ||
    code === 0xa0 ||
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x200a) ||
    [0x2028, 0x2029, 0x202f, 0x205f, 0x3000].includes(code)
  );
}
