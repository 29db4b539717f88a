import { GuestExit, sync } from "@witwire/wit/values";
import { InputStream } from "../io/input-stream.ts";
import { OutputStream } from "../io/output-stream.ts";
import type { Scope } from "../scope.ts";
import type { Stdio } from "./stdio.ts";
import { TerminalInput, TerminalOutput } from "./terminal.ts";

/** What a guest learns about how it was started. */
export interface CliOptions {
  /** The guest's arguments; by custom the first is the name of the program. Default: none. */
  readonly args?: readonly string[];
  /** The guest's environment variables. Default: none, whatever the host's are. */
  readonly env?: Readonly<Record<string, string>>;
  /** The folder that the guest takes for its working directory: a path in one of its preopens. Default: none. */
  readonly initialCwd?: string;
}

/** All of `wasi:cli` that a guest imports. */
export function cliInterfaces(scope: Scope, stdio: Stdio, options: CliOptions): Record<string, object> {
  const { initialCwd } = options;
  const args = [...(options.args ?? [])];
  const env = Object.entries(options.env ?? {});
  const terminalInput = (): TerminalInput | undefined => (stdio.stdin.isTerminal ? new TerminalInput() : undefined);
  const terminalOutput = (isTerminal: boolean): TerminalOutput | undefined =>
    isTerminal ? new TerminalOutput() : undefined;
  return {
    "wasi:cli/environment": {
      getEnvironment: sync(() => env),
      getArguments: sync(() => args),
      initialCwd: sync(() => initialCwd),
    },
    "wasi:cli/exit": {
      exit: sync((status: { readonly tag: "ok" | "err" }): never => {
        throw new GuestExit(status.tag === "ok" ? 0 : 1);
      }),
      exitWithCode: sync((status: number): never => {
        throw new GuestExit(status);
      }),
    },
    "wasi:cli/stdin": { getStdin: sync(() => new InputStream(stdio.stdin.pipe, { scope }, true)) },
    "wasi:cli/stdout": { getStdout: sync(() => new OutputStream(stdio.stdout.pipe, { scope }, true)) },
    "wasi:cli/stderr": { getStderr: sync(() => new OutputStream(stdio.stderr.pipe, { scope }, true)) },
    "wasi:cli/terminal-input": { TerminalInput },
    "wasi:cli/terminal-output": { TerminalOutput },
    "wasi:cli/terminal-stdin": { getTerminalStdin: sync(terminalInput) },
    "wasi:cli/terminal-stdout": { getTerminalStdout: sync(() => terminalOutput(stdio.stdout.isTerminal)) },
    "wasi:cli/terminal-stderr": { getTerminalStderr: sync(() => terminalOutput(stdio.stderr.isTerminal)) },
  };
}
