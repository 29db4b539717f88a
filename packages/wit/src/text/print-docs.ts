import type { Stability } from "../model/types.ts";
import { blockCommentEnd, docsOf } from "./docs.ts";
import { writeString } from "./string-literal.ts";
import { isKeyword } from "./tokens.ts";

/** What may be printed in front of an item. */
interface Head {
  readonly docs?: string;
  readonly stability?: Stability;
  readonly externalId?: string;
}

/** A name, escaped where it is a keyword. */
export function printName(name: string): string {
  return isKeyword(name) ? `%${name}` : name;
}

/** The lines in front of an item: its documentation, then its attributes. */
export function printHead({ docs, stability, externalId }: Head, indent: string): string {
  return (
    printDocs(docs, indent) +
    printAttributes(stability, externalId)
      .map((line) => `${indent}${line}\n`)
      .join("")
  );
}

function printAttributes(stability: Stability | undefined, externalId: string | undefined): string[] {
  const lines: string[] = [];
  if (stability?.tag === "stable") lines.push(`@since(version = ${stability.since})`);
  if (stability?.tag === "unstable") lines.push(`@unstable(feature = ${printName(stability.feature)})`);
  if (stability?.deprecated !== undefined) lines.push(`@deprecated(version = ${stability.deprecated})`);
  if (externalId !== undefined) lines.push(`@external-id(${writeString(externalId)})`);
  return lines;
}

/**
 * Documentation as comments that read back as the same text. The reader removes the indentation that all comments
 * have in common, so text that is indented as a whole needs another form than the usual one.
 */
export function printDocs(docs: string | undefined, indent: string): string {
  if (docs === undefined) return "";
  const forms = [lineComments(docs), rawLineComments(docs), blockComment(`/**${docs}*/`), blockComment(`/${docs}`)];
  const comments = forms.find((form) => docsOf(form) === docs) ?? lineComments(docs);
  return comments.map((comment) => `${indent}${comment}\n`).join("");
}

function lineComments(docs: string): string[] {
  return docs.split("\n").map((line) => (line === "" ? "///" : `/// ${line}`));
}

/** Lines that begin with a tab stay as they are; the others get spaces enough to be no less indented. */
function rawLineComments(docs: string): string[] {
  const lines = docs.split("\n");
  const tabbed = lines.filter((line) => line.startsWith("\t")).map((line) => /^[\t ]*/.exec(line)?.[0].length ?? 0);
  const margin = " ".repeat(tabbed.reduce((least, next) => Math.min(least, next), tabbed[0] ?? 0));
  return lines.map((line) => (line.startsWith("\t") || line === "" ? `///${line}` : `///${margin}${line}`));
}

/** The text as a comment, if it is one block comment from beginning to end. */
function blockComment(text: string): string[] {
  return text.startsWith("/*") && blockCommentEnd(text, 0) === text.length ? [text] : [];
}
