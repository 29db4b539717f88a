/**
 * Runs the test scripts of the component model's specification against the decoder and the engine.
 *
 *     npm run component-spec -- <checkout of component-model> [--file <part of a name>] [--all]
 *
 * Prints counts by file and everything that fails, with `--all` also what is not supported; fails when anything fails
 * that is not listed as a known difference.
 */
import { existsSync, globSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { readScript } from "./component-spec/s-expression.ts";
import { type Outcome, ScriptRunner, type Verdict } from "./component-spec/script-runner.ts";

/** What fails here for a reason, by file and line. Scripts change; a difference that is gone has to go here too. */
const knownDifferences: Readonly<Record<string, string>> = {
  "async/cancellable.wast:13": "a form of waitable-set.wait that the tool which reads the text does not know",
  "async/trap-on-reenter.wast:86": "CanonicalABI.md lets a component call one inside it; the script traps `for now`",
  "async/trap-on-reenter.wast:110":
    "CanonicalABI.md lets a component call the one around it; the script traps `for now`",
};

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { all: { type: "boolean" }, file: { type: "string", default: "" } },
});
const [checkout] = positionals;
const root = join(checkout ?? "", "test");
if (checkout === undefined || !existsSync(join(root, "values"))) {
  console.error("usage: npm run component-spec -- <checkout of component-model>   (it needs test/values and others)");
  process.exit(2);
}

const total: Record<Verdict, number> = { pass: 0, fail: 0, known: 0, unsupported: 0, dependent: 0 };
for (const path of globSync("**/*.wast", { cwd: root }).sort()) {
  if (!path.includes(values.file)) continue;
  const outcomes = (await runFile(join(root, path))).map((outcome) => judged(path, outcome));
  report(relative(root, join(root, path)), outcomes);
}
console.log(`\nall: ${summary(total)}`);
if (total.fail > 0) process.exitCode = 1;
process.exit();

async function runFile(path: string): Promise<Outcome[]> {
  const runner = new ScriptRunner();
  const outcomes: Outcome[] = [];
  for (const directive of readScript(readFileSync(path, "utf8"))) outcomes.push(await runner.run(directive));
  return outcomes;
}

function judged(path: string, outcome: Outcome): Outcome {
  const reason = knownDifferences[`${path}:${outcome.line}`];
  if (reason === undefined) return outcome;
  if (outcome.verdict === "fail") return { ...outcome, verdict: "known", detail: reason };
  return { ...outcome, verdict: "fail", detail: "no longer differs, but is listed as a known difference" };
}

function report(name: string, outcomes: readonly Outcome[]): void {
  const counts: Record<Verdict, number> = { pass: 0, fail: 0, known: 0, unsupported: 0, dependent: 0 };
  for (const { verdict } of outcomes) {
    counts[verdict]++;
    total[verdict]++;
  }
  console.log(`${name}: ${summary(counts)}`);
  for (const { line, directive, verdict, detail } of outcomes) {
    if (verdict === "fail" || verdict === "known" || (values.all === true && verdict === "unsupported")) {
      console.log(`  line ${line}: ${directive} ${verdict}: ${detail}`);
    }
  }
}

function summary({ pass, fail, known, unsupported, dependent }: Readonly<Record<Verdict, number>>): string {
  return `${pass} pass, ${fail} fail, ${known} known differences, ${unsupported} unsupported, ${dependent} follow from those`;
}
