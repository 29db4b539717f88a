import type { ArgsDef } from "citty";
import { UsageError } from "./usage-error.ts";

/**
 * Refuses options that a command does not have, which citty would ignore, and options without their value.
 *
 * @throws UsageError listing the options that there are
 */
export function rejectUnknownOptions(args: readonly string[], definitions: ArgsDef, command: string): void {
  const options = Object.entries(definitions).filter(([, definition]) => definition.type !== "positional");
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? "";
    if (arg === "--") return;
    if (!arg.startsWith("-") || arg === "-") continue;
    const [flag = "", inline] = arg.split("=", 2);
    const found = options.find(([name]) => flag === `--${name}` || flag === `--no-${name}`);
    if (found === undefined) {
      const known = options.map(([name]) => `--${name}`).join(", ");
      throw new UsageError(`witwire ${command} has no option ${flag}; it has ${known}`);
    }
    if (found[1].type !== "string" || inline !== undefined) continue;
    const value = args[++index];
    if (value === undefined) throw new UsageError(`the option ${flag} needs a value (witwire ${command} --help)`);
  }
}
