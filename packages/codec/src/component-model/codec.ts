import type { Func, Resolve, Type } from "@witwire/wit/model";
import type { Codec, PathPattern } from "../codec.ts";
import { codecOf } from "./compose.ts";
import { allKinds } from "./kinds.ts";
import type { ComponentModelOptions } from "./options.ts";
import { Walks } from "./splitting.ts";

/**
 * Makes a codec for the value encoding of the component model (`Binary.md`, value definitions), which is what wRPC peers
 * speak, with every kind of type. {@link componentModelCodec} is the one with default options.
 */
export function createComponentModelCodec(options: ComponentModelOptions = {}): Codec {
  const { goChars = false } = options;
  return codecOf(allKinds(goChars), options, (resolve) => new Walks(resolve, goChars));
}

/** The value encoding of the component model. */
export const componentModelCodec: Codec = /* @__PURE__ */ createComponentModelCodec();

/** The same for peers written in Go, whose chars are numbers: see {@link ComponentModelOptions.goChars}. */
export const goComponentModelCodec: Codec = /* @__PURE__ */ createComponentModelCodec({ goChars: true });

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
