import type { FunctionType } from "@witwire/wit/binary";
import { isPromiseLike, isWitError } from "@witwire/wit/values";
import type { Store } from "../calls/store.ts";
import type { ComponentFunction } from "./component-function.ts";
import type { Frame } from "./frame.ts";

/** How a function of the host is called: with its parameters, and the context behind them. */
export type HostCall = (args: unknown[]) => unknown;

const enteringNothing: readonly Frame[] = [];

/** A function that the host gave to a component. */
export class HostFunction implements ComponentFunction {
  readonly label: string;
  readonly type: FunctionType;
  readonly mayAwait: boolean;
  readonly isLifted = false;
  readonly #store: Store;
  readonly #call: HostCall;
  readonly #fallible: boolean;

  /** @param fallible whether it returns `result<T, E>`, so that `WitError` is an answer */
  constructor(store: Store, label: string, type: FunctionType, call: HostCall, fallible: boolean, mayAwait: boolean) {
    this.#store = store;
    this.label = label;
    this.type = type;
    this.#call = call;
    this.#fallible = fallible;
    this.mayAwait = mayAwait;
  }

  entering(): readonly Frame[] {
    return enteringNothing;
  }

  call(args: unknown[]): unknown {
    args.push(this.#store.current);
    if (!this.#fallible) return this.#store.callHost(this.#call, args);
    let outcome: unknown;
    try {
      outcome = this.#store.callHost(this.#call, args);
    } catch (error) {
      return failed(error);
    }
    return isPromiseLike(outcome) ? outcome.then(ok, failed) : ok(outcome);
  }
}

function ok(val: unknown): unknown {
  return { tag: "ok", val };
}

/** @throws what is no answer of the function's */
function failed(error: unknown): unknown {
  if (isWitError(error)) return { tag: "err", val: error.payload };
  throw error;
}
