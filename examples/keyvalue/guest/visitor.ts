/** A component that counts visits in a bucket. Whether that is in memory, on a disk or at a server is not its affair. */
import type { VisitorGuest } from "examples:visits/visitor@0.1.0";
import { open, type StoreError } from "wasi:keyvalue/store@0.2.0-draft2";

const decode = (bytes: Uint8Array): number => bytes.reduce((number, byte) => number * 256 + byte, 0);
const encode = (number: number): Uint8Array => Uint8Array.of(number >>> 24, number >>> 16, number >>> 8, number);

export const visits: VisitorGuest["visits"] = {
  count: (page) =>
    reporting(() => {
      const bucket = open("visits");
      const known = bucket.get(page);
      const count = (known === null ? 0 : decode(known)) + 1;
      bucket.set(page, encode(count));
      return count;
    }),
  pages: () => reporting(() => open("visits").listKeys(null).keys),
};

/** Callers of this component do not know of its store, so they are told in words. */
function reporting<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    const { payload } = error as { readonly payload?: StoreError };
    if (payload === undefined) throw error;
    throw payload.tag === "other" ? payload.val : payload.tag;
  }
}
