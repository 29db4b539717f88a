import type { CanonicalContext } from "./canonical.ts";
import type { CompiledType } from "./compiled-type.ts";

/**
 * The length of what was lowered last: code units of a string, tagged where the encoding wants it, or elements of a list.
 * Here rather than in an object for every string. To be set as the last thing: allocating may lower other values.
 */
export const lowered: { length: number } = { length: 0 };

/** Copies a well-formed string into the guest and returns where it is; {@link lowered} says how long it is. */
export type LowerText = (context: CanonicalContext, text: string) => number;

/** A string, a list, a map: values that lie elsewhere in memory, under a pointer and a length. */
export interface Range {
  lift(context: CanonicalContext, view: DataView, pointer: number, length: number): unknown;
  /** Returns where the value is now; {@link lowered} says how long it is. */
  lower(context: CanonicalContext, value: unknown): number;
}

/** All of a {@link CompiledType} but what comes from the types inside. */
export function rangeType({ lift, lower }: Range): Omit<CompiledType, "depth" | "hasHandles"> {
  return {
    alignment: 4,
    size: 8,
    flat: ["i32", "i32"],
    load: (context, view, pointer) =>
      lift(context, view, view.getUint32(pointer, true), view.getUint32(pointer + 4, true)),
    store(context, pointer, value) {
      const start = lower(context, value);
      const view = context.view();
      view.setUint32(pointer, start, true);
      view.setUint32(pointer + 4, lowered.length, true);
    },
    lift: (context, core, at) =>
      lift(context, context.view(), (core[at] as number) >>> 0, (core[at + 1] as number) >>> 0),
    lower(context, core, at, value) {
      core[at] = lower(context, value);
      core[at + 1] = lowered.length;
    },
  };
}
