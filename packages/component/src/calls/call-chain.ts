import type { CallChainStore } from "../component.ts";
import { asyncHooks } from "../core/async-scope.ts";

let found: CallChainStore | undefined;

/**
 * The store that follows which call led to which, through promises and suspended guests: an `AsyncLocalStorage` where the
 * platform has one. Elsewhere only calls that are made before an import returns, and calls to which the context was
 * handed on, are known to come from inside.
 */
export function platformCallChain(): CallChainStore {
  found ??= asyncHooks === undefined ? noCallChain : new asyncHooks.AsyncLocalStorage();
  return found;
}

const noCallChain: CallChainStore = {
  run: (_chain, body) => body(),
  getStore: () => undefined,
};
