import type { CallChanges, InterceptedCall, Interceptor } from "./interceptor.ts";

/** A call whose changed forms are made by itself. */
export interface ChangeableCall<C> extends InterceptedCall {
  with(changes: CallChanges): C;
}

/** What remains to be done with a call. Never throws. */
export type Handler<C> = (call: C) => Promise<unknown>;

/**
 * Puts interceptors around what they are there for, the first one outermost.
 *
 * @returns `undefined` where there are none, so that calls without them cost nothing
 * @throws TypeError for an interceptor that is no function
 */
export function chain<C extends ChangeableCall<C>>(
  interceptors: readonly Interceptor[] | undefined,
  innermost: Handler<C>,
): Handler<C> | undefined {
  if (interceptors === undefined || interceptors.length === 0) return undefined;
  return interceptors.reduceRight((inner, interceptor) => around(interceptor, inner), innermost);
}

function around<C extends ChangeableCall<C>>(interceptor: Interceptor, inner: Handler<C>): Handler<C> {
  if (typeof interceptor !== "function") {
    throw new TypeError(`an interceptor must be a function, not ${interceptor === null ? "null" : typeof interceptor}`);
  }
  return async (call) =>
    interceptor(call, (changes) => {
      if (changes === undefined) return inner(call);
      try {
        return inner(call.with(changes));
      } catch (error) {
        return Promise.reject(error);
      }
    });
}
