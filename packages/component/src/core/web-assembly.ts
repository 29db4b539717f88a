/** The part of V8's WebAssembly that the engine uses, with JavaScript Promise Integration, which no library types yet. */
interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => CoreModule;
  readonly Instance: new (module: CoreModule, imports: CoreImports) => CoreInstance;
  compile(bytes: Uint8Array<ArrayBuffer>): Promise<CoreModule>;
  readonly RuntimeError: new (message: string) => Error;
  /** Makes an import that suspends the guest until its promise is settled, also where it returns no promise. */
  readonly Suspending?: new (
    fn: CoreCallable,
  ) => CoreImport;
  /** Makes an export that returns a promise, and whose imports may suspend. */
  readonly promising?: (fn: CoreCallable) => PromisingCallable;
}

/** A compiled core module; opaque. */
export interface CoreModule {
  readonly coreModule?: never;
}

export interface CoreInstance {
  readonly exports: Readonly<Record<string, CoreImport>>;
}

/** Imports by module and name. */
export type CoreImports = Readonly<Record<string, Readonly<Record<string, CoreImport>>>>;

/** Anything that a core module imports or exports: functions, memories, tables, globals, tags. */
export type CoreImport = object;

/** A memory as V8 shows it. */
export interface CoreMemory {
  readonly buffer: ArrayBuffer;
}

export type CoreCallable = (...args: (number | bigint)[]) => unknown;

/** A core function that may suspend; its results come in a promise. */
export type PromisingCallable = (...args: (number | bigint)[]) => Promise<number | bigint | undefined>;

/** V8's WebAssembly. */
export const webAssembly: WebAssemblyApi = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;

/** Whether this platform can suspend a guest while an import is awaited. */
export function canSuspend(): boolean {
  return webAssembly.Suspending !== undefined && webAssembly.promising !== undefined;
}

/** An import that suspends its caller. */
export function suspending(fn: CoreCallable): CoreImport {
  const { Suspending } = webAssembly;
  if (Suspending === undefined) throw new TypeError("this platform has no JavaScript Promise Integration");
  return new Suspending(fn);
}

/** An exported core function whose imports may suspend. */
export function promising(fn: CoreCallable): PromisingCallable {
  if (webAssembly.promising === undefined) throw new TypeError("this platform has no JavaScript Promise Integration");
  return webAssembly.promising(fn);
}
