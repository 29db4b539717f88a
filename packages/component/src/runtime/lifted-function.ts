import type { FunctionType } from "@witwire/wit/binary";
import { ValueError } from "@witwire/wit/values";
import type { CompiledFunction, CoreValue } from "../abi/canonical.ts";
import type { CoreFunction } from "../core/core-function.ts";
import { returnStack, takeStack } from "../core/guest-stacks.ts";
import type { CoreCallable } from "../core/web-assembly.ts";
import { ComponentError } from "../errors.ts";
import { type BoundOptions, FunctionContext } from "./canonical-context.ts";
import type { ComponentFunction } from "./component-function.ts";
import { enter, type Frame, leave } from "./frame.ts";
import { GuestObject } from "./guest-resource.ts";

/** A function that a component implements: `canon lift`. CanonicalABI.md, `canon_lift`. */
export class LiftedFunction implements ComponentFunction {
  label = "a function";
  readonly type: FunctionType;
  readonly mayAwait: boolean;
  readonly isLifted = true;
  readonly #frame: Frame;
  readonly #core: CoreFunction;
  readonly #compiled: CompiledFunction;
  readonly #context: FunctionContext;
  readonly #postReturn: CoreCallable | undefined;
  readonly #options: BoundOptions;
  /** The instances that the running call entered; `undefined` where none is running. */
  #entered: readonly Frame[] | undefined;

  constructor(
    frame: Frame,
    type: FunctionType,
    core: CoreFunction,
    compiled: CompiledFunction,
    options: BoundOptions,
    postReturn: CoreCallable | undefined,
  ) {
    this.#frame = frame;
    this.type = type;
    this.#core = core;
    this.#compiled = compiled;
    this.#options = options;
    this.#context = new FunctionContext(frame, options);
    this.#postReturn = postReturn;
    this.mayAwait = frame.suspends;
  }

  entering(caller: Frame | undefined): readonly Frame[] {
    return this.#frame.entering(caller);
  }

  /**
   * @throws ComponentError `invalid-argument` for arguments that do not fit, after which the guest is as it was; `trap` and
   *   others, after which it is lost
   */
  call(args: unknown[], entering: readonly Frame[], fromComponent: boolean): unknown {
    if (!enter(entering)) {
      throw this.#frame.store.fail(
        new ComponentError("trap", `cannot re-enter the component: a call is inside ${this.label}'s instance already`, {
          function: this.label,
        }),
      );
    }
    // A component may be called from one inside it while it calls that one, and so may come upon a function that is running.
    if (this.#entered !== undefined) return this.#again().#run(args, entering, fromComponent);
    return this.#run(args, entering, fromComponent);
  }

  #again(): LiftedFunction {
    const again = new LiftedFunction(
      this.#frame,
      this.type,
      this.#core,
      this.#compiled,
      this.#options,
      this.#postReturn,
    );
    again.label = this.label;
    return again;
  }

  #run(args: unknown[], entering: readonly Frame[], fromComponent: boolean): unknown {
    this.#context.betweenComponents = fromComponent;
    this.#entered = entering;
    if (this.mayAwait) return this.#callSuspending(args);
    const core = this.#lower(args);
    let result: unknown;
    try {
      result = this.#core.call(...core);
    } catch (error) {
      throw this.#trapped(error);
    }
    return this.#finish(result as CoreValue | undefined);
  }

  #callSuspending(args: unknown[]): Promise<unknown> {
    let core: CoreValue[];
    try {
      takeStack(this.#frame.store.limits.maxSuspendedCalls, this.label);
    } catch (error) {
      this.#leave();
      throw error;
    }
    try {
      core = this.#lower(args);
    } catch (error) {
      returnStack();
      throw error;
    }
    return this.#core.callSuspending(this.#compiled.liftSignature, core).then(this.#returned, this.#threw);
  }

  readonly #returned = (result: CoreValue | undefined): unknown => {
    returnStack();
    return this.#finish(result);
  };

  readonly #threw = (error: unknown): never => {
    returnStack();
    throw this.#trapped(error);
  };

  #lower(args: unknown[]): CoreValue[] {
    const context = this.#context;
    context.begin();
    try {
      const core = this.#compiled.lowerParams(context, args);
      context.commit();
      return core;
    } catch (error) {
      if (!(error instanceof ValueError)) throw this.#trapped(error);
      context.rollBack();
      this.#leave();
      throw new ComponentError("invalid-argument", `${this.label}: ${error.message}`, {
        cause: error,
        function: this.label,
      });
    }
  }

  #finish(core: CoreValue | undefined): unknown {
    const context = this.#context;
    const { store } = this.#frame;
    if (store.failure !== undefined) throw store.failure;
    let result: unknown;
    try {
      result = this.#compiled.liftResult(context, core);
      context.checkBorrows();
      if (this.#postReturn !== undefined) this.#cleanUp(this.#postReturn, core);
    } catch (error) {
      throw this.#trapped(error);
    }
    context.end();
    this.#leave();
    return result;
  }

  #leave(): void {
    leave(this.#entered ?? []);
    this.#entered = undefined;
  }

  #cleanUp(postReturn: CoreCallable, core: CoreValue | undefined): void {
    const frame = this.#frame;
    frame.mayLeave = false;
    if (core === undefined) postReturn();
    else postReturn(core);
    frame.mayLeave = true;
  }

  #trapped(error: unknown): ComponentError {
    this.#context.end();
    return this.#frame.store.trapped(error, this.label);
  }
}

/** Gives back the resources inside a result that nobody waits for any more. */
export function releaseResult(result: unknown): void {
  if (typeof result !== "object" || result === null) return;
  if (GuestObject.handleOf(result) !== undefined || Symbol.dispose in result) {
    (result as Partial<Disposable>)[Symbol.dispose]?.();
    return;
  }
  if (ArrayBuffer.isView(result)) return;
  const parts = result instanceof Map ? [...result.keys(), ...result.values()] : Object.values(result);
  for (const part of parts) releaseResult(part);
}
