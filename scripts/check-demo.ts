import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CommandError, run } from "./run.ts";
import { repositoryRoot } from "./workspace.ts";

/** Runs the demo and compares what it prints with docs/demo.txt; `--write` replaces that instead. Ports are not compared. */
const golden = join(repositoryRoot, "docs/demo.txt");

try {
  const output = await run(process.execPath, [join(repositoryRoot, "examples/demo/main.ts")], {
    cwd: repositoryRoot,
    timeout: 60_000,
  });
  const transcript = withDefaultPort(output);
  if (process.argv.includes("--write")) {
    writeFileSync(golden, transcript);
    console.log("demo: docs/demo.txt written");
  } else report(transcript.split("\n"), withDefaultPort(readFileSync(golden, "utf8")).split("\n"));
} catch (error) {
  if (!(error instanceof CommandError)) throw error;
  console.error(`demo: ${error.message}`);
  process.exitCode = 1;
}

function report(printed: readonly string[], expected: readonly string[]): void {
  const line = printed.findIndex((text, index) => text !== expected[index]);
  if (line === -1 && printed.length === expected.length) {
    console.log(`demo: ${expected.length - 1} lines as in docs/demo.txt`);
    return;
  }
  const at = line === -1 ? printed.length : line;
  console.error(`demo: line ${at + 1} is not as in docs/demo.txt`);
  console.error(`  expected: ${expected[at] ?? "the end"}`);
  console.error(`  printed:  ${printed[at] ?? "the end"}`);
  console.error("if this is meant: npm run check-demo -- --write");
  process.exitCode = 1;
}

/** The system picks the ports; in the transcript it is always the default one. */
function withDefaultPort(text: string): string {
  return text.replace(/(\[::1\]|127\.0\.0\.1|localhost):\d+/g, "$1:7761");
}
