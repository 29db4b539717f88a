import type { CoreType, CoreValue } from "./canonical.ts";
import type { CompiledType, Lift, Lower } from "./compiled-type.ts";

/** Most core values that parameters are passed in. Beyond it they go through memory, as results do beyond one. */
export const maxFlat = 16;

/** The core values of types one after the other, cut off one behind {@link maxFlat}. */
export function concatFlat(types: readonly CompiledType[]): readonly CoreType[] {
  const all: CoreType[] = [];
  for (const { flat } of types) {
    all.push(...flat);
    if (all.length > maxFlat) return all.slice(0, maxFlat + 1);
  }
  return all;
}

/** The core values that are wide enough for any of the payloads. */
export function joinFlat(payloads: readonly CompiledType[]): readonly CoreType[] {
  const joined: CoreType[] = [];
  for (const { flat } of payloads) {
    for (const [index, type] of flat.entries()) {
      const other = joined[index];
      joined[index] = other === undefined ? type : join(other, type);
    }
  }
  return joined;
}

function join(a: CoreType, b: CoreType): CoreType {
  if (a === b) return a;
  const small = (a === "i32" || a === "f32") && (b === "i32" || b === "f32");
  return small ? "i32" : "i64";
}

/** A payload's {@link Lift} out of core values that were joined with those of other cases. */
export function liftJoined({ flat, lift }: CompiledType, joined: readonly CoreType[]): Lift {
  const narrow = flat.map((want, index) => narrowing(joined[index] as CoreType, want));
  if (narrow.every((convert) => convert === undefined)) return lift;
  return (context, core, at) => {
    const own = narrow.map((convert, index) => {
      const value = core[at + index] as CoreValue;
      return convert === undefined ? value : convert(value);
    });
    return lift(context, own, 0);
  };
}

/** A payload's {@link Lower} to joined core values; it also fills those that the payload has no use for. */
export function lowerJoined({ flat, lower }: CompiledType, joined: readonly CoreType[]): Lower {
  const widen = flat.map((have, index) => widening(have, joined[index] as CoreType));
  const widened = widen.some((convert) => convert !== undefined);
  const fill = fillFlat(joined.slice(flat.length));
  if (!widened && joined.length === flat.length) return lower;
  return (context, core, at, value) => {
    lower(context, core, at, value);
    if (widened) {
      for (let index = 0; index < widen.length; index++) {
        const convert = widen[index];
        if (convert !== undefined) core[at + index] = convert(core[at + index] as CoreValue);
      }
    }
    fill(core, at + flat.length);
  };
}

/** Writes zeros of these types. */
export function fillFlat(types: readonly CoreType[]): (core: CoreValue[], at: number) => void {
  const zeros = types.map((type) => (type === "i64" ? 0n : 0));
  return (core, at) => {
    for (let index = 0; index < zeros.length; index++) core[at + index] = zeros[index] as CoreValue;
  };
}

type Convert = (value: CoreValue) => CoreValue;

function widening(have: CoreType, want: CoreType): Convert | undefined {
  if (have === want) return undefined;
  if (want === "i32") return (value) => bitsOfF32(value as number);
  if (have === "i32") return (value) => BigInt((value as number) >>> 0);
  if (have === "f32") return (value) => BigInt(bitsOfF32(value as number) >>> 0);
  return (value) => bitsOfF64(value as number);
}

function narrowing(have: CoreType, want: CoreType): Convert | undefined {
  if (have === want) return undefined;
  if (have === "i32") return (value) => f32OfBits(value as number);
  if (want === "i32") return (value) => Number(BigInt.asIntN(32, value as bigint));
  if (want === "f32") return (value) => f32OfBits(Number(BigInt.asIntN(32, value as bigint)));
  return (value) => f64OfBits(value as bigint);
}

const scratch = new DataView(new ArrayBuffer(8));

function bitsOfF32(value: number): number {
  scratch.setFloat32(0, value);
  return scratch.getInt32(0);
}

function f32OfBits(bits: number): number {
  scratch.setInt32(0, bits);
  return scratch.getFloat32(0);
}

function bitsOfF64(value: number): bigint {
  scratch.setFloat64(0, value);
  return scratch.getBigUint64(0);
}

function f64OfBits(bits: bigint): number {
  scratch.setBigInt64(0, bits);
  return scratch.getFloat64(0);
}
