import type { Lifting, Lowering } from "../codec.ts";
import type { Reader } from "../reader.ts";
import { underflow } from "../reader.ts";
import type { Writer } from "../writer.ts";
import type { CompiledType, Explain, Input, Problem, Read, Resume, Steps, Write } from "./compiled-type.ts";
import { mismatch } from "./compiled-type.ts";
import { countElements, shortage } from "./failures.ts";
import { readUnsigned, resumeUnsigned, writeUnsigned } from "./leb128.ts";

/** `list<T>` of anything but numbers: the count, then the elements. */
export function listType(element: CompiledType): CompiledType {
  const write: Write = (writer, value, lowering) => {
    if (!Array.isArray(value)) throw mismatch;
    writeUnsigned(writer, value.length);
    writeElements(writer, element, value, lowering);
  };
  const read: Read = (reader, lifting) => readElements(reader, element, readUnsigned(reader), lifting);
  const resume: Resume = function* (input) {
    return yield* resumeElements(input, element, yield* resumeUnsigned(input));
  };
  const explain: Explain = (value) =>
    Array.isArray(value) ? explainElements(element, value) : { path: "", expected: "an array", got: value };
  return { write, read, resume, explain, minBytes: 1, ...around(element) };
}

/** `list<T, n>` of anything but numbers: the elements alone. */
export function fixedLengthListType(element: CompiledType, length: number): CompiledType {
  const write: Write = (writer, value, lowering) => {
    if (!Array.isArray(value) || value.length !== length) throw mismatch;
    writeElements(writer, element, value, lowering);
  };
  const read: Read = (reader, lifting) => readElements(reader, element, length, lifting);
  const resume: Resume = (input) => resumeElements(input, element, length);
  const explain: Explain = (value) =>
    Array.isArray(value) && value.length === length
      ? explainElements(element, value)
      : { path: "", expected: `an array of ${length}`, got: value };
  return { write, read, resume, explain, minBytes: length * element.minBytes, ...around(element) };
}

/** What a type takes over from the one that it repeats. */
export function around(element: CompiledType): Pick<CompiledType, "effects"> {
  return { effects: element.effects?.within("*") };
}

/** @param first number of the first element on its path; not zero in the later chunks of a stream */
export function writeElements(
  writer: Writer,
  element: CompiledType,
  values: readonly unknown[],
  lowering: Lowering,
  first = 0,
): void {
  const { write, effects } = element;
  const { length } = values;
  if (effects !== undefined) effects.writeElements(writer, element, values, lowering, first);
  else for (let index = 0; index < length; index++) write(writer, values[index], lowering);
}

export function readElements(reader: Reader, element: CompiledType, count: number, lifting: Lifting): unknown[] {
  countElements(reader, count);
  const least = count * element.minBytes;
  if (least > reader.end - reader.position) throw shortage(reader, least);
  const { read, effects } = element;
  // Short lists get the space that they need, where pushing would begin with seventeen. Long ones grow as they are read.
  const values = new Array<unknown>(Math.min(count, 64));
  if (effects !== undefined) effects.readElements(reader, element, values, count, lifting);
  else for (let index = 0; index < count; index++) values[index] = read(reader, lifting);
  return values;
}

export function* resumeElements(input: Input, element: CompiledType, count: number): Steps<unknown[]> {
  countElements(input.reader, count);
  const values: unknown[] = [];
  if (element.effects !== undefined) {
    yield* element.effects.resumeElements(input, element, values, count);
    return values;
  }
  for (;;) {
    readWhole(input.reader, element, count - values.length, input.lifting, values);
    if (values.length === count) return values;
    values.push(yield* element.resume(input));
  }
}

/**
 * Reads as many of `most` elements as are there whole, at full speed; the reader then stands where the next one begins. Only
 * for elements without effects: what is there of the next one is read, dropped, and read again by the resumable decoder.
 */
export function readWhole(
  reader: Reader,
  element: CompiledType,
  most: number,
  lifting: Lifting,
  values: unknown[],
): void {
  const { read, minBytes } = element;
  let { position, elements } = reader;
  try {
    for (let left = most; left > 0 && reader.end - position >= minBytes; left--) {
      values.push(read(reader, lifting));
      position = reader.position;
      elements = reader.elements;
    }
  } catch (error) {
    if (error !== underflow) throw error;
    reader.position = position;
    reader.elements = elements;
  }
}

export function explainElements(element: CompiledType, values: readonly unknown[], first = 0): Problem | undefined {
  for (let index = 0; index < values.length; index++) {
    const problem = element.explain(values[index]);
    if (problem !== undefined) return { ...problem, path: `[${first + index}]${problem.path}` };
  }
  return undefined;
}
