import type { CoreSignature, CoreValue } from "../abi/canonical.ts";
import { guestStacks } from "./guest-stacks.ts";
import { type KeptStacks, keptStacks, type StackOwner } from "./kept-stacks.ts";
import { type CoreCallable, type CoreImport, type PromisingCallable, promising } from "./web-assembly.ts";

/** An entry of a component's index space of core functions. */
export interface CoreFunction {
  /** How it is given to a core module. */
  readonly importable: CoreImport;
  /** Calls it from JavaScript; nothing that it calls may suspend. */
  readonly call: CoreCallable;
  /** Calls it from JavaScript when it may suspend. @param signature its own */
  callSuspending(signature: CoreSignature, args: readonly CoreValue[]): ReturnType<PromisingCallable>;
}

/**
 * So many calls at a time get their stack from V8, which makes one for each call, and keeps as many for the next ones as
 * fit into 4 MiB.
 */
const stacksOfV8 = 4;

/** Whose functions may suspend. */
export interface FunctionOwner extends StackOwner {
  /** Its running call goes on without its asynchronous context. */
  keepScope(): void;
}

/** A function that a core module exports. */
export class ModuleFunction implements CoreFunction {
  readonly importable: CoreImport;
  readonly call: CoreCallable;
  readonly #owner: FunctionOwner;
  #promising: PromisingCallable | undefined;
  /** `null` where it can have none. */
  #stacks: KeptStacks | null | undefined;

  constructor(exported: CoreCallable, owner: FunctionOwner) {
    this.importable = exported;
    this.call = exported;
    this.#owner = owner;
  }

  callSuspending(signature: CoreSignature, args: readonly CoreValue[]): ReturnType<PromisingCallable> {
    if (guestStacks() > stacksOfV8) {
      if (this.#stacks === undefined) this.#stacks = this.#findStacks(signature);
      if (this.#stacks !== null) {
        this.#owner.keepScope();
        return this.#stacks.call(this.#owner, this.call, args);
      }
    }
    this.#promising ??= promising(this.call);
    return this.#promising(...args);
  }

  #findStacks(signature: CoreSignature): KeptStacks | null {
    const stacks = keptStacks(signature);
    return stacks?.accepts(this.call) === true ? stacks : null;
  }
}

/** A function of the engine's own that is given to core modules: a lowered function, or a built-in. */
export class EngineFunction implements CoreFunction {
  readonly importable: CoreImport;
  readonly call: CoreCallable;

  /**
   * @param call answers with a promise only where `importable` suspends
   * @param importable default: the function itself
   */
  constructor(call: CoreCallable, importable: CoreImport = call) {
    this.call = call;
    this.importable = importable;
  }

  async callSuspending(_signature: CoreSignature, args: readonly CoreValue[]): Promise<CoreValue | undefined> {
    return (await this.call(...args)) as CoreValue | undefined;
  }
}
