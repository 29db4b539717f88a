import { type Component, ComponentExit } from "@witwire/component";
import { isWitError } from "@witwire/wit/values";
import type { GivenOptions } from "./component-host.ts";
import { toRpcError } from "./failures.ts";
import { componentSource } from "./instances/component-source.ts";

export interface RunOptions extends GivenOptions {
  /** Ends the command when aborted. */
  readonly signal?: AbortSignal;
}

/** The command that a component is: its export of `wasi:cli/run`, of any 0.2 version. */
export function commandOf(component: Component): string | undefined {
  return [...component.exports.keys()].find((name) => /^wasi:cli\/run@0\.2\./.test(name));
}

/**
 * Runs a component that is a command.
 *
 * @returns its exit code: 0, 1 where it returned `err`, or what it gave to `wasi:cli/exit`
 * @throws RpcError `trap`, `cancelled` and others; TypeError for a component that is no command
 */
export async function runCommand(component: Component, options: RunOptions = {}): Promise<number> {
  const command = commandOf(component);
  if (command === undefined) {
    const offered = [...component.exports.keys()].join(", ") || "no interface";
    throw new TypeError(`the component is no command: it exports ${offered}, and wasi:cli/run is not among them`);
  }
  const { signal } = options;
  const create = componentSource(component, options);
  try {
    const hosted = await create();
    try {
      await hosted.instance.exports[command]?.run?.(signal === undefined ? undefined : { signal });
    } finally {
      await hosted.dispose();
    }
    return 0;
  } catch (error) {
    if (isWitError(error)) return 1;
    if (error instanceof ComponentExit) return error.status;
    throw toRpcError(error);
  }
}
