/**
 * Runs the test corpus of wit-parser against our WIT parser: every input must be accepted or refused as there, and the
 * models must be equal to the expected ones, byte by byte.
 *
 *     npm run wit-corpus -- <checkout of wasm-tools>
 *
 * Prints counts and every difference, with `--all` also the errors that agree; fails when less than 99 % of the inputs agree, or one model differs.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { parseArgs } from "node:util";
import { type Json, resolveWit, toWitJson, type WitFile, WitSourceError } from "../packages/wit/src/text/index.ts";

/** Inputs that hold components instead of text; `docs/wit.md` lists them too. */
const exceptions = new Map([
  ["simple-wasm-text.wat", "a component in the text format, not WIT"],
  ["kinds-of-deps", "two of its dependencies are components (d.wat, e.wasm)"],
]);

/** What the corpus' own runner enables. */
const features = ["active"];

interface Outcome {
  readonly name: string;
  readonly verdict: "agrees" | "differs" | "model differs" | "exception";
  readonly detail?: string;
}

const { positionals, values } = parseArgs({ allowPositionals: true, options: { all: { type: "boolean" } } });
const [checkout] = positionals;
const root = join(checkout ?? "", "crates/wit-parser/tests/ui");
if (checkout === undefined || !existsSync(root)) {
  console.error("usage: npm run wit-corpus -- <checkout of wasm-tools>   (it needs crates/wit-parser/tests/ui)");
  process.exit(2);
}
report([...inputs(root).map(checkAccepted), ...inputs(join(root, "parse-fail")).map(checkRefused)]);

function inputs(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).filter(({ name }) => name !== "parse-fail");
  return entries
    .filter((entry) => entry.isDirectory() || /\.(wit|md|wat|wasm)$/.test(entry.name))
    .map(({ name }) => join(folder, name))
    .sort();
}

function checkAccepted(path: string): Outcome {
  const name = relative(root, path);
  const exception = exceptions.get(name);
  if (exception !== undefined) return { name, verdict: "exception", detail: exception };
  try {
    const found = JSON.stringify(read(path), null, 2);
    const expected = readFileSync(expectation(path, "json"), "utf8").trim();
    if (found === expected) return { name, verdict: "agrees" };
    return { name, verdict: "model differs", detail: firstDifference(found, expected) };
  } catch (error) {
    return { name, verdict: "differs", detail: `refused: ${describe(error)}` };
  }
}

function checkRefused(path: string): Outcome {
  const name = relative(root, path);
  try {
    read(path);
  } catch (error) {
    if (!(error instanceof WitSourceError)) return { name, verdict: "differs", detail: describe(error) };
    return { name, verdict: "agrees", detail: `${error.message}\n${error.frame}` };
  }
  const reason = readFileSync(expectation(path, "result"), "utf8").split("\n", 1)[0] ?? "";
  return { name, verdict: "differs", detail: `accepted, but expected: ${reason}` };
}

function expectation(path: string, extension: string): string {
  return `${path.replace(/\.(wit|wat|wasm)$/, "")}.wit.${extension}`;
}

function read(path: string): Json {
  const source = statSync(path).isDirectory()
    ? { files: witFiles(path), dependencies: dependencies(join(path, "deps")) }
    : { files: [witFile(path)] };
  return toWitJson(resolveWit(source, { features }).resolve);
}

function dependencies(folder: string): WitFile[][] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return [witFiles(path)];
    return entry.name.endsWith(".wit") ? [[witFile(path)]] : [];
  });
}

function witFiles(folder: string): WitFile[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(".wit"));
  return names.map((name) => witFile(join(folder, name)));
}

function witFile(path: string): WitFile {
  return { file: relative(root, path), text: readFileSync(path, "utf8") };
}

function describe(error: unknown): string {
  if (error instanceof WitSourceError) return `${error.message}\n${error.frame}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function firstDifference(found: string, expected: string): string {
  const [ours, theirs] = [found.split("\n"), expected.split("\n")];
  const line = ours.findIndex((text, index) => text !== theirs[index]);
  const around = (lines: string[]): string => lines.slice(Math.max(0, line - 3), line + 4).join("\n      ");
  return `line ${line + 1}\n  ours:\n      ${around(ours)}\n  expected:\n      ${around(theirs)}`;
}

function report(outcomes: readonly Outcome[]): void {
  for (const { name, verdict, detail } of outcomes) {
    if (verdict !== "agrees" || values.all === true) {
      console.log(`${verdict.padEnd(13)} ${name}: ${detail?.replaceAll("\n", "\n    ") ?? ""}`);
    }
  }
  const count = (...verdicts: string[]): number => outcomes.filter(({ verdict }) => verdicts.includes(verdict)).length;
  const compared = outcomes.length - count("exception");
  const same = count("agrees", "model differs");
  const share = compared === 0 ? 0 : same / compared;
  console.log(`${basename(root)}: ${outcomes.length} inputs, ${count("exception")} exceptions`);
  console.log(`accepted or refused alike: ${same} of ${compared} (${(100 * share).toFixed(1)} %)`);
  console.log(`models that differ: ${count("model differs")}`);
  if (share < 0.99 || count("model differs") > 0) process.exitCode = 1;
}
