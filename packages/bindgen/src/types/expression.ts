import type { Doc } from "../text/doc.ts";
import { union } from "../text/syntax.ts";

/** A type as TypeScript: the members of a union, mostly one. */
export interface Expression {
  readonly members: readonly Doc[];
  /** Whether it begins with `readonly`, which needs parentheses where more follows. */
  readonly operator?: boolean;
}

export function single(doc: Doc): Expression {
  return { members: [doc] };
}

/** Behind a `:` or `=`. */
export function standing({ members }: Expression): Doc {
  return union(members);
}

/** As an argument of a generic type, or a member of a tuple. */
export function inside({ members }: Expression): Doc {
  return union(members, "inside");
}

/** `T[]` */
export function arrayOf(element: Expression): Doc {
  const simple = element.members.length === 1 && element.operator !== true;
  return simple ? [inside(element), "[]"] : ["(", inside(element), ")[]"];
}
