import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { entries } from "./size/entries.ts";
import { measure } from "./size/measure.ts";
import { writeSizes } from "./size/write-sizes.ts";
import { repositoryRoot } from "./workspace.ts";

/**
 * Weighs what pages bundle, and fails when an entry has become heavier than recorded.
 *
 * `--record` records what is weighed now; `--where` prints where the bytes of each entry come from.
 */
const { values } = parseArgs({ options: { record: { type: "boolean" }, where: { type: "boolean" } } });

/** Compilers and names differ a little from one change to the next. */
const SLACK = 1.02;

const file = join(repositoryRoot, "scripts/size/recorded.json");
const recorded = JSON.parse(readFileSync(file, "utf8")) as Record<string, number>;
const measured: Record<string, number> = {};
const tooHeavy: string[] = [];
const bytes = (count: number): string => count.toLocaleString("en-US").padStart(9);

console.log(`${"".padEnd(36)} minified      gzip  recorded    target   messages (minified)`);
for (const { name, source, target } of entries) {
  const size = await measure(source, repositoryRoot);
  measured[name] = size.gzip;
  const before = recorded[name];
  const aim = target === undefined ? "        -" : bytes(target);
  const missed =
    target !== undefined && size.gzip > target ? `  ${(size.gzip / target).toFixed(1)} times the target` : "";
  const was = before === undefined ? "     none" : bytes(before);
  console.log(
    `${name.padEnd(36)}${bytes(size.minified)} ${bytes(size.gzip)} ${was} ${aim} ${bytes(size.messages)}${missed}`,
  );
  if (values.where === true) {
    for (const part of size.parts.filter((part) => part.bytes > 0))
      console.log(`    ${part.name.padEnd(32)}${bytes(part.bytes)}`);
  }
  if (before === undefined || size.gzip > before * SLACK) tooHeavy.push(name);
}
if (values.record === true) {
  writeFileSync(file, `${JSON.stringify(measured, undefined, 2)}\n`);
  writeSizes(join(repositoryRoot, "docs/browsers.md"), measured);
  console.log("recorded");
} else if (tooHeavy.length > 0) {
  console.error(`heavier than recorded: ${tooHeavy.join("; ")}. If that is worth it: npm run check-size -- --record`);
  process.exitCode = 1;
}
