/** Reads values out of a guest's memory; the other half of `memory-image.ts`. */
import type { StringEncoding } from "./guest-builder.ts";
import { utf16Tag } from "./memory-image.ts";
import { memberOffsets, payloadOffset, sizeOf } from "./test-layout.ts";
import { caseName, fieldName, flagName, type TestType, tuple } from "./test-type.ts";
import { camel, toList } from "./test-values.ts";

/** Reads what a guest was given: a value of `type` at `at`. */
export function readValue(memory: Uint8Array, encoding: StringEncoding, type: TestType, at: number): unknown {
  const view = new DataView(memory.buffer, memory.byteOffset, memory.byteLength);
  const read = (of: TestType, from: number): unknown => readValue(memory, encoding, of, from);
  const sum = (
    cases: readonly (TestType | undefined)[],
  ): { index: number; payload: TestType | undefined; at: number } => {
    const index = cases.length <= 256 ? view.getUint8(at) : view.getUint16(at, true);
    return { index, payload: cases[index], at: at + payloadOffset(cases.length <= 256 ? 1 : 2, cases) };
  };
  const product = (members: readonly TestType[]): unknown[] => {
    const { offsets } = memberOffsets(members);
    return members.map((member, index) => read(member, at + (offsets[index] as number)));
  };
  switch (type.tag) {
    case "bool":
      return view.getUint8(at) === 1 ? true : view.getUint8(at) === 0 ? false : "neither 0 nor 1";
    case "s8":
      return view.getInt8(at);
    case "u8":
      return view.getUint8(at);
    case "s16":
      return view.getInt16(at, true);
    case "u16":
      return view.getUint16(at, true);
    case "s32":
      return view.getInt32(at, true);
    case "u32":
      return view.getUint32(at, true);
    case "s64":
      return view.getBigInt64(at, true);
    case "u64":
      return view.getBigUint64(at, true);
    case "f32":
      return view.getFloat32(at, true);
    case "f64":
      return view.getFloat64(at, true);
    case "char":
      return String.fromCodePoint(view.getUint32(at, true));
    case "string":
      return decodeText(memory, view.getUint32(at, true), view.getUint32(at + 4, true), encoding);
    case "list":
      return toList(
        type.element,
        readList(memory, encoding, type.element, view.getUint32(at, true), view.getUint32(at + 4, true)),
      );
    case "map": {
      const entry = tuple(type.key, type.value);
      return new Map(
        readList(memory, encoding, entry, view.getUint32(at, true), view.getUint32(at + 4, true)) as [
          unknown,
          unknown,
        ][],
      );
    }
    case "fixed-list":
      return toList(type.element, product(new Array<TestType>(type.length).fill(type.element)));
    case "tuple":
      return product(type.items);
    case "record":
      return Object.fromEntries(product(type.fields).map((value, index) => [camel(fieldName(index)), value]));
    case "option": {
      const { index, payload, at: from } = sum([undefined, type.some]);
      const value = payload === undefined ? undefined : read(payload, from);
      if (type.some.tag !== "option") return value;
      return index === 0 ? { tag: "none" } : { tag: "some", val: value };
    }
    case "result": {
      const { index, payload, at: from } = sum([type.ok, type.err]);
      return { tag: index === 0 ? "ok" : "err", val: payload === undefined ? undefined : read(payload, from) };
    }
    case "variant": {
      const { index, payload, at: from } = sum(type.cases);
      return payload === undefined ? { tag: caseName(index) } : { tag: caseName(index), val: read(payload, from) };
    }
    case "enum":
      return caseName(sum(new Array<undefined>(type.count).fill(undefined)).index);
    case "flags": {
      const bits = [...memory.subarray(at, at + sizeOf(type))].flatMap((byte) =>
        [0, 1, 2, 3, 4, 5, 6, 7].map((bit) => (byte >> bit) & 1),
      );
      return Object.fromEntries(
        Array.from({ length: type.count }, (_, index) => [camel(flagName(index)), bits[index] === 1]),
      );
    }
  }
}

/** Reads a list of values of `element`. */
export function readList(
  memory: Uint8Array,
  encoding: StringEncoding,
  element: TestType,
  pointer: number,
  length: number,
): unknown[] {
  return Array.from({ length }, (_, index) => readValue(memory, encoding, element, pointer + index * sizeOf(element)));
}

function decodeText(memory: Uint8Array, pointer: number, units: number, encoding: StringEncoding): string {
  const bytes = (length: number): Buffer => Buffer.from(memory.subarray(pointer, pointer + length));
  if (encoding === "utf8") return bytes(units).toString("utf8");
  if (encoding === "utf16") return bytes(units * 2).toString("utf16le");
  return units >= utf16Tag ? bytes((units - utf16Tag) * 2).toString("utf16le") : bytes(units).toString("latin1");
}
