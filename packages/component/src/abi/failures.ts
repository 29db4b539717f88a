import { describeValue, ValueError } from "@witwire/wit/values";
import { Trap } from "./canonical.ts";

/*
 * An error begins where something is wrong, knowing nothing of the way there. Whatever holds a value catches what comes
 * out of it and puts its own step in front, so a path costs nothing until it is needed, and names what was really met.
 */

/** The path gathered so far by errors on their way out. */
const paths = new WeakMap<object, string>();
/** Errors that have got their place. They may come through another call, out of whose import they were thrown. */
const placed = new WeakSet<object>();

/** Adds a step (`.name`, `[3]`) to the path of an error on its way out; give back what it returns. */
export function within(error: unknown, step: string): unknown {
  if (isOurs(error)) paths.set(error, step + (paths.get(error) ?? ""));
  return error;
}

/** Puts into an error's message where it happened. `where` is `param "items"` or `result`. */
export function place(error: unknown, where: string): unknown {
  if (!isOurs(error)) return error;
  const path = paths.get(error) ?? "";
  paths.delete(error);
  if (placed.has(error)) return error;
  placed.add(error);
  const { message, stack } = error;
  error.message = `${where}${path}: ${message}`;
  // V8 keeps the message of the moment of construction at the head of the stack.
  if (stack !== undefined) error.stack = stack.replace(message, () => error.message);
  return error;
}

function isOurs(error: unknown): error is Trap | ValueError {
  return error instanceof Trap || error instanceof ValueError;
}

/** The error for a JavaScript value that is not `expected` (`a string`). */
export function mismatch(expected: string, got: unknown): ValueError {
  return new ValueError(`expected ${expected}, got ${describeValue(got)}`);
}

/** `"a", "b" or "c"`, cut short where there are many. */
export function oneOf(names: readonly string[]): string {
  const quoted = names.slice(0, 8).map((name) => `"${name}"`);
  if (names.length > 8) return `one of ${quoted.join(", ")} … (${names.length} in all)`;
  const last = quoted.pop() ?? "nothing";
  return quoted.length === 0 ? last : `${quoted.join(", ")} or ${last}`;
}

/** A pointer as messages show it: `0x1040`. */
export function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
