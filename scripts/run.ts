import { spawn } from "node:child_process";

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Milliseconds after which the command is ended. */
  readonly timeout?: number;
}

/** A command that ended with another code than 0. The message has what it printed. */
export class CommandError extends Error {
  override readonly name: string = "CommandError";
}

/** Runs a command and gives what it wrote to its standard output. @throws CommandError when it fails */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  return new Promise((fulfill, reject) => {
    const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.on("error", (error) => reject(new CommandError(`cannot run ${command}: ${error.message}`)));
    child.on("close", (code, signal) => {
      if (code === 0) return fulfill(stdout);
      const shown = [command, ...args].map((part) => part.replace(/^.*node_modules/, "node_modules")).join(" ");
      const output = [stdout.trim(), stderr.trim()].filter((text) => text !== "").join("\n");
      reject(new CommandError(`${shown} ended with ${signal ?? `code ${code}`}${output === "" ? "" : `:\n${output}`}`));
    });
  });
}

/** Runs npm under the Node that runs this script. */
export function runNpm(args: readonly string[], options: RunOptions = {}): Promise<string> {
  const script = process.env.npm_execpath;
  return script === undefined ? run("npm", args, options) : run(process.execPath, [script, ...args], options);
}
