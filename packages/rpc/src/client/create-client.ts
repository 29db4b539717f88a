import { type Codec, componentModelCodec } from "@witwire/codec";
import type { ContractRef, ContractTypes, Func, Resolve } from "@witwire/wit/model";
import type { CallOptions } from "@witwire/wit/values";
import { contractFunction, contractFunctions, instanceOf } from "../contract/contract-function.ts";
import type { Interceptor } from "../interception/interceptor.ts";
import type { Limits } from "../limits.ts";
import type { InvocationTransport } from "../transport/invocation.ts";
import { asyncValues } from "./async-call.ts";
import { Caller, type CallerOptions } from "./caller.ts";
import { intercepted } from "./interception.ts";
import { RemoteResources } from "./remote-resources.ts";

/**
 * A client's functions, from the interface that describes them: every function is async, and takes {@link CallOptions}
 * behind its parameters. Classes (resources) stay as they were described. A generated client type is taken as it is.
 */
export type Client<T> = T extends { readonly $tagged: object }
  ? T
  : {
      readonly [K in keyof T]: T[K] extends (...args: infer P) => infer R
        ? (...args: [...params: P, options?: CallOptions]) => Promise<Awaited<R>>
        : T[K];
    } & {
      /** The same functions in the form that returns `{ tag: "ok" | "err", val }` instead of throwing `WitError`. */
      readonly $tagged: {
        readonly [K in keyof T]: T[K] extends (...args: infer P) => unknown
          ? (...args: [...params: P, options?: CallOptions]) => Promise<unknown>
          : never;
      };
    };

/** A function, or a class, of a client without types. */
export interface DynamicMember {
  (...args: unknown[]): Promise<unknown>;
  /** Creates a resource, where the member is a resource's class. */
  new: (...args: unknown[]) => Promise<DynamicResource>;
  /** Static functions of a resource. */
  readonly [member: string]: (...args: unknown[]) => Promise<unknown>;
}

/** A resource of a client without types. */
export interface DynamicResource extends Disposable {
  readonly [method: string]: (...args: unknown[]) => Promise<unknown>;
}

/** What {@link createClient} gives where no types are: every name is there as far as TypeScript knows. */
export interface DynamicClient {
  readonly [name: string]: DynamicMember;
}

export interface ClientOptions extends Pick<CallerOptions, "instance" | "maxTimeout"> {
  /** Default: component-model value encoding, as the transport's peer needs it. */
  readonly codec?: Codec;
  /** Overrides of {@link DEFAULT_LIMITS}. */
  readonly limits?: Partial<Limits>;
  /** Sends handles of other peers, and `Uint8Array`s as handles, as they are. Default `false`. */
  readonly rawHandles?: boolean;
  /** Stand around every call, the first one outermost. Default: none. */
  readonly interceptors?: readonly Interceptor[];
}

/**
 * A client for an interface, or for the root functions of a world. Contracts that `witwire bindgen` wrote know its type.
 *
 * Functions are async. One that returns `result<T, E>` gives `T` and throws `WitError<E>`; everything else that goes
 * wrong is an `RpcError`. Resources are classes with an async factory: `await client.Counter.new(…)`.
 *
 * @param contract generated, or from `findInterface` or `findWorld`
 */
export function createClient<C extends object, H extends object>(
  contract: ContractRef & ContractTypes<C, H>,
  transport: InvocationTransport,
  options?: ClientOptions,
): C;
export function createClient(
  contract: ContractRef,
  transport: InvocationTransport,
  options?: ClientOptions,
): DynamicClient;
/** @typeParam T the contract as a TypeScript interface */
export function createClient<T extends object>(
  contract: ContractRef,
  transport: InvocationTransport,
  options?: ClientOptions,
): Client<T>;
export function createClient(
  contract: ContractRef,
  transport: InvocationTransport,
  options: ClientOptions = {},
): unknown {
  const codec = codecFor(transport, options);
  const caller = createCaller(transport, contract.resolve, codec, options);
  const functions = contractFunctions(contract, codec).filter(({ resource }) => resource === undefined);
  const client = caller.client(
    instanceOf(contract),
    functions.map((fn) => [fn.property, fn]),
  );
  caller.resources?.define(client, contract);
  return client;
}

/** A function to be called by tools that learn its contract at run time. */
export interface FunctionCall {
  readonly resolve: Resolve;
  readonly func: Func;
  /** The instance to call it on; `""` for root functions. */
  readonly instance: string;
  /** One value per parameter; `self` is the first one of a method. */
  readonly params: unknown[];
}

/**
 * Calls one function without a client object.
 *
 * @returns the result as a value: a `result<T, E>` as `{ tag, val }`, nothing as `undefined`
 * @throws RpcError
 */
export function callFunction(
  transport: InvocationTransport,
  { resolve, func, instance, params }: FunctionCall,
  callOptions?: CallOptions,
  options: ClientOptions = {},
): Promise<unknown> {
  const codec = codecFor(transport, options);
  const invoke = createCaller(transport, resolve, codec, options).invoker(instance);
  return invoke(contractFunction(resolve, func, codec), params, callOptions, true);
}

function codecFor(transport: InvocationTransport, options: ClientOptions): Codec {
  return options.codec ?? transport.codec ?? componentModelCodec;
}

/** Makes what calls, with everything that it can have. */
export function createCaller(
  transport: InvocationTransport,
  resolve: Resolve,
  codec: Codec,
  options: ClientOptions,
): Caller {
  const { limits, instance, maxTimeout, interceptors, rawHandles = false } = options;
  const interception = interceptors === undefined ? undefined : intercepted(...interceptors);
  return new Caller(
    transport,
    { limits, instance, maxTimeout, asyncValues, interception },
    (user) => new RemoteResources(user, resolve, codec, rawHandles),
  );
}
