import type { Codec, ValueCodec } from "@witwire/codec";
import {
  type ContractRef,
  camelCase,
  type Func,
  pascalCase,
  type Resolve,
  resolveAlias,
  resultType,
  type TypeId,
  typeDef,
  wireFunctionName,
} from "@witwire/wit/model";

/** A function of a contract with everything that calling and serving it needs. */
export interface ContractFunction {
  readonly func: Func;
  /** Name on the wire. */
  readonly name: string;
  /** Name of the JavaScript function or method; of no meaning for constructors. */
  readonly property: string;
  /** For members of a resource: the resource's type, and the name of its class. */
  readonly resource: { readonly id: TypeId; readonly className: string } | undefined;
  /** Number of JavaScript arguments in front of options or context; `self` is not one of them. */
  readonly arity: number;
  /** Whether the result is a `result<T, E>`, which is returned and thrown rather than handed out as a value. */
  readonly fallible: boolean;
  readonly params: ValueCodec;
  readonly result: ValueCodec | undefined;
}

/** Compiles the functions of a contract. */
export function contractFunctions(contract: ContractRef, codec: Codec): ContractFunction[] {
  return contract.functions.map((func) => contractFunction(contract.resolve, func, codec));
}

/** Compiles one function. */
export function contractFunction(resolve: Resolve, func: Func, codec: Codec): ContractFunction {
  const name = wireFunctionName(func);
  const id = func.kind.tag === "freestanding" ? undefined : resolveAlias(resolve, func.kind.resource);
  return {
    func,
    name,
    property: camelCase(name.slice(name.indexOf(".") + 1)),
    resource: id === undefined ? undefined : { id, className: pascalCase(typeDef(resolve, id).name ?? "") },
    arity: func.kind.tag === "method" ? func.params.length - 1 : func.params.length,
    fallible: resultType(resolve, func.result) !== undefined,
    params: codec.params(resolve, func),
    result: codec.result(resolve, func),
  };
}
