import type { PathPattern } from "@witwire/codec";
import { RpcError } from "../errors.ts";
import type { Path } from "../transport/invocation.ts";

/**
 * The paths of an invocation on which streams and futures can be. A number and a wildcard may be declared at the same
 * depth (`result<list<stream>, tuple<stream>>`); a path matches when any declaration does.
 */
export class PathSet {
  readonly #patterns: readonly PathPattern[];

  constructor(patterns: readonly PathPattern[]) {
    this.#patterns = patterns;
  }

  has(path: Path): boolean {
    return this.#patterns.some(
      (pattern) =>
        pattern.length === path.length && pattern.every((part, depth) => part === "*" || part === path[depth]),
    );
  }
}

/** Bytes came on a path that was not declared. */
export function undeclared(path: Path): RpcError {
  const where = `path [${path.join()}]`;
  return new RpcError(
    "protocol",
    `the peer sent bytes on ${where}, where the function's type has neither stream nor future`,
  );
}

/** Sets by the array that describes them, which is one per function. */
const sets = new WeakMap<readonly PathPattern[], PathSet>();

/** The set of these patterns, made once for each array. */
export function pathSetOf(patterns: readonly PathPattern[]): PathSet {
  let set = sets.get(patterns);
  if (set === undefined) {
    set = new PathSet(patterns);
    sets.set(patterns, set);
  }
  return set;
}
