import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CommandError, run } from "./run.ts";
import { repositoryRoot } from "./workspace.ts";

/**
 * Runs the demo and compares what it prints with docs/demo.txt; `--write` replaces that instead. Of ports it
 * only compares which are the same.
 */
const golden = join(repositoryRoot, "docs/demo.txt");

try {
  const output = await run(process.execPath, [join(repositoryRoot, "examples/demo/main.ts")], {
    cwd: repositoryRoot,
    timeout: 60_000,
  });
  const transcript = withDefaultPorts(output);
  if (process.argv.includes("--write")) {
    writeFileSync(golden, transcript);
    console.log("demo: docs/demo.txt written");
  } else report(transcript.split("\n"), withDefaultPorts(readFileSync(golden, "utf8")).split("\n"));
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

/** The system picks the ports; in the transcript the first one is the default, and others follow it. */
function withDefaultPorts(text: string): string {
  const ports = new Map([["0", "0"]]);
  return text.replace(/(?<=(?:\[::1\]|127\.0\.0\.1|localhost):)\d+/g, (port) => {
    const shown = ports.get(port) ?? String(7760 + ports.size);
    ports.set(port, shown);
    return shown;
  });
}
