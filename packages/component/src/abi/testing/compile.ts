import type { Type, TypeDef, TypeKind } from "@witwire/wit/model";
import type { CompiledFunction } from "../canonical.ts";
import { compileFunction } from "../compile-function.ts";

/** Definitions of types, for tests: a number in a kind is the index of another one. */
export function defs(...kinds: readonly TypeKind[]): TypeDef[] {
  return kinds.map((kind) => ({ kind }));
}

/** A function with a parameter `p` of a type, and a result of the same. Without a type, the first definition is it. */
export function compileType(types: readonly TypeDef[], type: Type = 0): CompiledFunction {
  return compileFunction(types, { async: false, params: [{ name: "p", type }], result: type });
}

/** A function with these parameters, named by their numbers. */
export function compileParams(types: readonly TypeDef[], ...params: readonly Type[]): CompiledFunction {
  return compileFunction(types, {
    async: false,
    params: params.map((type, index) => ({ name: `${index}`, type })),
  });
}
