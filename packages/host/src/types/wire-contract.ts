import {
  type ContractRef,
  type Func,
  type Interface,
  type Resolve,
  resultType,
  type TypeDef,
} from "@witwire/wit/model";
import { returnsRpcError, wellKnownHandle } from "./well-known.ts";

const models = new WeakMap<Resolve, Resolve>();

/**
 * The contract as it is on the wire, which differs from the component's in two places: an `input-stream` of `wasi:io` is a
 * `stream<u8>`, and a function that returns `result<T, error>` with the `error` of `wrpc:rpc` returns `T`.
 */
export function wireContract<C extends ContractRef>(contract: C): C {
  const resolve = wireModel(contract.resolve);
  return { ...contract, resolve, functions: contract.functions.map((func) => wireFunction(contract.resolve, func)) };
}

/** The same arena with some entries replaced, so that every id still means what it did. */
function wireModel(resolve: Resolve): Resolve {
  let model = models.get(resolve);
  if (model === undefined) {
    model = {
      ...resolve,
      types: resolve.types.map((type) => wireType(resolve, type)),
      interfaces: resolve.interfaces.map((item) => wireInterface(resolve, item)),
    };
    models.set(resolve, model);
  }
  return model;
}

function wireType(resolve: Resolve, type: TypeDef): TypeDef {
  return wellKnownHandle(resolve, type) === "input-stream" ? { ...type, kind: { tag: "stream", type: "u8" } } : type;
}

function wireInterface(resolve: Resolve, item: Interface): Interface {
  const functions = Object.entries(item.functions).map(([name, func]) => [name, wireFunction(resolve, func)] as const);
  return { ...item, functions: Object.fromEntries(functions) };
}

function wireFunction(resolve: Resolve, func: Func): Func {
  if (!returnsRpcError(resolve, func.result)) return func;
  const { result: _, ...rest } = func;
  const ok = resultType(resolve, func.result)?.ok;
  return ok === undefined ? rest : { ...rest, result: ok };
}
