import { ValueError } from "@witwire/wit/values";
import { mismatch } from "./failures.ts";
import { maxByteLength } from "./layout.ts";

/** @throws ValueError for lone surrogates, which no encoding has */
export function checkWellFormed(text: string): void {
  if (!text.isWellFormed()) throw mismatch("a string without lone surrogates", text);
}

/** @throws ValueError for a string that no component takes */
export function checkTextSize(text: string, bytesPerUnit: number): void {
  const size = text.length * bytesPerUnit;
  if (size > maxByteLength) {
    throw new ValueError(`expected a string of at most ${maxByteLength} bytes, got one of ${size}`);
  }
}
