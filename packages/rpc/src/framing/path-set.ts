import type { PathPattern } from "@witwire/codec";
import type { Path } from "../transport/invocation.ts";

interface Node {
  readonly children: Map<number | "*", Node>;
  /** Whether a declared path ends here. */
  declared: boolean;
}

/**
 * The paths of an invocation on which streams and futures can be. A number and a wildcard may be declared at the same
 * depth (`result<list<stream>, tuple<stream>>`); a path matches when any declaration does.
 */
export class PathSet {
  readonly #root: Node = { children: new Map(), declared: false };

  constructor(patterns: readonly PathPattern[]) {
    for (const pattern of patterns) {
      let node = this.#root;
      for (const part of pattern) {
        let next = node.children.get(part);
        if (next === undefined) {
          next = { children: new Map(), declared: false };
          node.children.set(part, next);
        }
        node = next;
      }
      node.declared = true;
    }
  }

  has(path: Path): boolean {
    return matches(this.#root, path, 0);
  }
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

function matches(node: Node, path: Path, depth: number): boolean {
  const part = path[depth];
  if (part === undefined) return node.declared;
  const exact = node.children.get(part);
  if (exact !== undefined && matches(exact, path, depth + 1)) return true;
  const wildcard = node.children.get("*");
  return wildcard !== undefined && matches(wildcard, path, depth + 1);
}
