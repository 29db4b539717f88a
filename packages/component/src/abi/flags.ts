import type { CompiledType, Lift, Lower } from "./compiled-type.ts";
import { single } from "./compiled-type.ts";
import { mismatch, within } from "./failures.ts";

type Flags = Record<string, unknown>;

/** Most flags that the canonical ABI has room for. */
export const maxFlags = 32;

/**
 * `flags`: one bit each, the first one lowest. In JavaScript an object of booleans; those not given are false. Bits that
 * belong to no flag are dropped, as specified.
 */
export function flagsType(keys: readonly string[]): CompiledType {
  const flagsOf = (bits: number): Flags => {
    const flags: Flags = {};
    for (let index = 0; index < keys.length; index++) flags[keys[index] as string] = ((bits >>> index) & 1) === 1;
    return flags;
  };
  const bitsOf = (value: unknown): number => {
    if (typeof value !== "object" || value === null) throw mismatch("an object of booleans", value);
    let bits = 0;
    for (let index = 0; index < keys.length; index++) {
      const flag = (value as Flags)[keys[index] as string];
      if (flag === true) bits |= 1 << index;
      else if (flag !== false && flag !== undefined) throw within(mismatch("a boolean", flag), `.${keys[index]}`);
    }
    return bits;
  };
  const lift: Lift = (_context, core, at) => flagsOf(core[at] as number);
  const lower: Lower = (_context, core, at, value) => {
    core[at] = bitsOf(value);
  };
  if (keys.length <= 8) {
    return {
      ...{ ...single(1, "i32"), lift, lower },
      load: (_context, view, pointer) => flagsOf(view.getUint8(pointer)),
      store: (context, pointer, value) => context.view().setUint8(pointer, bitsOf(value)),
    };
  }
  if (keys.length <= 16) {
    return {
      ...{ ...single(2, "i32"), lift, lower },
      load: (_context, view, pointer) => flagsOf(view.getUint16(pointer, true)),
      store: (context, pointer, value) => context.view().setUint16(pointer, bitsOf(value), true),
    };
  }
  return {
    ...{ ...single(4, "i32"), lift, lower },
    load: (_context, view, pointer) => flagsOf(view.getUint32(pointer, true)),
    store: (context, pointer, value) => context.view().setUint32(pointer, bitsOf(value), true),
  };
}
