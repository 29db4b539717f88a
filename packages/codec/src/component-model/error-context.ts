import type { CompiledType } from "./compiled-type.ts";
import { mismatch } from "./compiled-type.ts";

/**
 * `error-context`: no bytes, as wRPC has it; the message stays at home. In JavaScript an object with a `debugMessage`,
 * which is always empty once decoded; anything but `undefined` and `null` can be sent.
 */
export const errorContextType: CompiledType = {
  write(_writer, value) {
    if (value === undefined || value === null) throw mismatch;
  },
  read: () => ({ debugMessage: "" }),
  // biome-ignore lint/correctness/useYield: there is nothing to wait for
  *resume() {
    return { debugMessage: "" };
  },
  explain: (value) =>
    value === undefined || value === null ? { path: "", expected: "an error context", got: value } : undefined,
  minBytes: 0,
};
