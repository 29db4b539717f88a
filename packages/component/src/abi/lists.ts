import { ValueError } from "@witwire/wit/values";
import type { CanonicalContext, CoreValue } from "./canonical.ts";
import { Trap } from "./canonical.ts";
import type { CompiledType } from "./compiled-type.ts";
import { around } from "./compiled-type.ts";
import { hex, mismatch, within } from "./failures.ts";
import { concatFlat, maxFlat } from "./flat.ts";
import { maxByteLength } from "./layout.ts";
import { lowered, rangeType } from "./ranges.ts";

/** How the elements of a list are read and written, all at once. */
export interface Elements {
  readonly type: CompiledType;
  /** What an element counts for in bytes when it is lifted; absent where that depends on its size. */
  readonly charge?: number;
  /** Says what values there can be: `an array`, `a Uint32Array or an array`. */
  readonly expected: string;
  /** Whether a value can be a list of such elements, by its looks. */
  accepts(value: unknown): value is ArrayLike<unknown>;
  load(context: CanonicalContext, view: DataView, pointer: number, count: number): ArrayLike<unknown>;
  /** Elements one after the other, to where there is room for `count` of them. */
  store(context: CanonicalContext, pointer: number, values: ArrayLike<unknown>, count: number): void;
  /** A list of flat values, where it has a fixed length. */
  lift(context: CanonicalContext, core: readonly CoreValue[], at: number, count: number): ArrayLike<unknown>;
}

/** Elements of any type but numbers: an array. */
export function anyElements(type: CompiledType): Elements {
  const { size, flat, load, store, lift } = type;
  return {
    type,
    expected: "an array",
    accepts: Array.isArray,
    load(context, view, pointer, count) {
      // Short lists get the space that they need, where pushing would begin with seventeen. Long ones grow as they are read.
      const values = new Array<unknown>(Math.min(count, 64));
      let index = 0;
      try {
        for (; index < count; index++) values[index] = load(context, view, pointer + index * size);
      } catch (error) {
        throw within(error, `[${index}]`);
      }
      return values;
    },
    store(context, pointer, values, count) {
      let index = 0;
      try {
        for (; index < count; index++) store(context, pointer + index * size, values[index]);
      } catch (error) {
        throw within(error, `[${index}]`);
      }
    },
    lift(context, core, at, count) {
      const values: unknown[] = [];
      try {
        while (values.length < count) values.push(lift(context, core, at + values.length * flat.length));
      } catch (error) {
        throw within(error, `[${values.length}]`);
      }
      return values;
    },
  };
}

/** `list<T>`: a pointer and the number of elements. */
export function listType(elements: Elements): CompiledType {
  const { type, charge } = elements;
  const list = rangeType({
    lift(context, view, pointer, count) {
      checkList(context, view, type, pointer, count, charge);
      return elements.load(context, view, pointer, count);
    },
    lower(context, value) {
      if (!elements.accepts(value)) throw mismatch(elements.expected, value);
      const count = value.length;
      const pointer = allocateList(context, type, count);
      // The guest has run, and what it called may have changed the array.
      if (value.length !== count) throw mismatch(`an array that keeps its length of ${count}`, value);
      elements.store(context, pointer, value, count);
      lowered.length = count;
      return pointer;
    },
  });
  return { ...list, ...around([type], list) };
}

/**
 * Fewest bytes that an element counts for, unless it is a number. Objects of JavaScript take more space than a byte or
 * two in a guest: with 16 MiB for a value, this makes a million of them.
 */
const leastCharge = 16;

/** Checks that all of a list lies in memory, and counts it. @throws Trap */
export function checkList(
  context: CanonicalContext,
  view: DataView,
  { size, alignment }: CompiledType,
  pointer: number,
  count: number,
  charge: number = Math.max(size, leastCharge),
): void {
  const bytes = count * size;
  if (bytes > maxByteLength) {
    throw new Trap(
      `a list of ${count} elements and ${bytes} bytes, more than the ${maxByteLength} bytes that are allowed`,
    );
  }
  if ((pointer & (alignment - 1)) !== 0) {
    throw new Trap(`misaligned list pointer ${hex(pointer)}: its elements are aligned to ${alignment} bytes`);
  }
  if (pointer + bytes > view.byteLength) {
    throw new Trap(
      `a list of ${count} elements (${bytes} bytes) at ${hex(pointer)} is out of bounds of ${view.byteLength} bytes of memory`,
    );
  }
  context.charge(count * charge);
}

/** Space in the guest for so many elements. */
export function allocateList(context: CanonicalContext, { size, alignment }: CompiledType, count: number): number {
  const bytes = count * size;
  if (bytes > maxByteLength) {
    throw new ValueError(`expected a list of at most ${maxByteLength} bytes, got ${count} elements of ${size} bytes`);
  }
  return context.allocate(alignment, bytes);
}

/** `list<T, n>`: the elements alone. */
export function fixedLengthListType(elements: Elements, length: number): CompiledType {
  const { type } = elements;
  const flat = concatFlat(new Array<CompiledType>(Math.min(length, maxFlat + 1)).fill(type));

  const check = (value: unknown): ArrayLike<unknown> => {
    if (!elements.accepts(value) || value.length !== length) throw mismatch(`${elements.expected} of ${length}`, value);
    return value;
  };
  return {
    ...around([type], { alignment: type.alignment, size: length * type.size, flat }),
    load: (context, view, pointer) => elements.load(context, view, pointer, length),
    store: (context, pointer, value) => elements.store(context, pointer, check(value), length),
    lift: (context, core, at) => elements.lift(context, core, at, length),
    lower: (context, core, at, value) => {
      const values = check(value);
      let index = 0;
      try {
        for (; index < length; index++) type.lower(context, core, at + index * type.flat.length, values[index]);
      } catch (error) {
        throw within(error, `[${index}]`);
      }
    },
  };
}
