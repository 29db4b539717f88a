/** The part of Node's `process` through which built-in modules are found without importing them. */
interface BuiltinModules {
  getBuiltinModule?(name: string): AsyncHooks | undefined;
}

/** The part of `node:async_hooks` that the engine uses. */
interface AsyncHooks {
  readonly AsyncLocalStorage: new () => {
    run<T>(store: unknown, body: () => T): T;
    getStore(): unknown;
  };
  readonly AsyncResource: new (type: string) => AsyncScope;
}

/** `node:async_hooks`, where the platform has it. */
export const asyncHooks: AsyncHooks | undefined = (
  globalThis as { readonly process?: BuiltinModules }
).process?.getBuiltinModule?.("node:async_hooks");

/** An asynchronous context: what `AsyncLocalStorage` answers at some place. */
export interface AsyncScope {
  runInAsyncScope<Args extends unknown[], T>(body: (...args: Args) => T, thisArg: undefined, ...args: Args): T;
}

/** Nothing follows asynchronous contexts on this platform. */
const noScope: AsyncScope = { runInAsyncScope: (body, _this, ...args) => body(...args) };

/** The asynchronous context here and now. */
export function currentScope(): AsyncScope {
  return asyncHooks === undefined ? noScope : new asyncHooks.AsyncResource("witwire");
}

/** The context in which this module was loaded: one of no call. */
export const outermostScope: AsyncScope = currentScope();
