import type { Func, Resolve, Type } from "@witwire/wit/model";
import type { Codec, PathPattern, ValueCodec } from "../codec.ts";
import { Compiler } from "./compiler.ts";
import type { ComponentModelOptions } from "./options.ts";

/**
 * Makes a codec for the value encoding of the component model (`Binary.md`, value definitions), which is what wRPC peers
 * speak. {@link componentModelCodec} is the one with default options.
 */
export function createComponentModelCodec(options: ComponentModelOptions = {}): Codec {
  const { truncatedIntegers = true, rustFlagsQuirk = false, goChars = false } = options;
  const compilers = new WeakMap<Resolve, Compiler>();
  const compiler = (resolve: Resolve): Compiler => {
    let known = compilers.get(resolve);
    if (known === undefined) {
      known = new Compiler(resolve, { truncatedIntegers, rustFlagsQuirk, goChars });
      compilers.set(resolve, known);
    }
    return known;
  };
  return {
    name: "component-model",
    params: (resolve: Resolve, func: Func): ValueCodec => compiler(resolve).params(func),
    result: (resolve: Resolve, func: Func): ValueCodec | undefined => compiler(resolve).result(func),
    type: (resolve: Resolve, type: Type): ValueCodec => compiler(resolve).value(type),
  };
}

/** The value encoding of the component model. */
export const componentModelCodec: Codec = createComponentModelCodec();

/** The same for peers written in Go, whose chars are numbers: see {@link ComponentModelOptions.goChars}. */
export const goComponentModelCodec: Codec = createComponentModelCodec({ goChars: true });

/** Where streams and futures can be in the parameters of a function. Parameter `i` is at `[i]`. */
export function asyncPathsOfParams(resolve: Resolve, func: Func): readonly PathPattern[] {
  return componentModelCodec.params(resolve, func).asyncPaths;
}

/** Where streams and futures can be in the result of a function, which is at `[0]`. */
export function asyncPathsOfResult(resolve: Resolve, func: Func): readonly PathPattern[] {
  return componentModelCodec.result(resolve, func)?.asyncPaths ?? [];
}

/** Where streams and futures can be in a value of a type, relative to it. */
export function asyncPathsOfType(resolve: Resolve, type: Type): readonly PathPattern[] {
  return componentModelCodec.type(resolve, type).asyncPaths;
}
