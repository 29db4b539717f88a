import type { ComponentInstance, ExportedInterface } from "@witwire/component";
import { isRpcError, RpcError, resolveCallOptions } from "@witwire/rpc";
import { camelCase, type Func, pascalCase, resolveAlias, type TypeId, wireFunctionName } from "@witwire/wit/model";
import { type CallContext, construct, isWitError, WitError } from "@witwire/wit/values";
import { defineMember } from "../define-member.ts";
import { toRpcError } from "../failures.ts";
import type { InstanceRunner, Lease } from "../instances/instance-runner.ts";
import { releaseValue } from "../types/release-value.ts";
import { returnsRpcError } from "../types/well-known.ts";
import type { CallObserver } from "./call-observer.ts";
import { ExportTypes } from "./export-types.ts";
import type { GuestExport } from "./guest-exports.ts";
import type { GuestProxyClass } from "./guest-proxy.ts";

type AnyFunction = (...args: unknown[]) => unknown;
type Members = Record<string | symbol, unknown>;

export interface ImplementationOptions {
  /** Milliseconds that a call may take whose caller sets no limit. */
  readonly callTimeout: number;
  readonly observe?: CallObserver | undefined;
}

/** Classes of all the resources that a component exports, by the resource's type. */
export type GuestClasses = Map<TypeId, GuestProxyClass>;

/**
 * An export of a component as a plain object that implements its wire contract: functions, and classes for resources. Every
 * call finds itself an instance.
 */
export function guestImplementation(
  guestExport: GuestExport,
  runner: InstanceRunner,
  classes: GuestClasses,
  options: ImplementationOptions,
): object {
  return new ImplementationBuilder(guestExport, runner, classes, options).build();
}

class ImplementationBuilder {
  readonly #export: GuestExport;
  readonly #runner: InstanceRunner;
  readonly #classes: GuestClasses;
  readonly #options: ImplementationOptions;
  readonly #types: ExportTypes;

  constructor(guestExport: GuestExport, runner: InstanceRunner, classes: GuestClasses, options: ImplementationOptions) {
    this.#export = guestExport;
    this.#runner = runner;
    this.#classes = classes;
    this.#options = options;
    this.#types = new ExportTypes(guestExport.contract.resolve, classes);
  }

  build(): object {
    const { resolve, functions } = this.#export.contract;
    const object: Members = {};
    for (const [id, proxy] of this.#classes) {
      if (this.#owns(id)) defineMember(object, pascalCase(resolve.types[id]?.name ?? ""), proxy);
    }
    for (const func of functions) this.#member(object, func);
    return object;
  }

  #owns(id: TypeId): boolean {
    const { contract } = this.#export;
    const owner = contract.resolve.types[id]?.owner;
    return owner?.tag === contract.tag && owner.id === contract.id;
  }

  #member(object: Members, func: Func): void {
    const { kind } = func;
    const name = wireFunctionName(func);
    const property = camelCase(name.slice(name.indexOf(".") + 1));
    if (kind.tag === "freestanding") {
      defineMember(
        object,
        property,
        this.#callable(func, (root) => [root, root[property]]),
      );
      return;
    }
    const { resolve } = this.#export.contract;
    const id = resolveAlias(resolve, kind.resource);
    const className = pascalCase(resolve.types[id]?.name ?? "");
    const proxy = this.#classes.get(id) as unknown as Members & { readonly prototype: Members };
    const statics = (root: Members): Members => root[className] as Members;
    if (kind.tag === "method") {
      defineMember(proxy.prototype, property, this.#method(func, property));
    } else if (kind.tag === "static") {
      defineMember(
        proxy,
        property,
        this.#callable(func, (root) => [statics(root), statics(root)[property]]),
      );
    } else {
      const factory = this.#callable(func, (root) => [statics(root), statics(root)[construct]]);
      defineMember(proxy, construct, factory);
      if (!Object.hasOwn(proxy, "new")) defineMember(proxy, "new", factory);
    }
  }

  /** @param target finds `this` and the function in what an instance exports */
  #callable(func: Func, target: (root: Members) => [self: unknown, fn: unknown]): AnyFunction {
    const arity = func.params.length;
    const call = this.#call(func, (lease, params) => {
      const [self, fn] = target(this.#root(lease.hosted.instance));
      return (fn as AnyFunction).call(self, ...params, lease.options);
    });
    return (...args) => call(args.length > arity ? args.slice(0, arity) : padded(args, arity), args[arity]);
  }

  #method(func: Func, property: string): AnyFunction {
    const arity = func.params.length - 1;
    const call = this.#call(func, ({ options }, [self, ...params]) =>
      ((self as Members)[property] as AnyFunction).call(self, ...params, options),
    );
    return function (this: unknown, ...args) {
      return call([this, ...padded(args, arity).slice(0, arity)], args[arity]);
    };
  }

  #root(instance: ComponentInstance): Members {
    const { name } = this.#export;
    return (name === undefined ? instance.exports : instance.exports[name]) as ExportedInterface as Members;
  }

  #call(
    func: Func,
    enter: (lease: Lease, params: unknown[]) => unknown,
  ): (params: unknown[], passed: unknown) => Promise<unknown> {
    const { observe, callTimeout } = this.#options;
    const { name: instance = "" } = this.#export;
    const name = wireFunctionName(func);
    const label = instance === "" ? name : `${instance}.${name}`;
    const mapping = this.#types.mapping(func);
    const failsWithRpcError = returnsRpcError(this.#export.contract.resolve, func.result);
    const body = async (lease: Lease, params: unknown[]): Promise<unknown> => {
      try {
        const mapped = mapping.params === undefined ? params : (mapping.params(params, lease) as unknown[]);
        const outcome = await enter(lease, mapped);
        return mapping.result === undefined ? outcome : mapping.result(outcome, lease);
      } catch (error) {
        if (!isWitError(error)) throw error;
        if (failsWithRpcError) throw reported(label, error);
        throw mapping.err === undefined ? error : new WitError(mapping.err(error.payload, lease), error.message);
      }
    };
    return async (params, passed) => {
      const ended = observe?.({ instance, name, peer: (passed as Partial<CallContext> | undefined)?.peer });
      const begun = performance.now();
      let deadline = Number.POSITIVE_INFINITY;
      try {
        const { signal, timeout } = resolveCallOptions(passed, callTimeout);
        deadline = begun + timeout;
        const call = { label, signal, timeout, discard: releaseValue };
        const result = await this.#runner.run(call, (lease) => body(lease, params));
        ended?.(undefined);
        return result;
      } catch (error) {
        const failure = isWitError(error) ? error : outOfTime(toRpcError(error), label, deadline);
        ended?.(isWitError(failure) ? undefined : failure);
        throw failure;
      }
    };
  }
}

/** Timers may be early by as much, in milliseconds. */
const TIMER_ERROR = 2;

/**
 * An import has no more time than the call that led to it. Where both are late the import may be noticed first, which traps
 * the guest; the caller is told all the same that its time was up.
 */
function outOfTime(failure: RpcError, label: string, deadline: number): RpcError {
  if (failure.code !== "trap" || performance.now() < deadline - TIMER_ERROR) return failure;
  const { cause } = (failure.cause ?? {}) as { readonly cause?: unknown };
  if (!isRpcError(cause) || cause.code !== "deadline-exceeded") return failure;
  const message = `the call of ${label} took longer than it had time: ${failure.message}`;
  return new RpcError("deadline-exceeded", message, { started: "yes", cause: failure });
}

/** What a guest answers with an `error` of `wrpc:rpc`: on the wire there is no error, only a call that failed. */
function reported(label: string, error: WitError): RpcError {
  const { payload } = error as WitError<{ toDebugString?(): unknown } | undefined>;
  const text = payload?.toDebugString?.();
  const message = typeof text === "string" ? text : error.message;
  return new RpcError("internal", `${label} returned an error: ${message}`, { started: "yes", cause: error });
}

/** Optional parameters at the end may be left out, but the options stand behind all of them. */
function padded(args: unknown[], arity: number): unknown[] {
  return args.length >= arity ? args : [...args, ...new Array<undefined>(arity - args.length)];
}
