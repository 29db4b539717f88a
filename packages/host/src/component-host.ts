import type { Component, ComponentInstance } from "@witwire/component";
import { DEFAULT_LIMITS, resolveCallOptions, type Server } from "@witwire/rpc";
import { type ContractRef, pascalCase, type TypeId, wireFunctionName } from "@witwire/wit/model";
import type { CallOptions } from "@witwire/wit/values";
import type { CallObserver } from "./exports/call-observer.ts";
import { definedResources, type GuestExport, guestExports } from "./exports/guest-exports.ts";
import { type GuestClasses, guestImplementation } from "./exports/guest-implementation.ts";
import { guestProxyClass } from "./exports/guest-proxy.ts";
import { toRpcError } from "./failures.ts";
import type { LocalImports, RemoteImports } from "./imports/links.ts";
import { type ComponentSourceOptions, componentSource } from "./instances/component-source.ts";
import type { InstanceImports } from "./instances/hosted-instance.ts";
import { InstancePool } from "./instances/instance-pool.ts";
import type { InstanceRunner, RunnerStats } from "./instances/instance-runner.ts";
import type { PoolOptions } from "./instances/pool-options.ts";
import { SharedInstance } from "./instances/shared-instance.ts";
import { wireContract } from "./types/wire-contract.ts";

/**
 * What a component is given. An import is answered by the first of these that has it: `perInstance`, `imports`, `local`,
 * `remote`. The first two are linked as they are; calls of the others have the limits, deadlines and errors of remote calls.
 */
export interface GivenOptions extends Pick<ComponentSourceOptions, "imports" | "perInstance"> {
  /** Implementations in this process. */
  readonly local?: LocalImports;
  /** Where imports are served that are not to be found here. Default: nowhere. */
  readonly remote?: RemoteImports;
  /** Milliseconds that a call of an import may take, `local` or `remote`. Default 30,000. Its caller may have less time left. */
  readonly importTimeout?: number;
}

export interface HostOptions extends GivenOptions, PoolOptions {
  /** Milliseconds that a call may take whose caller sets no limit. Default 30,000; `Infinity` for no limit. */
  readonly callTimeout?: number;
  /** Told of every call. */
  readonly observe?: CallObserver;
}

/** A function under the names that it has on the wire. */
export interface ServedFunction {
  /** The interface; empty for a function at the root. */
  readonly instance: string;
  readonly name: string;
}

/** Exports of which no types are known. */
export type UntypedExports = Readonly<Record<string, object>>;

/**
 * A component that is ready to be called: over RPC, or in this process. Disposing ends all its calls and instances.
 *
 * @typeParam E its exported interfaces, by name
 */
export interface ComponentHost<E extends object = UntypedExports> extends AsyncDisposable {
  /**
   * What it exports, as implementations of its wire contracts: an object for each interface, under its name. They can be
   * served, given to other components as imports (`local`), and called, with options or a context behind the
   * parameters. Failures are `RpcError`.
   */
  readonly exports: E;
  /** The functions that it exports at its root, likewise. */
  readonly root: object;
  /**
   * Whether its instances serve one call each (or several, one after another), or all calls share one, because it exports
   * resources that callers refer to later.
   */
  readonly policy: "pooled" | "shared";
  /** Serves exports at a server: all of them, except those of `wasi:http`, which are no wRPC. @returns ends that */
  serve(server: Server, options?: ServeComponentOptions): () => void;
  /** What {@link serve} serves. */
  served(options?: ServeComponentOptions): ServedFunction[];
  /**
   * Takes an instance out of the pool for something other than a call of ours, such as a request over HTTP. It waits for one
   * as calls do.
   *
   * @throws RpcError as for calls; TypeError where all calls share one instance
   */
  lease(options?: CallOptions): Promise<LeasedInstance>;
  /** Makes an instance ahead of the first call. @throws RpcError or ComponentError where that is not possible */
  prepare(): Promise<void>;
  stats(): RunnerStats;
}

/** An instance that nobody else uses. */
export interface LeasedInstance {
  readonly instance: ComponentInstance;
  /** What `perInstance` gave it. */
  readonly own: InstanceImports | undefined;
  /** Gives it back. @param failed it must not be used for anything else */
  release(failed?: boolean): void;
}

export interface ServeComponentOptions {
  /** Which exports: names of interfaces, and `""` for the root. Default: all but those of `wasi:http`. */
  readonly exports?: (name: string) => boolean;
}

/** Prepares a component to be called. @throws RangeError for options that are out of range, or interfaces that there are not */
export function hostComponent<E extends object = UntypedExports>(
  component: Component,
  options: HostOptions = {},
): ComponentHost<E> {
  return new HostedComponent<E>(component, options);
}

/** Serves a component: short for `hostComponent` and `serve`. Disposing what it returns ends both. */
export function serveComponent<E extends object = UntypedExports>(
  component: Component,
  server: Server,
  options: HostOptions & ServeComponentOptions = {},
): ComponentHost<E> {
  const host = hostComponent<E>(component, options);
  host.serve(server, options);
  return host;
}

class HostedComponent<E extends object> implements ComponentHost<E> {
  readonly exports: E;
  readonly root: object;
  /** By the names of interfaces; `undefined` for the root. */
  readonly #implementations: ReadonlyMap<string | undefined, object>;
  readonly policy: "pooled" | "shared";
  readonly #exports: readonly GuestExport[];
  readonly #runner: InstanceRunner;
  readonly #callTimeout: number;
  readonly #withdrawals = new Set<() => void>();

  constructor(component: Component, options: HostOptions) {
    const { callTimeout = DEFAULT_LIMITS.callTimeout, observe } = options;
    this.#callTimeout = callTimeout;
    const source = componentSource(component, options);
    this.#exports = guestExports(component);
    const classes = proxyClasses(this.#exports);
    this.policy = classes.size > 0 ? "shared" : "pooled";
    this.#runner = classes.size > 0 ? new SharedInstance(source) : new InstancePool(source, options);
    this.#implementations = new Map(
      this.#exports.map((item) => [
        item.name,
        guestImplementation(item, this.#runner, classes, { callTimeout, observe }),
      ]),
    );
    const named = [...this.#implementations].filter(([name]) => name !== undefined);
    this.exports = Object.fromEntries(named) as E;
    this.root = this.#implementations.get(undefined) ?? {};
  }

  serve(server: Server, options: ServeComponentOptions = {}): () => void {
    const removals: (() => void)[] = [];
    const withdraw = (): void => {
      for (const remove of removals.splice(0)) remove();
      this.#withdrawals.delete(withdraw);
    };
    this.#withdrawals.add(withdraw);
    try {
      for (const { name, contract } of this.#chosen(options)) {
        const implementation = this.#implementations.get(name) as object;
        removals.push(
          server.serve(wireContract(contract), implementation, { instances: instanceNames(name, contract) }),
        );
      }
    } catch (error) {
      withdraw();
      throw error;
    }
    return withdraw;
  }

  served(options: ServeComponentOptions = {}): ServedFunction[] {
    return this.#chosen(options).flatMap(({ name, contract }) =>
      contract.functions.map((func) => ({ instance: name ?? "", name: wireFunctionName(func) })),
    );
  }

  async lease(options?: CallOptions): Promise<LeasedInstance> {
    if (this.policy === "shared") {
      throw new TypeError("the component exports resources, so all calls share one instance, and none can be lent");
    }
    const { signal, timeout } = resolveCallOptions(options, this.#callTimeout);
    const leased = Promise.withResolvers<LeasedInstance>();
    const call = { label: "an instance", signal, timeout };
    this.#runner
      .run(call, async ({ hosted: { instance, own, gone } }) => {
        const used = Promise.withResolvers<void>();
        const release = (failed = false): void => (failed ? used.reject(new Error("it failed")) : used.resolve());
        leased.resolve({ instance, own, release });
        await Promise.race([used.promise, gone]);
      })
      .catch((error) => leased.reject(toRpcError(error)));
    return leased.promise;
  }

  prepare(): Promise<void> {
    return this.#runner.prepare();
  }

  stats(): RunnerStats {
    return this.#runner.stats();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const withdraw of [...this.#withdrawals]) withdraw();
    await this.#runner[Symbol.asyncDispose]();
  }

  #chosen({ exports = isServable }: ServeComponentOptions): GuestExport[] {
    return this.#exports.filter(({ name = "", contract }) => contract.functions.length > 0 && exports(name));
  }
}

/** Requests and responses of `wasi:http` are resources of the host's, which plain wRPC cannot carry. */
function isServable(name: string): boolean {
  return !name.startsWith("wasi:http/");
}

/**
 * The names of an instance on the wire. Root functions have none, and are also called by the world's id, where the binary
 * says what that was.
 */
function instanceNames(name: string | undefined, contract: ContractRef): string[] {
  if (name !== undefined) return [name];
  return contract.name.startsWith("root:component/") ? [""] : ["", contract.name];
}

function proxyClasses(exports: readonly GuestExport[]): GuestClasses {
  const classes: GuestClasses = new Map();
  for (const { contract } of exports) {
    for (const id of definedResources(contract)) classes.set(id, guestProxyClass(resourceName(contract, id)));
  }
  return classes;
}

function resourceName({ resolve }: ContractRef, id: TypeId): string {
  return pascalCase(resolve.types[id]?.name ?? "resource");
}
