import type { CanonicalContext, CoreType, CoreValue } from "./canonical.ts";
import { largest } from "./layout.ts";

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

/** Everything about a type but how it is lifted and lowered. */
export type Outline = Omit<CompiledType, "load" | "store" | "lift" | "lower">;

/** A type without types inside that is one core value, and as large in memory as it is aligned. */
export function single(size: 1 | 2 | 4 | 8, core: CoreType): Outline {
  return { alignment: size, size, flat: [core], depth: 0, hasHandles: false };
}

/** The outline of a type around others. */
export function around(
  inner: readonly CompiledType[],
  { alignment, size, flat }: Pick<CompiledType, "alignment" | "size" | "flat">,
): Outline {
  const depth = 1 + largest(inner.map((type) => type.depth));
  return { alignment, size, flat, depth, hasHandles: inner.some((type) => type.hasHandles) };
}
