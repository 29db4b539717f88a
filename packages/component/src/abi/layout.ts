import type { CompiledType } from "./compiled-type.ts";

/** Most bytes that a string or list may take in memory, by the specification. */
export const maxByteLength: number = 2 ** 28 - 1;

/** The next multiple of a power of two. For numbers beyond 32 bits too. */
export function alignTo(offset: number, alignment: number): number {
  return Math.ceil(offset / alignment) * alignment;
}

/** The largest number, 0 if there is none. Types of a hostile component may have more parts than a call has arguments. */
export function largest(numbers: readonly number[]): number {
  return numbers.reduce((most, number) => Math.max(most, number), 0);
}

/** Where values that lie one after the other are in memory. */
export interface SequenceLayout {
  readonly offsets: readonly number[];
  readonly alignment: number;
  readonly size: number;
}

/** The layout of a record's fields, a tuple's members, or parameters that are passed in memory. */
export function sequenceLayout(types: readonly CompiledType[]): SequenceLayout {
  const offsets: number[] = [];
  let alignment = 1;
  let end = 0;
  for (const type of types) {
    const offset = alignTo(end, type.alignment);
    offsets.push(offset);
    alignment = Math.max(alignment, type.alignment);
    end = offset + type.size;
  }
  return { offsets, alignment, size: alignTo(end, alignment) };
}

/** Where a variant's parts are in memory: the number of the case, then the payload. */
export interface VariantLayout {
  readonly discriminantSize: 1 | 2 | 4;
  readonly payloadOffset: number;
  readonly alignment: number;
  readonly size: number;
}

export function variantLayout(count: number, payloads: readonly CompiledType[]): VariantLayout {
  const discriminantSize = count <= 0x100 ? 1 : count <= 0x10000 ? 2 : 4;
  const payloadAlignment = Math.max(1, largest(payloads.map((type) => type.alignment)));
  const payloadOffset = alignTo(discriminantSize, payloadAlignment);
  const alignment = Math.max(discriminantSize, payloadAlignment);
  const end = payloadOffset + largest(payloads.map((type) => type.size));
  return { discriminantSize, payloadOffset, alignment, size: alignTo(end, alignment) };
}
