import { stripVTControlCharacters } from "node:util";
import { isRpcError } from "@witwire/rpc";
import { type ArgsDef, type CommandDef, defineCommand, renderUsage, runCommand } from "citty";
import { exitCode } from "./exit-code.ts";
import { rejectUnknownOptions } from "./options.ts";
import { printable } from "./printable.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";
import { version } from "./version.ts";

/** Loaded when they are used, so that no command pays for the others. */
const commands = {
  wit: () => import("./commands/wit.ts").then((module) => documented(module.witCommand, module.witExamples)),
  call: () => import("./commands/call.ts").then((module) => documented(module.callCommand, module.callExamples)),
  health: () =>
    import("./commands/health.ts").then((module) => documented(module.healthCommand, module.healthExamples)),
  serve: () => import("./commands/serve.ts").then((module) => documented(module.serveCommand, module.serveExamples)),
  run: () => import("./commands/run.ts").then((module) => documented(module.runComponentCommand, module.runExamples)),
  bindgen: () =>
    import("./commands/bindgen.ts").then((module) => documented(module.bindgenCommand, module.bindgenExamples)),
  completion: () =>
    import("./commands/completion.ts").then((module) =>
      documented(module.completionCommand, module.completionExamples),
    ),
};

/** A command, and what its help says besides its arguments. */
interface DocumentedCommand {
  readonly command: CommandDef;
  readonly examples: string;
}

/** citty's types do not let commands with different arguments stand in one list. */
function documented<T extends ArgsDef>(command: CommandDef<T>, examples: string): DocumentedCommand {
  return { command: command as unknown as CommandDef, examples };
}

const root: CommandDef = defineCommand({
  meta: { name: "witwire", version, description: "Typed calls between services, components and browsers, from WIT" },
  subCommands: Object.fromEntries(
    Object.entries(commands).map(([name, load]) => [name, () => load().then(({ command }) => command)]),
  ),
});

/**
 * Runs a command line.
 *
 * @param args without the interpreter and the script
 * @returns the exit code
 */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    return await dispatch(args, terminal);
  } catch (error) {
    return report(error, terminal);
  }
}

async function dispatch(args: readonly string[], terminal: Terminal): Promise<number> {
  const [name] = args;
  if (name === undefined || name === "--help" || name === "-h") {
    await showUsage(root, undefined, "", terminal);
    return name === undefined ? exitCode.usage : exitCode.ok;
  }
  if (name === "complete" && args[1] === "--") return completeWords(args.slice(2), terminal);
  if (!Object.hasOwn(commands, name)) {
    const known = Object.keys(commands).join(", ");
    throw new UsageError(`there is no command "${name}"; there is ${known} (witwire --help)`);
  }
  const { command, examples } = await commands[name as keyof typeof commands]();
  const rest = args.slice(1);
  if (rest.includes("--help") || rest.includes("-h")) {
    await showUsage(command, root, examples, terminal);
    return exitCode.ok;
  }
  rejectUnknownOptions(rest, (command.args ?? {}) as ArgsDef, name);
  const { result } = await runCommand(command, { rawArgs: [...rest], data: terminal });
  return typeof result === "number" ? result : exitCode.ok;
}

/** `witwire complete -- <words>`, which the scripts of `witwire completion` call. */
async function completeWords(words: readonly string[], terminal: Terminal): Promise<number> {
  const { complete } = await import("./completion/complete.ts");
  const candidates = await complete(words, Object.keys(commands), async (name) => {
    if (!Object.hasOwn(commands, name)) return undefined;
    const { command } = await commands[name as keyof typeof commands]();
    return (command.args ?? {}) as ArgsDef;
  });
  await terminal.out(candidates.map((candidate) => `${candidate}\n`).join(""));
  return exitCode.ok;
}

async function showUsage(
  command: CommandDef,
  parent: CommandDef | undefined,
  extra: string,
  terminal: Terminal,
): Promise<void> {
  const usage = `${await renderUsage(command, parent)}\n${extra}`;
  const plain = terminal.color ? usage : stripVTControlCharacters(usage);
  await terminal.out(plain.replace(/[ \t]+$/gm, ""));
}

function report(thrown: unknown, terminal: Terminal): number {
  if (terminal.signal.aborted) return exitCode.interrupted;
  // Messages may quote a peer.
  return explain(thrown, { error: (text) => terminal.error(printable(text)) });
}

function explain(error: unknown, terminal: Pick<Terminal, "error">): number {
  if (error instanceof UsageError) {
    terminal.error(`witwire: ${error.message}\n${error.frame === undefined ? "" : `\n${error.frame}\n`}`);
    return exitCode.usage;
  }
  if (isRpcError(error)) {
    terminal.error(`witwire: ${error.message} [${error.code}]\n`);
    return error.code === "invalid-argument" ? exitCode.usage : exitCode.failed;
  }
  if (error instanceof Error && error.name === "CLIError") {
    terminal.error(`witwire: ${error.message} (see --help)\n`);
    return exitCode.usage;
  }
  terminal.error(`witwire: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return exitCode.failed;
}
