/**
 * Runs the test corpus of wit-parser against our WIT parser: every input must be accepted or refused as there, and the
 * models must be equal to the expected ones, byte by byte. Where the checkout has the tests of wit-component, too, our
 * decoder of components and encoded packages is run against those.
 *
 *     npm run wit-corpus -- <checkout of wasm-tools>
 *
 * Prints counts and every difference, with `--all` also the errors that agree; fails when less than 99 % of the inputs agree, or one model differs.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { parseArgs } from "node:util";
import { parse } from "@bytecodealliance/jco-transpile/wasm-tools";
import { decodeWit } from "../packages/wit/src/binary/index.ts";
import {
  type Json,
  type ResolvedWit,
  resolveWit,
  toWitJson,
  type WitFile,
  WitSourceError,
} from "../packages/wit/src/text/index.ts";
import { type BinaryOutcome, checkBinaryForms } from "./wit-corpus/binary-forms.ts";

/** What the corpus' own runner enables. */
const features = ["active"];

interface Outcome {
  readonly name: string;
  readonly verdict: "agrees" | "differs" | "model differs";
  readonly detail?: string;
}

const { positionals, values } = parseArgs({ allowPositionals: true, options: { all: { type: "boolean" } } });
const [checkout] = positionals;
const root = join(checkout ?? "", "crates/wit-parser/tests/ui");
if (checkout === undefined || !existsSync(root)) {
  console.error("usage: npm run wit-corpus -- <checkout of wasm-tools>   (it needs crates/wit-parser/tests/ui)");
  process.exit(2);
}
const accepted = await Promise.all(inputs(root).map(checkAccepted));
report([...accepted, ...(await Promise.all(inputs(join(root, "parse-fail")).map(checkRefused)))]);
const binaries = join(checkout, "crates/wit-component/tests");
if (existsSync(binaries)) reportBinaries(await checkBinaryForms(binaries));

function inputs(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).filter(({ name }) => name !== "parse-fail");
  return entries
    .filter((entry) => entry.isDirectory() || /\.(wit|md|wat|wasm)$/.test(entry.name))
    .map(({ name }) => join(folder, name))
    .sort();
}

async function checkAccepted(path: string): Promise<Outcome> {
  const name = relative(root, path);
  try {
    const found = JSON.stringify(await read(path), null, 2);
    const expected = readFileSync(expectation(path, "json"), "utf8").trim();
    if (found === expected) return { name, verdict: "agrees" };
    return { name, verdict: "model differs", detail: firstDifference(found, expected) };
  } catch (error) {
    return { name, verdict: "differs", detail: `refused: ${describe(error)}` };
  }
}

async function checkRefused(path: string): Promise<Outcome> {
  const name = relative(root, path);
  try {
    await read(path);
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

async function read(path: string): Promise<Json> {
  if (!statSync(path).isDirectory()) {
    if (!isBinary(path)) return toWitJson(resolveWit({ files: [witFile(path)] }, { features }).resolve);
    return toWitJson(decodeWit(await binary(path)).resolve);
  }
  const source = { files: witFiles(path), ...(await dependencies(join(path, "deps"))) };
  return toWitJson(resolveWit(source, { features }).resolve);
}

async function dependencies(folder: string): Promise<{ dependencies: WitFile[][]; decoded: ResolvedWit[] }> {
  const found: { dependencies: WitFile[][]; decoded: ResolvedWit[] } = { dependencies: [], decoded: [] };
  if (!existsSync(folder)) return found;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found.dependencies.push(witFiles(path));
    else if (entry.name.endsWith(".wit")) found.dependencies.push([witFile(path)]);
    else if (isBinary(path)) {
      const decoded = decodeWit(await binary(path));
      if (decoded.tag === "package") found.decoded.push(decoded);
    }
  }
  return found;
}

function isBinary(path: string): boolean {
  return /\.(wat|wasm)$/.test(path);
}

/** A component; what the corpus has in the text format is assembled by jco. */
async function binary(path: string): Promise<Uint8Array> {
  if (path.endsWith(".wasm")) return readFileSync(path);
  return new Uint8Array(await parse(readFileSync(path, "utf8")));
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
  const compared = outcomes.length;
  const same = count("agrees", "model differs");
  const share = compared === 0 ? 0 : same / compared;
  console.log(`${basename(root)}: ${outcomes.length} inputs`);
  console.log(`accepted or refused alike: ${same} of ${compared} (${(100 * share).toFixed(1)} %)`);
  console.log(`models that differ: ${count("model differs")}`);
  if (share < 0.99 || count("model differs") > 0) process.exitCode = 1;
}

function reportBinaries(outcomes: readonly BinaryOutcome[]): void {
  for (const { name, verdict, detail } of outcomes) {
    if (verdict !== "equal") console.log(`${verdict.padEnd(13)} ${name}: ${detail ?? ""}`);
  }
  const count = (verdict: BinaryOutcome["verdict"]): number =>
    outcomes.filter((outcome) => outcome.verdict === verdict).length;
  const rest = `${count("unsupported")} unsupported, ${count("not assembled")} that jco cannot assemble`;
  console.log(`binaries that give the expected WIT: ${count("equal")} of ${outcomes.length}; ${rest}`);
  if (count("differs") > 0) process.exitCode = 1;
}
