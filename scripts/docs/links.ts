import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { type Markdown, readMarkdown } from "./markdown.ts";

/**
 * Relative links of a document that lead nowhere: to no file, out of the repository, or to a heading that is not there.
 *
 * @param path of the document, relative to the root
 */
export function checkLinks(root: string, path: string, document: Markdown): string[] {
  const problems: string[] = [];
  for (const { target, line } of document.links) {
    if (/^[a-z][a-z0-9+.-]*:/i.test(target) || target.startsWith("//")) continue;
    const problem = checkTarget(root, path, document, target);
    if (problem !== undefined) problems.push(`${path}:${line} links to ${target}: ${problem}`);
  }
  return problems;
}

function checkTarget(root: string, path: string, document: Markdown, target: string): string | undefined {
  const [encoded = "", fragment] = target.split("#", 2);
  const file = decodeURIComponent(encoded.split("?", 1)[0] ?? "");
  const absolute = file.startsWith("/") ? join(root, file) : join(root, dirname(path), file);
  if (relative(root, absolute).startsWith("..")) return "this is outside of the repository";
  if (file !== "" && !existsSync(absolute)) return "there is no such file";
  if (fragment === undefined || fragment === "") return undefined;
  if (file !== "" && (!absolute.endsWith(".md") || statSync(absolute).isDirectory())) return undefined;
  const { anchors } = file === "" ? document : readMarkdown(readFileSync(absolute, "utf8"));
  return anchors.has(decodeURIComponent(fragment)) ? undefined : `there is no heading "${fragment}"`;
}
