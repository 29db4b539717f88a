import { describeValue, ValueError } from "@witwire/wit/values";
import { DecodeError } from "../errors.ts";
import type { Reader } from "../reader.ts";
import { underflow } from "../reader.ts";
import type { Problem } from "./compiled-type.ts";

/** Bytes that are wrong, at `position` of the reader's buffer. */
export function malformed(reader: Reader, position: number, message: string): DecodeError {
  return new DecodeError(`byte ${reader.offset + position}: ${message}`);
}

/** Bytes that are too many. */
export function overLimit(reader: Reader, message: string): DecodeError {
  return new DecodeError(`byte ${reader.offset + reader.position}: ${message}`, "limit");
}

/**
 * Answers that `bytes` more bytes are needed than there are. More than a value may have will never be right, so that is
 * said at once rather than after they have arrived.
 */
export function shortage(reader: Reader, bytes: number): typeof underflow {
  checkLength(reader, bytes);
  return underflow;
}

/** Refuses a length that no value may have. @throws DecodeError */
export function checkLength(reader: Reader, bytes: number): void {
  const { maxValueBytes } = reader.limits;
  if (bytes > maxValueBytes)
    throw overLimit(reader, `${bytes} bytes announced, more than the limit of ${maxValueBytes}`);
}

/** Counts list elements against the limit of the value. @throws DecodeError */
export function countElements(reader: Reader, count: number): void {
  reader.elements -= count;
  if (reader.elements < 0) {
    throw overLimit(reader, `more list elements than the limit of ${reader.limits.maxElements} in one value`);
  }
}

/** A byte as error messages show it. */
export function hex(byte: number): string {
  return `0x${byte.toString(16).padStart(2, "0")}`;
}

/** The error for a value that does not fit. `where` says what the value is, for example `params`. */
export function valueError(where: string, problem: Problem): ValueError {
  const path = problem.path.replace(/^\./, "");
  const place = [where, path].filter((part) => part !== "").join(": ");
  const text = `expected ${problem.expected}, got ${describeValue(problem.got)}`;
  return new ValueError(place === "" ? text : `${place}: ${text}`);
}
