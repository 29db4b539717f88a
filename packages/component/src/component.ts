import type { InterfaceRef, Resolve, WorldRef } from "@witwire/wit/model";
import type { CallContext, CallOptions } from "@witwire/wit/values";
import type { EngineLimits } from "./limits.ts";

/** A compiled component: what it needs, what it offers, and the means to run it. Made by `compile`. */
export interface Component {
  /** All its types, as from WIT text. */
  readonly resolve: Resolve;
  /** Functions that it needs at its root. */
  readonly rootImports: WorldRef;
  /** Functions that it offers at its root. */
  readonly rootExports: WorldRef;
  /** Interfaces that it needs, under the names by which they are given. */
  readonly imports: ReadonlyMap<string, InterfaceRef>;
  /** Interfaces that it offers. */
  readonly exports: ReadonlyMap<string, InterfaceRef>;
  /**
   * Runs it with imports that may await. Exports return promises. What `witwire bindgen` wrote for the component's world
   * types both: `instantiate<AppExports, AppImports>(…)`.
   *
   * @throws ComponentError `link`, `trap`, `resource-exhausted`, `unsupported`
   */
  instantiate<E extends object = DynamicExports, I extends Imports = Imports>(
    imports?: I,
    options?: InstanceOptions,
  ): Promise<ComponentInstance<E>>;
  /**
   * Runs it with imports that answer at once. Exports return values; an import that returns a promise is a trap.
   *
   * @throws ComponentError as `instantiate`
   */
  instantiateSync<E extends object = DynamicExports, I extends Imports = Imports>(
    imports?: I,
    options?: InstanceOptions,
  ): ComponentInstance<E>;
}

/**
 * What a component is given. Interfaces by their full name (`wasi:clocks/wall-clock@0.2.0`; another version of the same
 * semver track will do, and after it one without a version), or by the plain name under which the component imports them.
 * Root functions by their name in camelCase. An interface is a plain object of functions, and of classes for resources;
 * the exports of another instance are such objects. Functions get a {@link CallContext} after their last parameter.
 */
export type Imports = Readonly<Record<string, unknown>>;

/**
 * What a component offers: an object of functions and classes for each interface, by its full name, and root functions
 * by their name in camelCase. Functions take {@link CallOptions} or a {@link CallContext} after their last parameter.
 */
export type DynamicExports = Readonly<Record<string, ExportedInterface & ExportedFunction>>;
export type ExportedInterface = Readonly<Record<string, ExportedFunction & ExportedResource>>;
// biome-ignore lint/suspicious/noExplicitAny: the types of a component that is only known at run time
export type ExportedFunction = (...args: any[]) => any;
/** The class of a resource that a component exports. */
// biome-ignore lint/suspicious/noExplicitAny: the types of a component that is only known at run time
export type ExportedResource = Readonly<Record<string | symbol, any>>;

/** A running component. Disposing it ends all calls into it and frees its memory. */
export interface ComponentInstance<E extends object = DynamicExports> extends Disposable {
  readonly exports: E;
  readonly state: InstanceState;
  stats(): InstanceStats;
}

/**
 * `ready`: takes calls. `poisoned`: a call trapped, and no further call is possible. `exited`: the guest asked to end.
 * `disposed`: ended by its owner. Only `ready` leads to another state.
 */
export type InstanceState = "ready" | "poisoned" | "exited" | "disposed";

/** What an instance holds at the moment. All but `memoryBytes` and `exportedResources` are zero when nothing runs. */
export interface InstanceStats {
  /** Calls inside the guest: 0 or 1. */
  readonly running: number;
  /** Calls that wait for their turn. */
  readonly queued: number;
  /** Imports that are being awaited. */
  readonly awaitedImports: number;
  /** Handles in the tables of this component and those inside it. */
  readonly handles: number;
  /** Host objects that the guest holds a handle to. */
  readonly importedResources: number;
  /** Size of all its linear memories. */
  readonly memoryBytes: number;
}

export interface CompileOptions {
  readonly limits?: Partial<EngineLimits>;
}

export interface InstanceOptions {
  /**
   * Follows which calls led to which, so that a call from a component through its own import back into itself is refused
   * instead of waiting for ever. Default: an `AsyncLocalStorage` where the platform has one.
   */
  readonly callChain?: CallChainStore;
}

/** The part of `AsyncLocalStorage` that the engine uses. */
export interface CallChainStore {
  run<T>(chain: unknown, body: () => T): T;
  getStore(): unknown;
}

export type { CallContext, CallOptions };
