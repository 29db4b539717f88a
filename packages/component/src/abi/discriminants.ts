import type { CanonicalContext, CoreValue } from "./canonical.ts";
import { Trap } from "./canonical.ts";

/** The number of the case that a variant, enum, option or result is in. */
export interface Discriminant {
  /** @throws Trap for a number that no case has */
  load(view: DataView, pointer: number): number;
  /** @throws Trap for a number that no case has */
  lift(core: CoreValue): number;
  store(context: CanonicalContext, pointer: number, index: number): void;
}

/** @param what `a variant` */
export function discriminant(size: 1 | 2 | 4, count: number, what: string): Discriminant {
  const check = (index: number): number => {
    if (index < count) return index;
    throw new Trap(`invalid discriminant ${index} of ${what} with ${count} ${count === 1 ? "case" : "cases"}`);
  };
  const lift = (core: CoreValue): number => check((core as number) >>> 0);
  switch (size) {
    case 1:
      return {
        lift,
        load: (view, pointer) => check(view.getUint8(pointer)),
        store: (context, pointer, index) => context.view().setUint8(pointer, index),
      };
    case 2:
      return {
        lift,
        load: (view, pointer) => check(view.getUint16(pointer, true)),
        store: (context, pointer, index) => context.view().setUint16(pointer, index, true),
      };
    case 4:
      return {
        lift,
        load: (view, pointer) => check(view.getUint32(pointer, true)),
        store: (context, pointer, index) => context.view().setUint32(pointer, index, true),
      };
  }
}
