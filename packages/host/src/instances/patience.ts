import { RpcError, type Started } from "@witwire/rpc";
import type { InstanceCall } from "./instance-runner.ts";

/** The longest time that timers take. */
const LONGEST = 0x7fff_ffff;

/**
 * Watches for the caller to give up.
 *
 * @param started what is to be said of whether the call has begun
 * @param giveUp called at most once, with the reason
 * @returns ends the watch
 */
export function watchCaller(call: InstanceCall, started: Started, giveUp: (reason: RpcError) => void): () => void {
  const { signal, timeout } = call;
  const leave = (reason: RpcError): void => {
    end();
    giveUp(reason);
  };
  const onAbort = (): void => leave(cancelled(call, started));
  const timer =
    timeout === Number.POSITIVE_INFINITY
      ? undefined
      : setTimeout(() => leave(expired(call, started)), Math.min(timeout, LONGEST));
  const end = (): void => {
    signal?.removeEventListener("abort", onAbort);
    clearTimeout(timer);
  };
  signal?.addEventListener("abort", onAbort, { once: true });
  return end;
}

/** Why a call need not begin: its caller has given up already. */
export function givenUp(call: InstanceCall): RpcError | undefined {
  if (call.signal?.aborted === true) return cancelled(call, "no");
  return call.timeout <= 0 ? expired(call, "no") : undefined;
}

function cancelled({ label, signal }: InstanceCall, started: Started): RpcError {
  return new RpcError("cancelled", `the call of ${label} was cancelled by its caller`, {
    started,
    cause: signal?.reason,
  });
}

function expired({ label, timeout }: InstanceCall, started: Started): RpcError {
  return new RpcError("deadline-exceeded", `the call of ${label} took longer than ${Math.round(timeout)} ms`, {
    started,
  });
}
