import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { compileSources } from "./compiled/compile.ts";
import { sourceLine } from "./compiled/source-line.ts";
import { BenchError, checkNeeds } from "./harness/contestant.ts";
import { contestantsOf } from "./harness/measure.ts";
import type { Contestant, Measurement } from "./harness/row.ts";
import { loadMeasurements } from "./harness/rows.ts";
import { costsOf } from "./profile/costs.ts";
import { record } from "./profile/record.ts";
import { formatReport, formatSection, type ProcessCosts } from "./profile/report.ts";

const help = `npm run profile -- <measurement>... [options]

Runs a contestant of a measurement under V8's profiler, its client and its server apart, and prints where their time went.
A measurement is named by a part of its name that no other one has, or in full; \`npm run bench -- --list\` names all.

  --contestant <name>  ours, the default, or a baseline of the measurement
  --top <n>            functions that are printed, 1 to 1,000; default 15, or 5 with --markdown
  --markdown <file>    writes the largest costs to a file instead
  --help               prints this
`;

const root = join(import.meta.dirname, "..");

const introduction = `# Where the time goes

Written by \`npm run profile -- <measurement>... --markdown <file>\`; see [README.md](README.md). Shares are of the time in
which a process was not idle. "Native" is what is not JavaScript: the engine, the system, and memory that is moved.`;

try {
  await main();
} catch (error) {
  const expected =
    error instanceof BenchError || (error as { code?: unknown }).code === "ERR_PARSE_ARGS_UNKNOWN_OPTION";
  if (!expected) throw error;
  console.error(`profile: ${(error as Error).message}`);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      contestant: { type: "string", default: "ours" },
      top: { type: "string" },
      markdown: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help || positionals.length === 0) {
    console.log(help);
    return;
  }
  const { contestant: name, markdown } = values;
  const top = readTop(values.top ?? (markdown === undefined ? "15" : "5"));
  const chosen = await Promise.all(positionals.map((text) => chooseMeasurement(text)));
  const contestants = chosen.map((measurement) => chooseContestant(measurement, name));
  const env = await compileSources();
  const sections: string[] = [];
  for (const [index, { name: measured, title }] of chosen.entries()) {
    const contestant = contestants[index] as Contestant;
    const processes = await profile(`${measured} ${name}`, contestant, env);
    if (markdown === undefined) console.log(`${formatReport(`${measured} ${name}: ${title}`, processes, top)}\n`);
    else sections.push(formatSection(`${measured} ${name}: ${title}`, processes, top));
  }
  if (markdown !== undefined) writeFileSync(markdown, `${[introduction, ...sections].join("\n\n")}\n`);
}

async function profile(name: string, contestant: Contestant, env: NodeJS.ProcessEnv): Promise<ProcessCosts[]> {
  const recordings = await record(name, contestant, env);
  return recordings.map(({ role, profile }) => ({ role, costs: costsOf(profile, root, sourceLine) }));
}

async function chooseMeasurement(text: string): Promise<Measurement> {
  const found = await loadMeasurements(join(import.meta.dirname, "rows"), text);
  const [first] = found;
  const exact = found.find(({ name }) => name === text) ?? (found.length === 1 ? first : undefined);
  if (exact === undefined) {
    throw new BenchError(`${JSON.stringify(text)} can be ${found.map(({ name }) => name).join(", ")}; say which`);
  }
  return exact;
}

function chooseContestant(measurement: Measurement, name: string): Contestant {
  const contestants = new Map(contestantsOf(measurement));
  const contestant = contestants.get(name);
  if (contestant === undefined) {
    throw new BenchError(`${measurement.name} has no contestant ${name}, but ${[...contestants.keys()].join(", ")}`);
  }
  checkNeeds(`${measurement.name} ${name}`, contestant);
  return contestant;
}

function readTop(text: string): number {
  const top = Number(text);
  if (Number.isInteger(top) && top >= 1 && top <= 1000) return top;
  throw new BenchError(`--top is a whole number from 1 to 1,000, not ${JSON.stringify(text)}`);
}
