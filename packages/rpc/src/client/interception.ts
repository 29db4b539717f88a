import { isRpcError, RpcError } from "../errors.ts";
import { chain } from "../interception/chain.ts";
import type { Interceptor } from "../interception/interceptor.ts";
import type { ResolvedCallOptions } from "./call-options.ts";
import type { CallTarget } from "./client-call.ts";
import { ClientInterceptedCall } from "./intercepted-call.ts";

/** Makes a call, from its parameters to its result as a value. */
export type MakeCall = (
  target: CallTarget,
  params: readonly unknown[],
  options: ResolvedCallOptions,
) => Promise<unknown>;

/**
 * What stands around the calls of a client; {@link intercepted} makes it.
 *
 * @param maxTimeout milliseconds that a call may take at most
 * @returns makes a call for which `passed` was behind the last parameter; `undefined` where nothing stands around calls
 */
export type Interception = (
  call: MakeCall,
  maxTimeout: number,
) =>
  | ((
      target: CallTarget,
      params: readonly unknown[],
      options: ResolvedCallOptions,
      passed: unknown,
    ) => Promise<unknown>)
  | undefined;

/** Puts interceptors around the calls of a client, the first one outermost. */
export function intercepted(...interceptors: readonly Interceptor[]): Interception {
  return (call, maxTimeout) => {
    const handle = chain(interceptors, ({ target, params, options }: ClientInterceptedCall) => {
      return call(target, params, options);
    });
    if (handle === undefined) return undefined;
    return (target, params, options, passed) =>
      handle(ClientInterceptedCall.begin(target, params, passed, options, maxTimeout)).catch(throwRpcError);
  };
}

/** Interceptors may fail with anything, calls only with an `RpcError`. */
function throwRpcError(error: unknown): never {
  if (isRpcError(error)) throw error;
  const message = error instanceof Error ? error.message : String(error);
  throw new RpcError("internal", `an interceptor of the client failed: ${message}`, { cause: error });
}
