import { isRpcError, RpcError, type Started } from "../errors.ts";
import type { InterceptedCall, Interceptor } from "../interception/interceptor.ts";
import { pauseCall } from "./call-time.ts";
import { type FunctionMatcher, matches } from "./function-matcher.ts";
import { type RetryBackoff, resolveBackoff, retryDelay } from "./retry-delay.ts";

export interface RetryOptions {
  /** Attempts in all, the first one included. Default 5. */
  readonly attempts?: number;
  readonly backoff?: RetryBackoff;
  /**
   * Functions that do the same when they run twice as when they run once: they are called again when the peer was lost
   * on the way, too. Default: none. WIT has no mark for them.
   */
  readonly idempotent?: FunctionMatcher;
}

/**
 * Makes a call again when that can do nothing twice: its error says that the peer has not begun with it and that it may
 * work later (a server that shuts down, a connection that could not be made, a limit that was reached). Functions that are
 * marked as idempotent are also called again when their connection broke after they had left.
 *
 * It waits between attempts, longer each time, until the attempts or the call's time are used up; then the last error is
 * thrown. Calls whose parameters hold streams, futures or owned handles are made once, since nobody has them twice. A
 * stream in a result that breaks later is not begun again.
 *
 * @throws RangeError for options that make no sense
 */
export function retry({ attempts = 5, backoff, idempotent }: RetryOptions = {}): Interceptor {
  if (!(attempts >= 1)) throw new RangeError(`there must be at least one attempt, not ${attempts}`);
  const delays = resolveBackoff(backoff);
  const isIdempotent = matches(idempotent);
  return async (call, next) => {
    if (!call.repeatable) return next();
    let started: Started = "no";
    for (let failures = 1; ; failures++) {
      try {
        return await next();
      } catch (error) {
        if (!isRpcError(error)) throw error;
        started = further(started, error.started);
        const last = failures >= attempts || !mayWork(error, call, isIdempotent);
        const delay = retryDelay(delays, failures, error.retryAfter, Math.random());
        if (last || delay >= call.timeRemaining()) throw withStarted(error, started);
        await pauseCall(call, delay, started);
      }
    }
  };
}

function mayWork(error: RpcError, call: InterceptedCall, isIdempotent: (call: InterceptedCall) => boolean): boolean {
  if (call.signal?.aborted === true) return false;
  if (error.started === "no" && error.retryable) return true;
  return (error.retryable || error.code === "unavailable") && isIdempotent(call);
}

const order: readonly Started[] = ["no", "maybe", "yes"];

function further(one: Started, other: Started): Started {
  return order.indexOf(one) > order.indexOf(other) ? one : other;
}

/** That the last attempt has not begun does not say so of those before it. */
function withStarted(error: RpcError, started: Started): RpcError {
  if (error.started === started) return error;
  return new RpcError(error.code, error.message, { started, cause: error });
}
