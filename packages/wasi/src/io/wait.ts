import type { CallContext } from "@witwire/wit/values";
import { turnIfDue } from "./turn.ts";
import type { Waitable } from "./waitable.ts";

/**
 * Waits until one of several things is ready.
 *
 * @param turn as `Scope.turn`
 * @returns nothing where one is ready now; otherwise a promise, which rejects when the caller of the guest gives up
 */
export function wait(
  waitables: readonly Waitable[],
  context: CallContext | undefined,
  turn: number,
): Promise<void> | undefined {
  return waitables.some((waitable) => waitable.isReady()) ? turnIfDue(turn) : waitForAny(waitables, context?.signal);
}

/** Goes on with `next`: at once where there is nothing to wait for. */
export function after<T>(waiting: Promise<void> | undefined, next: () => T): T | Promise<Awaited<T>> {
  return waiting === undefined ? next() : (waiting.then(next) as Promise<Awaited<T>>);
}

function waitForAny(waitables: readonly Waitable[], signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const releases: (() => void)[] = [];
    const stop = (): void => {
      for (const release of releases.splice(0)) release();
    };
    const wake = (): void => {
      if (!waitables.some((waitable) => waitable.isReady())) return;
      stop();
      resolve();
    };
    for (const waitable of waitables) releases.push(waitable.onWake(wake));
    if (signal === undefined) return;
    const abort = (): void => {
      stop();
      reject(signal.reason);
    };
    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort, { once: true });
    releases.push(() => signal.removeEventListener("abort", abort));
  });
}
