/**
 * Reads every component under a folder, and runs those that need nothing unusual, beside jco.
 *
 *     npm run component-corpus -- <folder>
 *
 * Prints a line for each file; fails when one cannot be decoded that wasm-tools takes, or answers differently under jco.
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { type Component, ComponentError, compile } from "../packages/component/src/index.ts";
import { decodeWit, isWasm } from "../packages/wit/src/binary/index.ts";
import type { Outcome, Report } from "./component-corpus/outcome.ts";
import { type Plan, planCalls } from "./component-corpus/plan.ts";
import { CommandError, run } from "./run.ts";

const usage = `usage: npm run component-corpus -- [options] <folder>

Decodes every .wasm file under the folder. Components whose exported functions take plain values are run with values made
from their types, by this engine and by jco, each in a process of its own; imports are stand-ins that answer the same to both.

  --decode-only   run nothing
  --only <text>   only files whose path has this in it
  --help          this text

Exit code 1 where a component that wasm-tools takes cannot be decoded, or the two answer differently.`;

/** What is known to differ, and why that is no mistake of ours: the file, the function, the reason. */
const exceptions: readonly (readonly [file: RegExp, label: RegExp, reason: string])[] = [];

type Row = { readonly path: string; readonly kind: string; readonly ok: boolean; readonly detail: string };

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { help: { type: "boolean" }, "decode-only": { type: "boolean" }, only: { type: "string" } },
});
const [folder] = positionals;
if (values.help === true) {
  console.log(usage);
  process.exit(0);
}
if (folder === undefined || !statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
  console.error(usage);
  process.exit(2);
}

const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith(".wasm"))
  .map((entry) => join(entry.parentPath, entry.name))
  .filter((path) => path.includes(values.only ?? ""))
  .sort();
const rows: Row[] = [];
for (const [index, file] of files.entries()) {
  const path = relative(folder, file);
  process.stderr.write(`\r[${index + 1}/${files.length}] ${path.slice(-100).padEnd(100)}`);
  rows.push({ path, ...(await examine(file, path)) });
}
process.stderr.write(`\r${" ".repeat(120)}\r`);
report(rows);

async function examine(file: string, path: string): Promise<Omit<Row, "path">> {
  const bytes = new Uint8Array(readFileSync(file));
  if (isCoreModule(bytes)) return { kind: "core module", ok: true, detail: "skipped" };
  let kind = "component";
  let decoded: string;
  try {
    const wit = decodeWit(bytes);
    if (wit.tag === "package")
      return { kind: "WIT package", ok: true, detail: `${wit.resolve.interfaces.length} interfaces` };
    const world = wit.resolve.worlds[wit.world];
    decoded = `${world?.imports.length} imports, ${world?.exports.length} exports`;
  } catch (error) {
    const theirs = await refusal(file);
    return {
      kind,
      ok: theirs !== undefined,
      detail: `${theirs === undefined ? "cannot be decoded" : "invalid, also to wasm-tools"}: ${describe(error)}`,
    };
  }
  if (values["decode-only"] === true) return { kind, ok: true, detail: decoded };
  try {
    const component = await compile(bytes);
    const { ok, detail } = await compare(file, path, component);
    return { kind, ok, detail: `${decoded}; ${detail}` };
  } catch (error) {
    if (!(error instanceof ComponentError) || error.code !== "unsupported") {
      return { kind, ok: false, detail: `${decoded}; cannot be compiled: ${describe(error)}` };
    }
    kind = /async/.test(error.message) ? "async component" : kind;
    return { kind, ok: true, detail: `${decoded}; not run: ${error.message}` };
  }
}

async function compare(file: string, path: string, component: Component): Promise<{ ok: boolean; detail: string }> {
  const plan = planCalls(component);
  if (plan.calls.length === 0) return { ok: true, detail: `not run: ${whyNot(plan)}` };
  const [ours, theirs] = [await runIn("ours", file), await runIn("jco", file)];
  if (ours.tag === "not started") {
    const both = theirs.tag === "not started";
    return {
      ok: both,
      detail: `does not start: ${ours.message}${both ? `; under jco: ${theirs.message}` : "; under jco it does"}`,
    };
  }
  if (theirs.tag === "not started") return { ok: true, detail: `not compared: jco does not run it: ${theirs.message}` };
  return verdict(path, plan, ours.outcomes, theirs.outcomes);
}

function verdict(
  path: string,
  { calls, skipped }: Plan,
  ours: readonly (readonly Outcome[])[],
  theirs: readonly (readonly Outcome[])[],
): { ok: boolean; detail: string } {
  let equal = 0;
  let excepted = 0;
  const differences: string[] = [];
  for (const [index, call] of calls.entries()) {
    const round = call.arguments.findIndex((_, at) => !same(ours[index]?.[at], theirs[index]?.[at]));
    if (round < 0) equal++;
    else if (exceptions.some(([file, label]) => file.test(path) && label.test(call.label))) excepted++;
    else {
      const shown = (outcome: Outcome | undefined): string => JSON.stringify(outcome).slice(0, 300);
      differences.push(
        `${call.label}\n      ours: ${shown(ours[index]?.[round])}\n      jco:  ${shown(theirs[index]?.[round])}`,
      );
    }
  }
  const notes = [
    `${equal} of ${calls.length} functions equal to jco`,
    ...(excepted > 0 ? [`${excepted} excepted`] : []),
    ...(skipped.length > 0 ? [`${skipped.length} not called`] : []),
  ];
  const failed = ours.flat().filter(({ tag }) => tag === "failed").length;
  if (failed > 0) notes.push(`${failed} calls failed in both`);
  return { ok: differences.length === 0, detail: [notes.join(", "), ...differences].join("\n    ") };
}

/** Messages of failures are each engine's own. */
function same(ours: Outcome | undefined, theirs: Outcome | undefined): boolean {
  if (ours?.tag !== theirs?.tag) return false;
  return ours?.tag === "failed" || theirs?.tag === "failed" || ours?.value === theirs?.value;
}

async function runIn(engine: "ours" | "jco", file: string): Promise<Report> {
  const script = new URL("./component-corpus/run-child.ts", import.meta.url).pathname;
  try {
    return JSON.parse(await run(process.execPath, [script, engine, file], { timeout: 60_000 })) as Report;
  } catch (error) {
    return { tag: "not started", message: error instanceof CommandError ? lastLine(error.message) : describe(error) };
  }
}

/** What wasm-tools has against a file; `undefined` where it takes it. */
async function refusal(file: string): Promise<string | undefined> {
  const script = new URL("./component-corpus/validate-child.ts", import.meta.url).pathname;
  try {
    return (await run(process.execPath, [script, file], { timeout: 60_000 })).trim() || undefined;
  } catch {
    return undefined;
  }
}

function whyNot({ skipped }: Plan): string {
  const counts = new Map<string, number>();
  for (const { reason } of skipped) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(([reason, count]) => `${reason} (${count})`).join(", ") || "it exports no functions";
}

function isCoreModule(bytes: Uint8Array): boolean {
  return isWasm(bytes) && bytes[6] === 0;
}

function lastLine(text: string): string {
  return (
    text
      .trim()
      .split("\n")
      .find((line) => /error/i.test(line)) ?? text.slice(0, 200)
  );
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

function report(all: readonly Row[]): void {
  const width = Math.max(...all.map(({ path }) => path.length), 0);
  for (const { path, kind, ok, detail } of all) {
    console.log(`${ok ? "ok  " : "FAIL"} ${path.padEnd(width)} ${kind.padEnd(15)} ${detail}`);
  }
  const count = (kind: string): number => all.filter((row) => row.kind === kind).length;
  const failures = all.filter(({ ok }) => !ok).length;
  const equal = all
    .map(({ detail }) => Number(/(\d+) of \d+ functions equal/.exec(detail)?.[1] ?? -1))
    .filter((n) => n >= 0);
  const functions = equal.reduce((sum, each) => sum + each, 0);
  console.log(
    `${all.length} files: ${count("component")} components, ${count("async component")} with async, ${count("WIT package")} WIT packages, ${count("core module")} core modules skipped; ${equal.length} compared with jco, ${functions} functions equal; ${failures} failures`,
  );
  process.exitCode = failures === 0 ? 0 : 1;
}
