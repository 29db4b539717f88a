/** A fenced block of a Markdown text. */
export interface CodeBlock {
  /** First word behind the fence, for example `ts`. */
  readonly language: string;
  /** The other words: `run`, `ignore`, `output`. */
  readonly flags: ReadonlySet<string>;
  /** Of `file=name`. */
  readonly file: string | undefined;
  /** Line of the fence; the code begins on the next. Counts from 1. */
  readonly line: number;
  readonly code: string;
}

/** A link, an image, or the target of a reference. */
export interface Link {
  readonly target: string;
  readonly line: number;
}

export interface Markdown {
  readonly blocks: readonly CodeBlock[];
  readonly links: readonly Link[];
  /** Fragments that links to this text may have. */
  readonly anchors: ReadonlySet<string>;
}

const fence = /^ {0,3}(`{3,}|~{3,})\s*([^`]*)$/;
const inlineLink = /\]\(\s*<?([^()\s<>]+(?:\([^()\s]*\)[^()\s<>]*)*)>?(?:\s+["'(][^)]*)?\)/g;
const reference = /^ {0,3}\[[^\]]+\]:\s*<?([^\s>]+)/;
const htmlLink = /<(?:a|img)\b[^>]*?\b(?:href|src)=["']([^"']+)["']/g;
const htmlAnchor = /<[a-z][^>]*?\b(?:id|name)=["']([^"']+)["']/g;

/** Reads of a Markdown text what is checked: fenced blocks, and links and headings outside of them. */
export function readMarkdown(text: string): Markdown {
  const blocks: CodeBlock[] = [];
  const links: Link[] = [];
  const anchors = new Set<string>();
  const lines = text.split(/\r?\n/);
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? "";
    const open = fence.exec(line);
    if (open !== null) {
      const end = closingFence(lines, index, open[1] ?? "```");
      blocks.push(codeBlock(open[2] ?? "", index + 1, lines.slice(index + 1, end)));
      index = end;
      continue;
    }
    const visible = line.replace(/(`+)(?:(?!\1).)*\1/g, (code) => " ".repeat(code.length));
    for (const target of linksOf(visible)) links.push({ target, line: index + 1 });
    for (const match of line.matchAll(htmlAnchor)) anchors.add(match[1] ?? "");
    const heading = /^ {0,3}#{1,6}\s+(.*?)\s*#*\s*$/.exec(line)?.[1];
    if (heading !== undefined) addAnchor(anchors, heading);
  }
  return { blocks, links, anchors };
}

function closingFence(lines: readonly string[], open: number, mark: string): number {
  const close = new RegExp(`^ {0,3}${mark[0]}{${mark.length},}\\s*$`);
  for (let index = open + 1; index < lines.length; index++) if (close.test(lines[index] ?? "")) return index;
  return lines.length;
}

function codeBlock(info: string, line: number, code: readonly string[]): CodeBlock {
  const [language = "", ...words] = info.trim().split(/\s+/);
  const file = words.find((word) => word.startsWith("file="))?.slice("file=".length);
  const flags = new Set(words.filter((word) => !word.startsWith("file=")));
  return { language, flags, file, line, code: code.map((text) => `${text}\n`).join("") };
}

function linksOf(line: string): string[] {
  const found = [...line.matchAll(inlineLink), ...line.matchAll(htmlLink)].map((match) => match[1] ?? "");
  const defined = reference.exec(line)?.[1];
  return defined === undefined ? found : [...found, defined];
}

/** As GitHub names headings; the second of the same name gets `-1`. */
function addAnchor(anchors: Set<string>, heading: string): void {
  const text = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
  const name = text.replace(/[^\p{L}\p{N}\p{M}_\- ]/gu, "").replaceAll(" ", "-");
  let unique = name;
  for (let count = 1; anchors.has(unique); count++) unique = `${name}-${count}`;
  anchors.add(unique);
}
