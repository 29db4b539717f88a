import type { Func, Resolve, Type } from "@witwire/wit/model";
import type { Codec, ValueCodec } from "../codec.ts";
import { Compiler } from "./compiler.ts";
import type { Kind } from "./kind.ts";
import type { ComponentModelOptions } from "./options.ts";
import type { Splits } from "./splitting.ts";

/**
 * A codec for the value encoding of the component model that knows some kinds of types: those that a program's contracts
 * use, so that bundlers leave out the others. `witwire bindgen --codec` writes such a codec for what it generates.
 *
 * @param kinds such as `recordKind`, `stringKind` and, for a `list<u8>`, `listKind`, `u8Kind` and `u8ListKind`
 * @throws RangeError from the codec's functions for types of any other kind
 */
export function composeCodec(kinds: readonly Kind[], options: ComponentModelOptions = {}): Codec {
  return codecOf(kinds, options);
}

/** @param splits makes what parts encoded values, for codecs whose peers need it */
export function codecOf(
  kinds: readonly Kind[],
  { truncatedIntegers = true, rustFlagsQuirk = false, goChars = false }: ComponentModelOptions,
  splits?: (resolve: Resolve) => Splits,
): Codec {
  const byTag = new Map<string, Kind>(kinds.map((kind) => [kind.tag, kind]));
  const compilers = new WeakMap<Resolve, Compiler>();
  const compiler = (resolve: Resolve): Compiler => {
    let known = compilers.get(resolve);
    if (known === undefined) {
      known = new Compiler(resolve, { truncatedIntegers, rustFlagsQuirk, goChars }, byTag, splits?.(resolve));
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
