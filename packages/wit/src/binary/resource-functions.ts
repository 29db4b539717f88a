/** Constructors, methods and static functions: Binary.md, "Import and Export Definitions". */
import type { Type, TypeId } from "../model/types.ts";
import type { FunctionType } from "./definitions.ts";
import type { ResourceFunctionName } from "./names.ts";
import type { Side } from "./scope.ts";
import type { TypeArena } from "./type-arena.ts";

/** Says why a function cannot have the name that it has, or nothing where it can. */
export function resourceFunctionProblem(
  arena: TypeArena,
  side: Side,
  { tag, resource }: ResourceFunctionName,
  func: FunctionType,
): string | undefined {
  switch (tag) {
    case "static":
      if (side.resourceNames.has(resource)) return undefined;
      return `static resource name is not known in this context, "${resource}" must come first`;
    case "constructor":
      return constructorProblem(arena, side, resource, func);
    case "method":
      return methodProblem(arena, side, resource, func);
  }
}

function constructorProblem(arena: TypeArena, side: Side, resource: string, func: FunctionType): string | undefined {
  if (func.async) return "a constructor function cannot be async";
  const handle = constructed(arena, func.result);
  if (handle !== undefined) return handleProblem(side, resource, handle);
  return `the function should return (own $T) or (result (own $T)), $T being "${resource}"`;
}

function methodProblem(arena: TypeArena, side: Side, resource: string, func: FunctionType): string | undefined {
  const [self] = func.params;
  if (self === undefined) return "the function should have at least one argument";
  if (self.name !== "self") return `the function should have a first argument called "self", not "${self.name}"`;
  const kind = arena.targetKind(self.type);
  if (typeof kind === "object" && kind.tag === "borrow") return handleProblem(side, resource, kind.resource);
  return `the function should take a first argument of (borrow $T), $T being "${resource}"`;
}

/** The handle must be to the resource as it is named here. */
function handleProblem(side: Side, expected: string, handle: TypeId): string | undefined {
  const found = side.resources.get(handle);
  if (found === expected) return undefined;
  if (found === undefined) return "the resource used in function does not have a name in this context";
  return `the function does not match expected resource name "${expected}", it is about "${found}"`;
}

/** The resource that a constructor makes. */
function constructed(arena: TypeArena, result: Type | undefined): TypeId | undefined {
  if (result === undefined) return undefined;
  const kind = arena.targetKind(result);
  if (typeof kind === "string") return undefined;
  if (kind.tag === "own") return kind.resource;
  if (kind.tag !== "result" || kind.ok === undefined) return undefined;
  const ok = arena.targetKind(kind.ok);
  return typeof ok !== "string" && ok.tag === "own" ? ok.resource : undefined;
}
