import { compile } from "../compile.ts";
import { guestStacks } from "../core/guest-stacks.ts";
import { startCalls } from "./compliance/calls-guest.ts";

/** Calls that are suspended until disposed, so many that all further ones run on kept stacks. */
export async function holdCalls(): Promise<Disposable> {
  const guests = await Promise.all(
    Array.from({ length: 5 }, () => startCalls({ compile }, { step: () => new Promise(() => {}) })),
  );
  const calls = guests.map((guest) => guest.api.step(1));
  await new Promise((resolve) => setImmediate(resolve));
  if (guestStacks() < guests.length) throw new Error("no calls are held");
  return {
    [Symbol.dispose]() {
      for (const guest of guests) guest[Symbol.dispose]();
      for (const call of calls) call.catch(() => {});
    },
  };
}
