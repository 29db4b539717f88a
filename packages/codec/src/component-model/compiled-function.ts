import type { ValueCodec } from "../codec.ts";
import { type CompiledType, located } from "./compiled-type.ts";
import { paramsType } from "./records.ts";
import { ComponentValueCodec } from "./value-codec.ts";

/** A function as those who call it have it. */
export interface FunctionCodec {
  /** Name on the wire. */
  readonly name: string;
  /** Number of JavaScript arguments in front of options or context; `self` is not one of them. */
  readonly arity: number;
  /** Whether the result is a `result<T, E>`, which is returned and thrown rather than handed out as a value. */
  readonly fallible: boolean;
  readonly params: ValueCodec;
  readonly result: ValueCodec | undefined;
}

declare const clientType: unique symbol;

/**
 * An interface whose types generated code has compiled (`witwire bindgen --lean`), so that nobody needs the model of it, nor
 * what compiles that.
 *
 * @typeParam Client what calls it
 */
export interface LeanContract<Client extends object = object> {
  /** Name of the instance on the wire, `namespace:package/interface@version`. */
  readonly instance: string;
  /** Makes its functions, by their names in JavaScript. */
  functions(): Readonly<Record<string, FunctionCodec>>;
  /** It exists for TypeScript alone: there is no such property. */
  readonly [clientType]?: Client;
}

/**
 * A function for a {@link LeanContract}.
 *
 * @param params their names in JavaScript, and their types
 * @param fallible whether the result is a `result<T, E>`
 */
export function func(
  name: string,
  params: Readonly<Record<string, CompiledType>>,
  result?: CompiledType,
  fallible = false,
): FunctionCodec {
  const fields = Object.entries(params).map(([key, type]) => ({ key, type }));
  return {
    name,
    arity: fields.length,
    fallible,
    params: new ComponentValueCodec(paramsType(fields), "params"),
    result: result === undefined ? undefined : new ComponentValueCodec(located(result, 0), "result"),
  };
}
