import { childTypes, type Resolve, type Type, type TypeId, typeDef } from "@witwire/wit/model";
import type { FunctionContract } from "./interceptor.ts";

const known = new WeakMap<FunctionContract["func"], boolean>();

/** Whether the parameters of a function hold neither streams nor futures nor handles that are given away. */
export function isRepeatable({ resolve, func }: FunctionContract): boolean {
  let repeatable = known.get(func);
  if (repeatable === undefined) {
    const seen = new Set<TypeId>();
    repeatable = func.params.every(({ type }) => !isUsedUp(resolve, type, seen));
    known.set(func, repeatable);
  }
  return repeatable;
}

function isUsedUp(resolve: Resolve, type: Type, seen: Set<TypeId>): boolean {
  if (typeof type !== "number" || seen.has(type)) return false;
  seen.add(type);
  const { kind } = typeDef(resolve, type);
  if (kind.tag === "stream" || kind.tag === "future" || kind.tag === "own" || kind.tag === "resource") return true;
  return childTypes(kind).some((part) => isUsedUp(resolve, part, seen));
}
