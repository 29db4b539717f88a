import { componentModelCodec } from "@witwire/codec";
import type { Resolve } from "@witwire/wit/model";
import { contractFunctions } from "../contract/contract-function.ts";
import { findResource } from "../contract/resource-contract.ts";
import type { FunctionSource } from "./call-host.ts";
import { bindMethod } from "./implementation.ts";
import type { ServerFunction } from "./server-function.ts";

/** The methods of one resource by their names on the wire, and the instance that they are called on. */
interface Methods {
  readonly instance: string;
  readonly functions: ReadonlyMap<string, ServerFunction>;
}

/** They are the same for everybody who passes resources of a model. */
const methods = new WeakMap<Resolve, Map<string, Methods | undefined>>();

/**
 * The methods of resources that were given to a peer: whoever has a resource may call them, whether or not its interface
 * is served. Constructors and static functions are not among them.
 */
export class ResourceMethods implements FunctionSource {
  readonly #types: ReadonlyMap<string, Resolve>;

  /** @param types where the resources that were given are defined, by their keys; more may come */
  constructor(types: ReadonlyMap<string, Resolve>) {
    this.#types = types;
  }

  find(instance: string, name: string): ServerFunction | undefined {
    const resource = `#${name.slice(0, Math.max(0, name.indexOf(".")))}`;
    // Resources of a world are called at the root, which does not say which world.
    const keys =
      instance === "" ? [...this.#types.keys()].filter((key) => key.endsWith(resource)) : [instance + resource];
    for (const key of keys) {
      const resolve = this.#types.get(key);
      const found = resolve === undefined ? undefined : methodsOf(resolve, key);
      const fn = found?.instance === instance ? found.functions.get(name) : undefined;
      if (fn !== undefined) return fn;
    }
    return undefined;
  }
}

function methodsOf(resolve: Resolve, key: string): Methods | undefined {
  let ofResolve = methods.get(resolve);
  if (ofResolve === undefined) {
    ofResolve = new Map();
    methods.set(resolve, ofResolve);
  }
  if (!ofResolve.has(key)) ofResolve.set(key, bindMethods(resolve, key));
  return ofResolve.get(key);
}

function bindMethods(resolve: Resolve, key: string): Methods | undefined {
  const contract = findResource(resolve, key)?.contract;
  if (contract === undefined) return undefined;
  const functions = new Map<string, ServerFunction>();
  for (const fn of contractFunctions(contract, componentModelCodec)) {
    if (fn.func.kind.tag === "method") functions.set(fn.name, bindMethod(resolve, fn));
  }
  return { instance: contract.tag === "world" ? "" : contract.name, functions };
}
