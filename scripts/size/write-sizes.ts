import { readFileSync, writeFileSync } from "node:fs";

const begin = "<!-- sizes: npm run check-size -- --record -->\n";
const end = "<!-- end of sizes -->";

/** Renews the table of what pages bundle, in a document that has the marks for it. @param sizes bytes, by what was weighed */
export function writeSizes(path: string, sizes: Readonly<Record<string, number>>): void {
  const text = readFileSync(path, "utf8");
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${path} has no place for the table: ${begin.trim()} and ${end}`);
  const rows = Object.entries(sizes).map(([name, bytes]) => [name, `${(bytes / 1000).toFixed(1)} kB`] as const);
  const width = Math.max(...rows.map(([name]) => name.length));
  const table = [
    `| ${"what is bundled".padEnd(width)} | after gzip |`,
    `| ${"-".repeat(width)} | ---------: |`,
    ...rows.map(([name, size]) => `| ${name.padEnd(width)} | ${size.padStart(10)} |`),
  ];
  writeFileSync(path, `${text.slice(0, from)}${begin}\n${table.join("\n")}\n\n${text.slice(to)}`);
}
