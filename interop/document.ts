import { readFile, writeFile } from "node:fs/promises";
import type { Defect } from "./defects/defect.ts";
import { InteropError } from "./interop-error.ts";
import { formatTable, formatTransports, type Passage } from "./table.ts";

const documentUrl = new URL("../docs/interop.md", import.meta.url);

/** Writes what is known of some peers between their markers in `docs/interop.md`; what it says of others stays. */
export async function writeDocument(passages: readonly Passage[]): Promise<void> {
  let text = await readFile(documentUrl, "utf8");
  for (const peer of new Set(passages.map((passage) => passage.peer))) {
    const own = passages.filter((passage) => passage.peer === peer);
    text = between(
      text,
      peer.id,
      [formatTable(own), formatTransports(own), ...peer.defects.map(describeDefect)].join("\n\n"),
    );
  }
  await writeFile(documentUrl, text);
}

function between(text: string, name: string, content: string): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [start, stop] = [text.indexOf(begin), text.indexOf(end)];
  if (start === -1 || stop < start) throw new InteropError(`docs/interop.md lacks ${begin} … ${end}`);
  return `${text.slice(0, start + begin.length)}\n\n${content}\n\n${text.slice(stop)}`;
}

function describeDefect({ name, explanation, rows }: Defect): string {
  const affected = new Set(Object.values(rows).flatMap((all) => all.flatMap((some) => some.rows)));
  return `**${name}**: ${explanation} Rows: ${[...affected].map((row) => `\`${row}\``).join(", ")}.`;
}
