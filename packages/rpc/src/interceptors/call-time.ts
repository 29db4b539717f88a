import { formatFunction } from "../contract/format-function.ts";
import { RpcError, type Started } from "../errors.ts";
import type { InterceptedCall } from "../interception/interceptor.ts";

/** `setTimeout` takes no more milliseconds; longer waits are as good as none. */
const MAX_DELAY = 2 ** 31 - 1;

/**
 * Waits for something on behalf of a call, and no longer than the call may take.
 *
 * @param started what the error says about the peer's implementation. Default `no`: the call was not passed on yet
 * @throws RpcError `cancelled` or `deadline-exceeded`; what the promise is rejected with
 */
export function withinCall<T>(call: InterceptedCall, promise: PromiseLike<T>, started: Started = "no"): Promise<T> {
  return new Promise((resolve, reject) => {
    const { signal } = call;
    const remaining = call.timeRemaining();
    const giveUp = (error: RpcError): void => {
      leave();
      reject(error);
    };
    const onAbort = (): void => giveUp(cancelled(call, started));
    const timer = remaining <= MAX_DELAY ? setTimeout(() => giveUp(late(call, started)), remaining) : undefined;
    const leave = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    };
    signal?.addEventListener("abort", onAbort, { once: true });
    if (signal?.aborted === true) onAbort();
    promise.then(
      (value) => {
        leave();
        resolve(value);
      },
      (error: unknown) => {
        leave();
        reject(error);
      },
    );
  });
}

/**
 * Lets milliseconds pass in a call.
 *
 * @param started as for {@link withinCall}
 * @throws RpcError `cancelled` or `deadline-exceeded`
 */
export async function pauseCall(call: InterceptedCall, delay: number, started: Started = "no"): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const passed = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, Math.min(delay, MAX_DELAY));
  });
  try {
    await withinCall(call, passed, started);
  } finally {
    clearTimeout(timer);
  }
}

function cancelled({ signal }: InterceptedCall, started: Started): RpcError {
  return new RpcError("cancelled", "the call was cancelled by its caller", { started, cause: signal?.reason });
}

function late({ instance, name }: InterceptedCall, started: Started): RpcError {
  const message = `${formatFunction(instance, name)} took longer than it may, before it was passed on`;
  return new RpcError("deadline-exceeded", message, { started });
}
