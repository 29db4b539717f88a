#!/usr/bin/env node
import { version } from "./version.ts";

const args = process.argv.slice(2);
if (args[0] === "--version" || args[0] === "-v") {
  // Nothing else is loaded for this, so that it is as fast as an empty script.
  console.log(version);
} else {
  const [{ run }, { processTerminal }] = await Promise.all([import("./run.ts"), import("./terminal.ts")]);
  process.exitCode = await run(args, processTerminal());
}
