import type { Reader } from "../reader.ts";
import { underflow } from "../reader.ts";
import type { Writer } from "../writer.ts";
import { readBytes, resumeBytes } from "./bytes.ts";
import type { CompiledType, Explain, Input, Read, Resume, Steps, Write } from "./compiled-type.ts";
import { mismatch } from "./compiled-type.ts";
import { checkLength, shortage } from "./failures.ts";
import type { IntegerName } from "./integers.ts";
import { littleEndian, readUnsigned, resumeUnsigned, writeUnsigned } from "./leb128.ts";
import { type BigLebArray, type LebRun, RUN_NUMBERS, type SmallLebArray } from "./leb128-runs.ts";
import { around, explainElements } from "./lists.ts";

export type NumericName = IntegerName | "f32" | "f64";

/** The typed arrays that lists of numbers are in JavaScript. */
export type NumericArray =
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

/** How runs of one kind of number are read and written: in lists, fixed-length lists and the chunks of streams. */
export interface NumericRun {
  readonly element: CompiledType;
  /** `Uint32Array` */
  readonly arrayName: string;
  /** Writes numbers that are already in the matching typed array. */
  write(writer: Writer, values: NumericArray): void;
  /**
   * Reads as many of `most` numbers as are there whole, or fewer where there are very many; `undefined` when not even one
   * is. `first`, if given, is a number that arrived in pieces, and is put in front of them.
   */
  readSome(reader: Reader, most: number, first?: NumericArray): NumericArray | undefined;
  /** Reads `count` numbers. @throws underflow */
  read(reader: Reader, count: number): NumericArray;
  /** Reads `count` numbers that arrive in pieces. */
  resume(input: Input, count: number): Steps<NumericArray>;
}

/** `list` of numbers. Bounded by bytes alone, since a number takes no more memory than eight times its bytes. */
export function numericListType(run: NumericRun): CompiledType {
  const write: Write = (writer, value) => {
    if (!isNumeric(value)) throw mismatch;
    writeUnsigned(writer, value.length);
    writeNumbers(writer, run, value);
  };
  const read: Read = (reader) => run.read(reader, readUnsigned(reader));
  const resume: Resume = function* (input) {
    return yield* run.resume(input, yield* resumeUnsigned(input));
  };
  const explain: Explain = (value) =>
    isNumeric(value) ? explainElements(run.element, value) : { path: "", expected: expectation(run), got: value };
  return { write, read, resume, explain, minBytes: 1, ...around(run.element) };
}

/** `list<T, n>` of numbers. */
export function numericFixedLengthListType(run: NumericRun, length: number): CompiledType {
  const write: Write = (writer, value) => {
    if (!isNumeric(value) || value.length !== length) throw mismatch;
    writeNumbers(writer, run, value);
  };
  const read: Read = (reader) => run.read(reader, length);
  const resume: Resume = (input) => run.resume(input, length);
  const explain: Explain = (value) =>
    isNumeric(value) && value.length === length
      ? explainElements(run.element, value)
      : { path: "", expected: `${expectation(run)} of ${length}`, got: value };
  return { write, read, resume, explain, minBytes: length * run.element.minBytes, ...around(run.element) };
}

function expectation(run: NumericRun): string {
  return `${/^I/.test(run.arrayName) ? "an" : "a"} ${run.arrayName} or an array`;
}

/** Whether a value is an array, typed or not. Its numbers are checked one by one where it is not the matching typed array. */
export function isNumeric(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

/** Writes numbers without their count. */
export function writeNumbers(writer: Writer, run: NumericRun, values: readonly unknown[]): void {
  if (typedArrayName(values) === run.arrayName) {
    run.write(writer, values as unknown as NumericArray);
    return;
  }
  const { write } = run.element;
  for (let index = 0; index < values.length; index++) write(writer, values[index], undefined as never);
}

const typedArrayTag = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag)
  ?.get as (this: unknown) => string | undefined;

/** `Uint8Array` also for a Buffer or an array of another realm; `undefined` for anything but a typed array. */
export function typedArrayName(value: unknown): string | undefined {
  return typedArrayTag.call(value);
}

/** `u8` and `s8`: the bytes as they are. */
export function byteRun(element: CompiledType, signed: boolean): NumericRun {
  const cast = (bytes: Uint8Array): NumericArray =>
    signed ? new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) : bytes;
  return {
    element,
    arrayName: signed ? "Int8Array" : "Uint8Array",
    write: (writer, values) =>
      writer.bytes(
        signed ? new Uint8Array(values.buffer, values.byteOffset, values.byteLength) : (values as Uint8Array),
      ),
    readSome(reader, most) {
      const count = Math.min(reader.remaining, most);
      return count === 0 ? undefined : cast(readBytes(reader, count));
    },
    read: (reader, count) => cast(readBytes(reader, count)),
    *resume(input, count) {
      return cast(yield* resumeBytes(input, count));
    },
  };
}

/** `f32` and `f64`: fixed width, copied whole where the machine has the same byte order. */
export function floatRun(
  element: CompiledType,
  FloatArray: Float32ArrayConstructor | Float64ArrayConstructor,
): NumericRun {
  const size = FloatArray.BYTES_PER_ELEMENT;
  const fromBytes = (bytes: Uint8Array): NumericArray => {
    const copy = bytes.slice();
    if (!littleEndian) swap(copy, size);
    return new FloatArray(copy.buffer);
  };
  const read = (reader: Reader, count: number): NumericArray => {
    const length = count * size;
    const { position } = reader;
    if (position + length > reader.end) throw shortage(reader, length);
    reader.position += length;
    return fromBytes(reader.buffer.subarray(position, position + length));
  };
  return {
    element,
    arrayName: FloatArray.name,
    write(writer, values) {
      const start = writer.position;
      writer.bytes(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
      if (!littleEndian) swap(writer.buffer.subarray(start, writer.position), size);
      const end = writer.position;
      for (let index = 0; index < values.length; index++) {
        if (!Number.isNaN(values[index])) continue;
        writer.position = start + index * size;
        element.write(writer, Number.NaN, undefined as never);
      }
      writer.position = end;
    },
    readSome(reader, most, first) {
      const count = Math.min(Math.floor(reader.remaining / size), most);
      if (count === 0) return first;
      const values = read(reader, count);
      if (first === undefined) return values;
      const all = new FloatArray(count + 1);
      all.set(first as Float32Array);
      all.set(values as Float32Array, 1);
      return all;
    },
    read,
    *resume(input, count) {
      return fromBytes(yield* resumeBytes(input, count * size));
    },
  };
}

function swap(bytes: Uint8Array, size: number): void {
  for (let at = 0; at < bytes.length; at += size) bytes.subarray(at, at + size).reverse();
}

/** More numbers than this are read to memory that is used again, and copied once it is known how many there are. */
const FEW = 256;

/** Integers of 16 to 64 bits: LEB128. */
export function lebRun<A extends SmallLebArray | BigLebArray>(
  element: CompiledType,
  LebArray: new (length: number) => A,
  bulk: LebRun<A>,
): NumericRun {
  // Where numbers are read to before it is known how many they are.
  let aside: A | undefined;
  return {
    element,
    arrayName: LebArray.name,
    write: (writer, values) => bulk.write(writer, values as A),
    readSome(reader, most, first) {
      let count = first === undefined ? 0 : 1;
      // A number has at least a byte.
      const room = Math.min(count + most, count + reader.remaining, RUN_NUMBERS);
      if (room > FEW) aside ??= bulk.scratch?.() ?? new LebArray(RUN_NUMBERS);
      const values = room > FEW ? (aside as A) : new LebArray(room);
      if (first !== undefined) values[0] = first[0] as never;
      count = bulk.readInto(reader, values, count, room);
      return count === 0 ? undefined : (values.slice(0, count) as A);
    },
    read(reader, count) {
      if (count > reader.remaining) throw shortage(reader, count);
      const values = new LebArray(count);
      if (bulk.readInto(reader, values, 0, count) < count) throw underflow;
      return values;
    },
    *resume(input, count) {
      checkLength(input.reader, count);
      let values = new LebArray(Math.min(count, input.reader.remaining + 1));
      for (let length = 0; ; ) {
        length = bulk.readInto(input.reader, values, length, values.length);
        if (length === count) return values;
        if (length === values.length) {
          const larger = new LebArray(Math.min(count, 2 * length));
          larger.set(values as never);
          values = larger;
        }
        values[length++] = (yield* element.resume(input)) as never;
      }
    },
  };
}
