import { type Component, ComponentError } from "@witwire/component";
import { isRpcError } from "@witwire/rpc";
import { UsageError } from "../usage-error.ts";

/**
 * Why a component could not be started, for whoever wrote the command line.
 *
 * @returns the error itself where the command line is not at fault
 */
export function explainLinking(error: unknown, component: Component, place: string): unknown {
  if (error instanceof RangeError) return new UsageError(error.message);
  const problem = isRpcError(error) ? error.cause : error;
  if (!(problem instanceof ComponentError) || problem.code !== "link") return error;
  const message = problem.message.replace(/ \(given were .*\)$/s, "");
  const [first = "interface"] = [...component.imports.keys()].filter((name) => message.includes(`"${name}"`));
  return new UsageError(
    `${place} cannot be started: ${message}. ` +
      `Say where it is served: --import ${first}=tcp://host:port, or --import tcp://host:port for all`,
  );
}
