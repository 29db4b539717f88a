import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { compileSources } from "./compiled/compile.ts";
import type { Circumstances } from "./harness/circumstances.ts";
import { BenchError, checkNeeds, type Numbers, runContestant } from "./harness/contestant.ts";
import { replaceBetweenMarkers } from "./harness/markers.ts";
import { contestantsOf, measure } from "./harness/measure.ts";
import type { Contestant, Measurement, ResultRow } from "./harness/row.ts";
import { loadMeasurements } from "./harness/rows.ts";
import { formatResults } from "./harness/table.ts";
import { comparisonTable } from "./rows/peers/comparison-table.ts";
import { transportsTable } from "./rows/transports/transports-table.ts";

const help = `npm run bench -- [options]

Measures Witwire against the baselines of its performance targets: contestants in turns over several rounds, each in a
process of its own; medians, and the ratio of ours to the baseline.

  --filter <text>   only measurements with this in their names
  --rounds <n>      rounds of each measurement, 1 to 1,000; default 5
  --json <file>     writes the results to a file too
  --table <file>    writes a table between its markers in a file: of other libraries with --filter peers/, of transports with
                    --filter transports/
  --list            names the measurements
  --help            prints this
`;

type Table = (results: readonly ResultRow[], circumstances: Circumstances) => string;

const tables: Readonly<Record<string, Table>> = {
  "peers/": comparisonTable,
  "transports/": (results, circumstances) => transportsTable(results, circumstances),
};

try {
  process.exitCode = await main();
} catch (error) {
  const expected =
    error instanceof BenchError || (error as { code?: unknown }).code === "ERR_PARSE_ARGS_UNKNOWN_OPTION";
  if (!expected) throw error;
  console.error(`bench: ${(error as Error).message}`);
  process.exitCode = 1;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      filter: { type: "string" },
      rounds: { type: "string", default: "5" },
      json: { type: "string" },
      table: { type: "string" },
      list: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    console.log(help);
    return 0;
  }
  const measurements = await loadMeasurements(join(import.meta.dirname, "rows"), values.filter);
  if (values.list) {
    for (const { name, title } of measurements) console.log(`${name}: ${title}`);
    return 0;
  }
  const rounds = readRounds(values.rounds);
  const toTable = values.table === undefined ? undefined : tableOf(measurements);
  for (const measurement of measurements) {
    for (const [name, contestant] of contestantsOf(measurement)) checkNeeds(`${measurement.name} ${name}`, contestant);
  }
  checkQuiet(values.table !== undefined);
  const env = await compileSources();
  const run = (name: string, contestant: Contestant): Promise<Numbers> => runContestant(name, contestant, env);
  const results: ResultRow[] = [];
  for (const measurement of measurements) {
    const progress = (done: number, of: number, name: string): void =>
      showProgress(`${measurement.name}: ${done}/${of} ${name}`);
    const rows = await measure(measurement, { rounds, run, progress });
    clearProgress();
    console.log(formatResults(measurement, rows));
    results.push(...rows);
  }
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, undefined, 2)}\n`);
  if (values.table !== undefined && toTable !== undefined) writeTable(values.table, toTable, results, rounds);
  console.log(summary(results));
  return 0;
}

/**
 * Contestants that other processes hold up by different amounts cannot be compared.
 *
 * @throws BenchError where the numbers would be published
 */
function checkQuiet(published: boolean): void {
  const [load = 0] = loadavg();
  const cores = availableParallelism();
  if (load <= cores) return;
  const message = `the machine is busy: a load of ${load.toFixed(1)} on ${cores} cores`;
  if (published) throw new BenchError(`${message}; wait until it is not, as nothing can be compared now`);
  console.error(`bench: ${message}; do not trust the comparison`);
}

/** The table of the one row that is measured. @throws BenchError for several, and for one that has none */
function tableOf(measurements: readonly Measurement[]): Table {
  const found = Object.entries(tables).find(([row]) => measurements.every(({ name }) => name.startsWith(row)));
  if (found !== undefined) return found[1];
  throw new BenchError(`--table is for one row, with --filter ${Object.keys(tables).join(" or --filter ")}`);
}

function writeTable(file: string, table: Table, results: readonly ResultRow[], rounds: number): void {
  const circumstances = {
    node: process.versions.node,
    cores: availableParallelism(),
    date: new Date().toISOString().slice(0, 10),
    rounds,
  };
  writeFileSync(file, replaceBetweenMarkers(readFileSync(file, "utf8"), table(results, circumstances)));
  // Columns are laid out as everywhere else in the repository.
  execFileSync("biome", ["format", "--write", file], { stdio: "ignore" });
}

function readRounds(text: string): number {
  const rounds = Number(text);
  if (Number.isInteger(rounds) && rounds >= 1 && rounds <= 1000) return rounds;
  throw new BenchError(`--rounds is a whole number from 1 to 1,000, not ${JSON.stringify(text)}`);
}

function summary(results: readonly ResultRow[]): string {
  const targets = results.filter((row) => row.target !== null);
  const count = (met: boolean | null): number => targets.filter((row) => row.met === met).length;
  return `${targets.length} targets: ${count(true)} met, ${count(false)} missed, ${count(null)} open`;
}

function showProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
  else process.stderr.write(`${text}\n`);
}

function clearProgress(): void {
  if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
}
