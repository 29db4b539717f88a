import type { Codec } from "@witwire/codec";
import type { ContractRef, Resolve } from "@witwire/wit/model";
import { type CallContext, construct, isPromiseLike, isWitError } from "@witwire/wit/values";
import { type ContractFunction, contractFunctions } from "../contract/contract-function.ts";
import { RpcError } from "../errors.ts";
import type { ValueFunction } from "./server-function.ts";

type AnyFunction = (...args: unknown[]) => unknown;

/**
 * The functions of a plain object as a server runs them: camelCase functions, and a class for each resource.
 *
 * @throws TypeError naming what the object lacks
 */
export function bindImplementation(
  contract: ContractRef,
  implementation: object,
  codec: Codec,
): Map<string, ValueFunction> {
  const functions = new Map<string, ValueFunction>();
  const missing: string[] = [];
  for (const fn of contractFunctions(contract, codec)) {
    const call = bindFunction(fn, implementation as Record<string, unknown>);
    if (typeof call === "string") missing.push(call);
    else functions.set(fn.name, bound(contract.resolve, fn, call));
  }
  if (missing.length > 0) throw new TypeError(`the implementation of ${contract.name} lacks ${missing.join(", ")}`);
  return functions;
}

/** A method as a server runs it, on whatever object its `self` is. */
export function bindMethod(resolve: Resolve, fn: ContractFunction): ValueFunction {
  const className = fn.resource?.className ?? "";
  return bound(resolve, fn, ([self, ...params], context) =>
    method(self, className, fn.property).call(self, ...params, context),
  );
}

function bound(resolve: Resolve, fn: ContractFunction, call: Call): ValueFunction {
  return {
    contract: { resolve, func: fn.func },
    params: fn.params,
    result: fn.result,
    call: fn.fallible ? tagged(call) : plain(call, fn),
  };
}

type Call = (params: unknown[], context: CallContext) => unknown;

/** The call, or what is missing for it. */
function bindFunction(fn: ContractFunction, implementation: Record<string, unknown>): Call | string {
  const { property, resource } = fn;
  if (resource === undefined) {
    if (!isMember(implementation, property, Object.prototype)) return `the function ${property}`;
    return (params, context) => (implementation[property] as AnyFunction)(...params, context);
  }
  const { className } = resource;
  const definition = implementation[className];
  if (typeof definition !== "function") return `the class ${className}`;
  const statics = definition as unknown as Record<string | symbol, unknown>;
  if (fn.func.kind.tag === "constructor")
    return bindConstructor(statics, definition as new (...args: unknown[]) => object);
  if (fn.func.kind.tag === "static") {
    if (!isMember(statics, property, Function.prototype)) return `the static function ${className}.${property}`;
    return (params, context) => (statics[property] as AnyFunction)(...params, context);
  }
  const methods = definition.prototype as Record<string, unknown> | undefined;
  if (methods === undefined || !isMember(methods, property, Object.prototype))
    return `the method ${className}.${property}`;
  return ([self, ...params], context) => method(self, className, property).call(self, ...params, context);
}

/** Whether an object has a function of its own making; what every object inherits (`toString`) implements nothing. */
function isMember(object: Record<string | symbol, unknown>, property: string, inherited: object): boolean {
  const member = object[property];
  return typeof member === "function" && member !== (inherited as Record<string, unknown>)[property];
}

/** @throws TypeError for a resource that was passed as one of a class, and is none */
function method(self: unknown, className: string, property: string): AnyFunction {
  const found = (self as Record<string, unknown>)[property];
  if (typeof found === "function") return found as AnyFunction;
  throw new TypeError(`the object that was passed as a ${className} has no method ${property}`);
}

function bindConstructor(
  statics: Record<string | symbol, unknown>,
  definition: new (...args: unknown[]) => object,
): Call {
  if (typeof statics[construct] === "function") {
    return (params, context) => (statics[construct] as AnyFunction)(...params, context);
  }
  return (params, context) => new definition(...params, context);
}

/** A function that returns `result<T, E>`: its return value is `ok`, and a thrown `WitError` is `err`. */
function tagged(call: Call): Call {
  return (params, context) => {
    let outcome: unknown;
    try {
      outcome = call(params, context);
    } catch (error) {
      return failed(error);
    }
    return isPromiseLike(outcome) ? Promise.resolve(outcome).then(ok, failed) : ok(outcome);
  };
}

function ok(val: unknown): unknown {
  return { tag: "ok", val };
}

function failed(error: unknown): unknown {
  if (isWitError(error)) return { tag: "err", val: error.payload };
  throw error;
}

/** A function that cannot return `err`: a `WitError` is a failure like any other. */
function plain(call: Call, fn: ContractFunction): Call {
  const explain = (error: unknown): never => {
    if (!isWitError(error)) throw error;
    throw new RpcError(
      "internal",
      `${fn.func.name} returns no result<…>, but the implementation threw a WitError: ${error.message}`,
      {
        started: "yes",
        cause: error,
      },
    );
  };
  return (params, context) => {
    try {
      const outcome = call(params, context);
      return isPromiseLike(outcome) ? Promise.resolve(outcome).catch(explain) : outcome;
    } catch (error) {
      return explain(error);
    }
  };
}
