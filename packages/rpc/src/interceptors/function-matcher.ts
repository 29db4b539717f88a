import { formatFunction } from "../contract/format-function.ts";
import type { InterceptedCall } from "../interception/interceptor.ts";

/**
 * Some functions: what a predicate says, or a list of names as they are on the wire. `wasi:keyvalue/store@0.2.0-draft2`
 * stands for all functions of an instance, `wasi:keyvalue/store@0.2.0-draft2.bucket.get` for one of them.
 */
export type FunctionMatcher = readonly string[] | ((call: InterceptedCall) => boolean);

/** A matcher as a predicate; where there is none, nothing matches. */
export function matches(matcher: FunctionMatcher | undefined): (call: InterceptedCall) => boolean {
  if (matcher === undefined) return () => false;
  if (typeof matcher === "function") return matcher;
  const names = new Set(matcher);
  return ({ instance, name }) => names.has(formatFunction(instance, name)) || (instance !== "" && names.has(instance));
}
