/**
 * The tests of wit-component hold components and encoded packages in the text format, each with the WIT that is to come
 * out of it: `component.wat` with `component.wit.print`, or a folder with one binary and a print for each package.
 */
import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { parse } from "@bytecodealliance/jco-transpile/wasm-tools";
import { ComponentDecodeError, decodeWit } from "../../packages/wit/src/binary/index.ts";
import type { Resolve } from "../../packages/wit/src/model/index.ts";
import { type Description, describeModel } from "../../packages/wit/src/testing/describe-model.ts";
import { parseWit, printWit, resolveWit, type WitFile, WitSourceError } from "../../packages/wit/src/text/index.ts";

/** What became of one binary: `equal`, or why not. */
export interface BinaryOutcome {
  readonly name: string;
  readonly verdict: "equal" | "differs" | "unsupported" | "not assembled";
  readonly detail?: string;
}

/** Decodes every binary that has an expectation. `root` is the folder `crates/wit-component/tests`. */
export async function checkBinaryForms(root: string): Promise<BinaryOutcome[]> {
  const paths = globSync("{components,interfaces}/**/*.wat", { cwd: root }).sort();
  const outcomes: BinaryOutcome[] = [];
  for (const name of paths) {
    const prints = expectation(join(root, name));
    if (prints.length > 0) outcomes.push(await check(join(root, name), name, prints));
  }
  return outcomes;
}

function expectation(path: string): string[] {
  const own = path.replace(/\.wat$/, ".wit.print");
  if (existsSync(own)) return [own];
  if (basename(path) !== `${basename(dirname(path))}.wat` && basename(path) !== "wit.wat") return [];
  return globSync("*.print", { cwd: dirname(path) }).map((print) => join(dirname(path), print));
}

async function check(path: string, name: string, prints: readonly string[]): Promise<BinaryOutcome> {
  let bytes: Uint8Array;
  try {
    bytes = new Uint8Array(await parse(readFileSync(path, "utf8")));
  } catch {
    return { name, verdict: "not assembled" };
  }
  try {
    const { resolve } = decodeWit(bytes);
    const found = unordered(describeModel(resolve));
    const again = parseWit(printWit(resolve), { features: "all" });
    if (!isDeepStrictEqual(unordered(describeModel(again)), found)) {
      return { name, verdict: "differs", detail: "what is printed does not mean the same" };
    }
    const same = isDeepStrictEqual(unordered(describeModel(expected(prints, resolve))), found);
    return { name, verdict: same ? "equal" : "differs" };
  } catch (error) {
    const unsupported = error instanceof ComponentDecodeError && error.kind === "unsupported";
    const detail = error instanceof Error ? error.message : String(error);
    return { name, verdict: unsupported ? "unsupported" : "differs", detail };
  }
}

/** What is expected. Some prints are of the main package alone; the others are then taken from what was found. */
function expected(prints: readonly string[], found: Resolve): Resolve {
  const [main, ...rest] = prints.map((print): WitFile => ({ file: print, text: readFileSync(print, "utf8") }));
  if (main === undefined) throw new RangeError("there is nothing to compare with");
  try {
    return resolveWit({ files: [main], dependencies: rest.map((file) => [file]) }, { features: "all" }).resolve;
  } catch (error) {
    if (!(error instanceof WitSourceError)) throw error;
  }
  const others = found.packages.flatMap(({ name }, id) =>
    name.namespace === "root" ? [] : [[{ file: `package ${id}`, text: printWit(found, id) }]],
  );
  return resolveWit({ files: [main], dependencies: others }, { features: "all" }).resolve;
}

/** Prints are sorted differently, so the order of items does not count. */
function unordered(item: Description): Description {
  if (Array.isArray(item)) return item.map(unordered);
  if (typeof item !== "object") return item;
  const entries = Object.entries(item).map(([key, value]): [string, Description] => {
    const inner = unordered(value);
    const free = Array.isArray(inner) && ["functions", "imports", "exports", "types"].includes(key);
    return [key, free ? [...inner].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : inner];
  });
  return Object.fromEntries(entries);
}
