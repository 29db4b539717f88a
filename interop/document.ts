import { readFile, writeFile } from "node:fs/promises";
import { InteropError } from "./interop-error.ts";
import type { Peer } from "./peers/peer.ts";

const documentUrl = new URL("../docs/interop.md", import.meta.url);

/** Writes the table, and what is known of the peers, between their markers in `docs/interop.md`. */
export async function writeDocument(table: string, peers: readonly Peer[]): Promise<void> {
  const text = await readFile(documentUrl, "utf8");
  await writeFile(documentUrl, between(between(text, "table", table), "defects", describeDefects(peers)));
}

function between(text: string, name: string, content: string): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [start, stop] = [text.indexOf(begin), text.indexOf(end)];
  if (start === -1 || stop < start) throw new InteropError(`docs/interop.md lacks ${begin} … ${end}`);
  return `${text.slice(0, start + begin.length)}\n\n${content}\n\n${text.slice(stop)}`;
}

function describeDefects(peers: readonly Peer[]): string {
  const defects = new Set(peers.flatMap((peer) => peer.defects));
  return [...defects]
    .map(({ name, explanation, rows }) => {
      const affected = new Set(Object.values(rows).flatMap((all) => all.flatMap((some) => some.rows)));
      return `- **${name}**: ${explanation} Rows: ${[...affected].map((row) => `\`${row}\``).join(", ")}.`;
    })
    .join("\n");
}
