import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { compiledFolder, compileSources } from "./compile.ts";
import { sourceLine } from "./source-line.ts";

const source = join(import.meta.dirname, "../harness/median.ts");

test("what is measured is loaded as JavaScript, in processes that it starts too", async () => {
  const env = await compileSources();
  const script = `
    const { execFileSync } = await import("node:child_process");
    const { median } = await import(${JSON.stringify(pathToFileURL(source).href)});
    console.log(/: *number/.test(median.toString()), median([3, 1, 2]), process.moduleLoadList.some((name) => name.includes("amaro")));
    if (process.env.DEPTH !== "1") {
      process.stdout.write(execFileSync(process.execPath, process.execArgv.concat(process.argv.slice(1)), { env: { ...process.env, DEPTH: "1" } }));
    }`;
  const args = ["--input-type=module", "--eval", script];
  const printed = execFileSync(process.execPath, args, { env, encoding: "utf8" });
  assert.deepEqual(printed.trim().split("\n"), ["false 2 false", "false 2 false"]);
});

test("lines of what was compiled are those of its source", async () => {
  await compileSources();
  const lineOf = (file: string): number =>
    readFileSync(file, "utf8")
      .split("\n")
      .findIndex((line) => line.includes("function median("));
  const compiled = lineOf(join(compiledFolder, "bench/harness/median.js"));
  const position = { lineNumber: compiled, columnNumber: "function ".length };
  assert.notEqual(compiled, lineOf(source), "nothing was moved, so this shows nothing");
  assert.equal(sourceLine({ url: pathToFileURL(source).href, ...position }), lineOf(source));
  assert.equal(sourceLine({ url: "node:net", ...position }), compiled);
});
