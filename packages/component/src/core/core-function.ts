import { type CoreCallable, type CoreImport, type PromisingCallable, promising } from "./web-assembly.ts";

/** An entry of a component's index space of core functions. */
export interface CoreFunction {
  /** How it is given to a core module. */
  readonly importable: CoreImport;
  /** Calls it from JavaScript; nothing that it calls may suspend. */
  readonly call: CoreCallable;
  /** Calls it from JavaScript when it may suspend. Made when first needed. */
  readonly callSuspending: PromisingCallable;
}

/** A function that a core module exports. */
export class ModuleFunction implements CoreFunction {
  readonly importable: CoreImport;
  readonly call: CoreCallable;
  #promising: PromisingCallable | undefined;

  constructor(exported: CoreCallable) {
    this.importable = exported;
    this.call = exported;
  }

  get callSuspending(): PromisingCallable {
    this.#promising ??= promising(this.call);
    return this.#promising;
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

  get callSuspending(): PromisingCallable {
    return async (...args) => (await this.call(...args)) as number | bigint | undefined;
  }
}
