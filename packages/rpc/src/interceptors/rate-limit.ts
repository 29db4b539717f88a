import { formatFunction } from "../contract/format-function.ts";
import { RpcError } from "../errors.ts";
import type { InterceptedCall, Interceptor } from "../interception/interceptor.ts";
import { BucketTable } from "./bucket-table.ts";
import { pauseCall } from "./call-time.ts";
import type { TokenBucket } from "./token-bucket.ts";

export interface RateLimitOptions {
  /** Calls in a second, in the long run; may be a fraction. */
  readonly perSecond: number;
  /** Calls that may come at once after a rest, from 1. Default: those of a second. */
  readonly burst?: number;
  /** What is counted apart, for example who calls, or a function. Default: nothing, all calls count together. */
  readonly key?: (call: InterceptedCall) => string;
  /** Keys that are counted apart; further ones share one count. Default 10,000. */
  readonly maxKeys?: number;
  /** Makes calls wait until there is room, where their time suffices, instead of failing. For clients. Default `false`. */
  readonly wait?: boolean;
  /** Calls that wait at the same time. Default 10,000. */
  readonly maxWaiting?: number;
}

/**
 * Lets so many calls through in a time. Those above fail with `resource-exhausted`, `started: "no"` and retryable, or wait.
 *
 * @throws RangeError for numbers that make no sense
 */
export function rateLimit(options: RateLimitOptions): Interceptor {
  const { perSecond, key = everything, maxKeys = 10_000, wait = false, maxWaiting = 10_000 } = options;
  const burst = options.burst ?? Math.max(1, perSecond);
  if (!(perSecond > 0 && burst >= 1 && maxKeys >= 1 && maxWaiting >= 1)) {
    throw new RangeError("a rate limit takes more than 0 calls per second, and burst, maxKeys and maxWaiting from 1");
  }
  const buckets = new BucketTable(perSecond, burst, maxKeys);
  let waiting = 0;
  return async (call, next) => {
    const now = performance.now();
    const bucket = buckets.of(key(call), now);
    const delay = bucket.take(now);
    if (delay > 0) {
      if (!wait || waiting >= maxWaiting) throw exhausted(call, perSecond, delay);
      waiting++;
      try {
        await waitForRoom(call, bucket, perSecond);
      } finally {
        waiting--;
      }
    }
    return next();
  };
}

/** Takes the next token that nobody else waits for, unless it comes too late. */
async function waitForRoom(call: InterceptedCall, bucket: TokenBucket, perSecond: number): Promise<void> {
  const delay = bucket.reserve(performance.now());
  if (delay >= call.timeRemaining()) {
    bucket.giveBack();
    throw exhausted(call, perSecond, delay);
  }
  try {
    await pauseCall(call, delay);
  } catch (error) {
    bucket.giveBack();
    throw error;
  }
}

function everything(): string {
  return "";
}

function exhausted({ instance, name }: InterceptedCall, perSecond: number, retryAfter: number): RpcError {
  const message = `more than ${perSecond} calls per second: ${formatFunction(instance, name)} may be called again in ${retryAfter} ms`;
  return new RpcError("resource-exhausted", message, { started: "no", retryAfter });
}
