import type { Stability } from "@witwire/wit/model";
import { type Doc, hardline, join } from "./doc.ts";

/** What a JSDoc comment is made of. */
export interface Comment {
  readonly docs?: string | undefined;
  readonly stability?: Stability | undefined;
  /** Further tags, with their text. */
  readonly tags?: readonly string[];
}

/** A JSDoc comment with the line break behind it; nothing where there is nothing to say. */
export function docComment({ docs, stability, tags = [] }: Comment): Doc {
  const text = docs === undefined ? [] : docs.trim().split(/\r\n|[\n\r\u2028\u2029]/);
  const all = [...tags, ...stabilityTags(stability)];
  const lines = [...text, ...(text.length > 0 && all.length > 0 ? [""] : []), ...all].map(clean);
  while (lines.at(-1) === "") lines.pop();
  const [only] = lines;
  if (only === undefined) return "";
  if (lines.length === 1 && only.length <= 110) return [`/** ${only} */`, hardline];
  const starred = lines.map((part) => (part === "" ? " *" : ` * ${part}`));
  return [join(hardline, ["/**", ...starred, " */"]), hardline];
}

/** An item with its comment in front of it. */
export function documented(comment: Comment, item: Doc): Doc {
  return [docComment(comment), item];
}

function stabilityTags(stability: Stability | undefined): string[] {
  if (stability === undefined) return [];
  const deprecated = stability.deprecated === undefined ? [] : [`@deprecated since ${stability.deprecated}`];
  if (stability.tag === "stable") return [`@since ${stability.since}`, ...deprecated];
  return [`@experimental behind the feature \`${stability.feature}\``, ...deprecated];
}

/** Nothing in a text may end the comment. */
function clean(text: string): string {
  return text.replaceAll("*/", "*\\/").trimEnd();
}
