import type { CanonicalContext, CoreType, CoreValue } from "./canonical.ts";

/*
 * Pointers that these functions take have been checked: they are aligned for the type, and all of its bytes lie in memory.
 * They throw Trap and ValueError with what they know; whoever holds the value adds the step that leads to it, see
 * `within`.
 */

/** Reads a value out of memory. Lifting never runs the guest, so `view`, the context's, stays valid throughout. */
export type Load = (context: CanonicalContext, view: DataView, pointer: number) => unknown;

/** Writes a value into memory. Allocating may run the guest and detach every view of its memory. */
export type Store = (context: CanonicalContext, pointer: number, value: unknown) => void;

/** Reads a value out of flat core values, from `core[at]` on. */
export type Lift = (context: CanonicalContext, core: readonly CoreValue[], at: number) => unknown;

/** Writes a value as flat core values, to `core[at]` and on. */
export type Lower = (context: CanonicalContext, core: CoreValue[], at: number, value: unknown) => void;

/** One type, compiled. */
export interface CompiledType {
  /** Of its place in memory; a power of two. */
  readonly alignment: number;
  /** Bytes that it takes in memory, at least one. */
  readonly size: number;
  /** The core values that it flattens to, cut off one behind `maxFlat`, since nothing is ever flat beyond it. */
  readonly flat: readonly CoreType[];
  /** Levels of types inside this one; zero for primitives. */
  readonly depth: number;
  /** Whether `own` or `borrow` is anywhere inside. */
  readonly hasHandles: boolean;
  readonly load: Load;
  readonly store: Store;
  readonly lift: Lift;
  readonly lower: Lower;
}

/** What types without types inside have in common. */
export const leaf: Pick<CompiledType, "depth" | "hasHandles"> = { depth: 0, hasHandles: false };

/** What a type takes over from those inside it. */
export function around(...inner: readonly CompiledType[]): Pick<CompiledType, "depth" | "hasHandles"> {
  let depth = 0;
  for (const type of inner) depth = Math.max(depth, type.depth);
  return { depth: depth + 1, hasHandles: inner.some((type) => type.hasHandles) };
}
