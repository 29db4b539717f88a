import type { ArgsDef } from "citty";
import { UsageError } from "./usage-error.ts";

/**
 * Refuses what citty would ignore: options that a command does not have, and more arguments than it takes. And options
 * without their value.
 *
 * @throws UsageError listing what there is
 */
export function rejectUnknownOptions(args: readonly string[], definitions: ArgsDef, command: string): void {
  const options = Object.entries(definitions).filter(([, definition]) => definition.type !== "positional");
  const places = Object.entries(definitions).flatMap(([name, { type }]) =>
    type === "positional" ? [`<${name}>`] : [],
  );
  let given = 0;
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? "";
    if (arg === "--") return;
    if (!arg.startsWith("-") || arg === "-") {
      if (++given <= places.length) continue;
      const behind = command === "run" ? "; what the component is to get goes behind --" : "";
      throw new UsageError(`witwire ${command} takes ${places.join(" ")}, and there is "${arg}" besides${behind}`);
    }
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
