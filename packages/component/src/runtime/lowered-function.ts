import { isGuestExit, isPromiseLike } from "@witwire/wit/values";
import type { CompiledFunction, CoreValue } from "../abi/canonical.ts";
import { Trap } from "../abi/canonical.ts";
import { type CoreFunction, EngineFunction } from "../core/core-function.ts";
import { suspending } from "../core/web-assembly.ts";
import { ComponentError, ComponentExit } from "../errors.ts";
import { type BoundOptions, FunctionContext } from "./canonical-context.ts";
import type { ComponentFunction } from "./component-function.ts";
import type { Frame } from "./frame.ts";

/**
 * A core function that calls out of a component: `canon lower`. Whatever goes wrong in it ends the guest, which cannot
 * catch it. CanonicalABI.md, `canon_lower`.
 */
export function lowerFunction(
  frame: Frame,
  target: ComponentFunction,
  compiled: CompiledFunction,
  options: BoundOptions,
): CoreFunction {
  const lowered = new LoweredFunction(frame, target, compiled, options);
  const call = (...core: CoreValue[]): unknown => lowered.call(core);
  return target.mayAwait ? new EngineFunction(call, suspending(call)) : new EngineFunction(call);
}

class LoweredFunction {
  readonly #frame: Frame;
  readonly #target: ComponentFunction;
  readonly #compiled: CompiledFunction;
  readonly #context: FunctionContext;
  readonly #options: BoundOptions;
  readonly #entering: readonly Frame[];
  #running = false;

  constructor(frame: Frame, target: ComponentFunction, compiled: CompiledFunction, options: BoundOptions) {
    this.#frame = frame;
    this.#target = target;
    this.#compiled = compiled;
    this.#options = options;
    this.#context = new FunctionContext(frame, options);
    this.#context.betweenComponents = target.isLifted;
    this.#entering = target.entering(frame);
  }

  /** @throws an error that the guest cannot catch */
  call(core: CoreValue[]): unknown {
    // The call may lead back into the component, and from there to this function again.
    if (this.#running) return new LoweredFunction(this.#frame, this.#target, this.#compiled, this.#options).call(core);
    this.#running = true;
    const context = this.#context;
    let outcome: unknown;
    try {
      if (!this.#frame.mayLeave) throw new Trap("cannot leave the component while it allocates or cleans up");
      context.begin();
      outcome = this.#target.call(this.#compiled.liftParams(context, core), this.#entering, true);
    } catch (error) {
      throw this.#raise(error);
    }
    if (!isPromiseLike(outcome)) return this.#finish(core, outcome);
    if (this.#target.mayAwait) return this.#await(core, outcome);
    outcome.then(undefined, () => {});
    throw this.#raise(new TypeError("it returned a promise, but was linked as a function that answers at once"));
  }

  /** Settles the promise that suspends the guest. An instance that is disposed meanwhile lets go of its guest at once. */
  #await(core: CoreValue[], outcome: PromiseLike<unknown>): Promise<unknown> {
    const { store } = this.#frame;
    return new Promise((resolve, reject) => {
      let settled = false;
      const outer = store.interrupt;
      store.interrupt = () => {
        settled = true;
        store.interrupt = undefined;
        reject(this.#raise(undefined));
      };
      outcome.then(
        (value) => {
          if (settled) return;
          store.interrupt = outer;
          try {
            resolve(this.#finish(core, value));
          } catch (error) {
            reject(error);
          }
        },
        (error) => {
          if (settled) return;
          store.interrupt = outer;
          reject(this.#raise(error));
        },
      );
    });
  }

  #finish(core: CoreValue[], value: unknown): CoreValue | undefined {
    const context = this.#context;
    try {
      const result = this.#compiled.lowerResult(context, core, value);
      context.commit();
      context.end();
      this.#running = false;
      return result;
    } catch (error) {
      throw this.#raise(error);
    }
  }

  #raise(error: unknown): Error {
    const { store } = this.#frame;
    const { label } = this.#target;
    this.#context.end();
    if (store.failure !== undefined) return store.raise(store.failure);
    if (isGuestExit(error)) return store.raise(new ComponentExit(error.status));
    const exhausted = (error instanceof Trap || error instanceof ComponentError) && error.code === "resource-exhausted";
    const code = exhausted ? "resource-exhausted" : "trap";
    const message = `the import ${label} failed: ${error instanceof Error ? error.message : String(error)}`;
    return store.raise(new ComponentError(code, message, { cause: error, function: store.current?.label ?? label }));
  }
}
