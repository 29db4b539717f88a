/**
 * Values as bytes of a guest's memory, written by code of its own (see `test-type.ts`), so that what the engine reads can
 * be held against something that does not know it.
 */
import type { StringEncoding } from "./guest-builder.ts";
import { alignmentOf, memberOffsets, payloadOffset, roundUp, sizeOf } from "./test-layout.ts";
import { caseName, fieldName, flagName, type TestType, tuple } from "./test-type.ts";
import { camel } from "./test-values.ts";

/** Set in the length of a string that `latin1+utf16` holds as UTF-16. */
export const utf16Tag: number = 0x8000_0000;

/** Bytes that are to lie at `base` in a guest's memory. */
export class MemoryImage {
  readonly #base: number;
  readonly #encoding: StringEncoding;
  #bytes = new Uint8Array(0);

  constructor(base: number, encoding: StringEncoding) {
    this.#base = base;
    this.#encoding = encoding;
  }

  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** Sets bytes at an address inside the image. */
  poke(address: number, bytes: ArrayLike<number>): void {
    this.#bytes.set(bytes, address - this.#base);
  }

  /** Room for `size` bytes; its address. The gaps are filled with ones, which no reader may look at. */
  allocate(alignment: number, size: number): number {
    const at = roundUp(this.#base + this.#bytes.length, alignment);
    const grown = new Uint8Array(at + size - this.#base).fill(0xff);
    grown.set(this.#bytes);
    this.#bytes = grown;
    return at;
  }

  /** Writes a list of values; its address. */
  list(element: TestType, values: readonly unknown[]): number {
    const size = sizeOf(element);
    const at = this.allocate(alignmentOf(element), size * values.length);
    for (const [index, value] of values.entries()) this.write(element, at + index * size, value);
    return at;
  }

  write(type: TestType, at: number, value: unknown): void {
    switch (type.tag) {
      case "bool":
        this.#int(at, 1, value === true ? 1 : 0);
        break;
      case "s8":
      case "u8":
        this.#int(at, 1, value as number);
        break;
      case "s16":
      case "u16":
        this.#int(at, 2, value as number);
        break;
      case "s32":
      case "u32":
        this.#int(at, 4, value as number);
        break;
      case "s64":
      case "u64":
        this.#view().setBigInt64(at - this.#base, BigInt.asIntN(64, value as bigint), true);
        break;
      case "f32":
        this.#view().setFloat32(at - this.#base, value as number, true);
        break;
      case "f64":
        this.#view().setFloat64(at - this.#base, value as number, true);
        break;
      case "char":
        this.#int(at, 4, (value as string).codePointAt(0) as number);
        break;
      case "string":
        this.#string(at, value as string);
        break;
      case "list":
        this.#slice(
          at,
          this.list(type.element, [...(value as Iterable<unknown>)]),
          [...(value as Iterable<unknown>)].length,
        );
        break;
      case "map": {
        const entries = [...(value as Map<unknown, unknown>)];
        this.#slice(at, this.list(tuple(type.key, type.value), entries), entries.length);
        break;
      }
      case "fixed-list":
        this.#product(new Array<TestType>(type.length).fill(type.element), at, [...(value as Iterable<unknown>)]);
        break;
      case "tuple":
        this.#product(type.items, at, value as unknown[]);
        break;
      case "record":
        this.#product(
          type.fields,
          at,
          type.fields.map((_, index) => (value as Fields)[camel(fieldName(index))]),
        );
        break;
      case "option": {
        const outer = type.some.tag === "option";
        const isSome = outer ? (value as Tagged).tag === "some" : value !== undefined;
        this.#sum([undefined, type.some], at, isSome ? 1 : 0, outer ? (value as Tagged).val : value);
        break;
      }
      case "result":
        this.#sum([type.ok, type.err], at, (value as Tagged).tag === "ok" ? 0 : 1, (value as Tagged).val);
        break;
      case "variant": {
        const index = type.cases.findIndex((_, at) => caseName(at) === (value as Tagged).tag);
        this.#sum(type.cases, at, index, (value as Tagged).val);
        break;
      }
      case "enum":
        this.#int(at, sizeOf(type), Number((value as string).slice(caseName(0).length - 1)));
        break;
      case "flags": {
        let bits = 0n;
        for (let index = 0; index < type.count; index++) {
          if ((value as Fields)[camel(flagName(index))] === true) bits |= 1n << BigInt(index);
        }
        this.#int(at, sizeOf(type), Number(bits));
        break;
      }
    }
  }

  #view(): DataView {
    return new DataView(this.#bytes.buffer);
  }

  #int(at: number, bytes: number, value: number): void {
    const view = this.#view();
    const offset = at - this.#base;
    if (bytes === 1) view.setUint8(offset, value & 0xff);
    else if (bytes === 2) view.setUint16(offset, value & 0xffff, true);
    else view.setUint32(offset, value >>> 0, true);
  }

  #slice(at: number, pointer: number, length: number): void {
    this.#int(at, 4, pointer);
    this.#int(at + 4, 4, length);
  }

  #string(at: number, text: string): void {
    const { bytes, units, alignment } = encodeText(text, this.#encoding);
    const pointer = this.allocate(alignment, bytes.length);
    this.poke(pointer, bytes);
    this.#slice(at, pointer, units);
  }

  #product(members: readonly TestType[], at: number, values: readonly unknown[]): void {
    const { offsets } = memberOffsets(members);
    for (const [index, member] of members.entries()) this.write(member, at + (offsets[index] as number), values[index]);
  }

  #sum(cases: readonly (TestType | undefined)[], at: number, index: number, value: unknown): void {
    const tagBytes = cases.length <= 256 ? 1 : 2;
    this.#int(at, tagBytes, index);
    const payload = cases[index];
    if (payload !== undefined) this.write(payload, at + payloadOffset(tagBytes, cases), value);
  }
}

type Fields = Record<string, unknown>;
interface Tagged {
  readonly tag: string;
  readonly val?: unknown;
}

function encodeText(text: string, encoding: StringEncoding): { bytes: Uint8Array; units: number; alignment: number } {
  if (encoding === "utf8") {
    const bytes = Buffer.from(text, "utf8");
    return { bytes, units: bytes.length, alignment: 1 };
  }
  const wide = [...text].some((letter) => (letter.codePointAt(0) as number) > 0xff);
  if (encoding === "latin1+utf16" && !wide) {
    return { bytes: Buffer.from(text, "latin1"), units: text.length, alignment: 2 };
  }
  const units = encoding === "utf16" ? text.length : text.length + utf16Tag;
  return { bytes: Buffer.from(text, "utf16le"), units, alignment: 2 };
}
