import type { CanonicalContext } from "./canonical.ts";
import type { Elements } from "./lists.ts";
import { anyElements } from "./lists.ts";
import type { ScalarName } from "./scalars.ts";
import { scalarTypes } from "./scalars.ts";

/** Names of the types whose lists are typed arrays. */
export type NumericName = Exclude<ScalarName, "bool">;

type NumericArray =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | BigUint64Array
  | BigInt64Array
  | Float32Array
  | Float64Array;

interface NumericArrayConstructor {
  readonly name: string;
  new (buffer: ArrayBufferLike, start: number, length: number): NumericArray;
  new (copied: NumericArray | number): NumericArray;
}

const arrays: Record<NumericName, NumericArrayConstructor> = {
  u8: Uint8Array,
  s8: Int8Array,
  u16: Uint16Array,
  s16: Int16Array,
  u32: Uint32Array,
  s32: Int32Array,
  u64: BigUint64Array,
  s64: BigInt64Array,
  f32: Float32Array,
  f64: Float64Array,
};

/** Elements that are numbers: a typed array, which is copied as a whole. Arrays of numbers are taken too. */
export function numericElements(name: NumericName): Elements {
  const type = scalarTypes[name];
  const { size } = type;
  const oneByOne = anyElements(type);
  const TypedArray = arrays[name];
  const canonicalize = name === "f32" ? canonicalizeF32 : name === "f64" ? canonicalizeF64 : undefined;
  return {
    type,
    charge: size,
    expected: `${/^I/.test(TypedArray.name) ? "an" : "a"} ${TypedArray.name} or an array`,
    accepts: isNumeric,
    load(_context, view, pointer, count) {
      const values = new TypedArray(new TypedArray(view.buffer, view.byteOffset + pointer, count));
      canonicalize?.(values);
      return values;
    },
    store(context, pointer, values, count) {
      if (typedArrayName(values) === TypedArray.name) copyInto(context, pointer, values as unknown as NumericArray);
      else oneByOne.store(context, pointer, values, count);
    },
    lift(context, core, at, count) {
      const values = new TypedArray(count);
      values.set(oneByOne.lift(context, core, at, count) as never);
      return values;
    },
  };
}

function copyInto(context: CanonicalContext, pointer: number, values: NumericArray): void {
  context.bytes().set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), pointer);
}

/** Whether a value is an array, typed or not. Its numbers are checked one by one where it is not the matching typed array. */
function isNumeric(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

const typedArrayTag = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag)
  ?.get as (this: unknown) => string | undefined;

/** `Uint8Array` also for a Buffer or an array of another realm; `undefined` for anything but a typed array. */
function typedArrayName(value: unknown): string | undefined {
  return typedArrayTag.call(value);
}

/* Values have one NaN; what is copied from a guest's memory may have any. */

function canonicalizeF32(values: NumericArray): void {
  let bits: Uint32Array | undefined;
  for (let index = 0; index < values.length; index++) {
    if (!Number.isNaN(values[index])) continue;
    bits ??= new Uint32Array(values.buffer);
    bits[index] = 0x7fc00000;
  }
}

function canonicalizeF64(values: NumericArray): void {
  let bits: BigUint64Array | undefined;
  for (let index = 0; index < values.length; index++) {
    if (!Number.isNaN(values[index])) continue;
    bits ??= new BigUint64Array(values.buffer);
    bits[index] = 0x7ff8000000000000n;
  }
}
