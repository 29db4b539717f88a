import { ComponentError } from "../errors.ts";

/**
 * Counts the stacks of the whole process on which guests may be suspended. V8 ends the process when there are too many of
 * them (near 32,000), so calls are refused long before.
 */
let stacks = 0;

/** How many guest calls of the process are running or suspended. */
export function guestStacks(): number {
  return stacks;
}

/** @throws ComponentError `resource-exhausted` */
export function takeStack(limit: number, label: string): void {
  if (stacks >= limit) {
    throw new ComponentError(
      "resource-exhausted",
      `${stacks} guest calls of this process are running or suspended; ${label} was refused (limit maxSuspendedCalls)`,
      { function: label },
    );
  }
  stacks++;
}

export function returnStack(): void {
  stacks--;
}
