import type { CallContext } from "@witwire/wit/values";
import type { Scope } from "../scope.ts";
import { Pollable } from "./pollable.ts";
import { after, wait } from "./wait.ts";
import type { Waitable } from "./waitable.ts";

/**
 * The function of `wasi:io/poll`: waits until at least one of several pollables is ready.
 *
 * @returns the places of those that are ready, in ascending order
 */
export function createPoll(
  scope: Scope,
): (pollables: readonly Pollable[], context?: CallContext) => Uint32Array | Promise<Uint32Array> {
  return (pollables, context) => {
    if (pollables.length === 0) throw new RangeError("poll was called with an empty list, which would wait for ever");
    const waitables = pollables.map(Pollable.waitableOf);
    return after(wait(waitables, context, scope.turn), () => readyAmong(waitables));
  };
}

function readyAmong(waitables: readonly Waitable[]): Uint32Array {
  const ready: number[] = [];
  for (const [index, waitable] of waitables.entries()) if (waitable.isReady()) ready.push(index);
  return Uint32Array.from(ready);
}
