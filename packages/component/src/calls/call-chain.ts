import type { CallChainStore } from "../component.ts";

/** The part of Node's `process` through which built-in modules are found without importing them. */
interface BuiltinModules {
  getBuiltinModule?(name: string): { readonly AsyncLocalStorage: new () => CallChainStore } | undefined;
}

let found: CallChainStore | undefined;

/**
 * The store that follows which call led to which, through promises and suspended guests: an `AsyncLocalStorage` where the
 * platform has one. Elsewhere only calls that are made before an import returns, and calls to which the context was
 * handed on, are known to come from inside.
 */
export function platformCallChain(): CallChainStore {
  if (found === undefined) {
    const { process } = globalThis as { readonly process?: BuiltinModules };
    const hooks = process?.getBuiltinModule?.("node:async_hooks");
    found = hooks === undefined ? noCallChain : new hooks.AsyncLocalStorage();
  }
  return found;
}

const noCallChain: CallChainStore = {
  run: (_chain, body) => body(),
  getStore: () => undefined,
};
