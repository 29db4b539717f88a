/** What the integer types hold, least and most. */
export const integerRanges: {
  readonly [type in "s8" | "u8" | "s16" | "u16" | "s32" | "u32" | "s64" | "u64"]: readonly [bigint, bigint];
} = {
  s8: [-0x80n, 0x7fn],
  u8: [0n, 0xffn],
  s16: [-0x8000n, 0x7fffn],
  u16: [0n, 0xffffn],
  s32: [-0x80000000n, 0x7fffffffn],
  u32: [0n, 0xffffffffn],
  s64: [-0x8000000000000000n, 0x7fffffffffffffffn],
  u64: [0n, 0xffffffffffffffffn],
};

/** The array that a list of this element is in JavaScript; `undefined` for elements that have none of their own. */
export function toTypedArray(
  element: string,
  values: readonly unknown[],
): ArrayLike<number> | ArrayLike<bigint> | undefined {
  const make = typedArrays[element];
  return make === undefined ? undefined : make(values as never);
}

/** Whether lists of this element are typed arrays in JavaScript. */
export function isNumeric(element: string): boolean {
  return element in typedArrays;
}

const typedArrays: Readonly<Record<string, (values: never) => ArrayLike<number> | ArrayLike<bigint>>> = {
  s8: (values) => Int8Array.from(values),
  u8: (values) => Uint8Array.from(values),
  s16: (values) => Int16Array.from(values),
  u16: (values) => Uint16Array.from(values),
  s32: (values) => Int32Array.from(values),
  u32: (values) => Uint32Array.from(values),
  s64: (values) => BigInt64Array.from(values),
  u64: (values) => BigUint64Array.from(values),
  f32: (values) => Float32Array.from(values),
  f64: (values) => Float64Array.from(values),
};
