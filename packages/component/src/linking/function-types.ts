import type { ComponentDefinition, DecodedComponent, FunctionType } from "@witwire/wit/binary";
import type { CompiledFunction } from "../abi/canonical.ts";
import { compileFunction } from "../abi/compile-function.ts";
import { ComponentError } from "../errors.ts";

/**
 * Compiles the types of all functions that a component lifts or lowers.
 *
 * @throws ComponentError `unsupported` where one of them, or a built-in, belongs to component-model async
 */
export function compileFunctions({ root, types }: DecodedComponent): ReadonlyMap<FunctionType, CompiledFunction> {
  const compiled = new Map<FunctionType, CompiledFunction>();
  const walk = ({ definitions }: ComponentDefinition): void => {
    for (const definition of definitions) {
      if (definition.tag === "component") walk(definition.component);
      else if (definition.tag === "async-builtin") throw unsupported(definition.name, definition.offset);
      else if (definition.tag === "lift" || definition.tag === "lower") {
        if (definition.options.async)
          throw unsupported(`functions that are ${definition.tag}ed async`, definition.offset);
        if (!compiled.has(definition.type)) compiled.set(definition.type, compileFunction(types, definition.type));
      }
    }
  };
  walk(root);
  return compiled;
}

function unsupported(what: string, offset: number): ComponentError {
  const message = `unsupported: ${what}, of component-model async, which this engine does not have yet`;
  return new ComponentError("unsupported", message, { offset });
}
