/** The `witwire` command, to be run from other programs. @packageDocumentation */
export { exitCode } from "./exit-code.ts";
export { run } from "./run.ts";
export { processTerminal, type Terminal } from "./terminal.ts";
