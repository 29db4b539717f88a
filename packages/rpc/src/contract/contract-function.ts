import type { Codec, FunctionCodec } from "@witwire/codec";
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
import type { FunctionContract } from "../interception/interceptor.ts";

/** A function that can be called; of its contract nothing needs to be known. */
export interface CallableFunction extends FunctionCodec {
  readonly contract?: FunctionContract | undefined;
}

/** A function of a contract with everything that calling and serving it needs. */
export interface ContractFunction extends CallableFunction {
  readonly contract: FunctionContract;
  readonly func: Func;
  /** Name of the JavaScript function or method; of no meaning for constructors. */
  readonly property: string;
  /** For members of a resource: the resource's type, and the name of its class. */
  readonly resource: { readonly id: TypeId; readonly className: string } | undefined;
}

/** Compiles the functions of a contract. */
export function contractFunctions(contract: ContractRef, codec: Codec): ContractFunction[] {
  return contract.functions.map((func) => contractFunction(contract.resolve, func, codec));
}

/** The instance on which a contract's functions are called. */
export function instanceOf(contract: ContractRef): string {
  return contract.tag === "world" ? "" : contract.name;
}

/** Compiles one function. */
export function contractFunction(resolve: Resolve, func: Func, codec: Codec): ContractFunction {
  const name = wireFunctionName(func);
  const id = func.kind.tag === "freestanding" ? undefined : resolveAlias(resolve, func.kind.resource);
  return {
    contract: { resolve, func },
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
