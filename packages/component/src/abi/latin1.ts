import type { CanonicalContext } from "./canonical.ts";
import { shortAscii, shortText, textOfUnits } from "./code-units.ts";
import type { LowerText } from "./ranges.ts";
import { lowered } from "./ranges.ts";
import { checkTextSize, checkWellFormed } from "./text-checks.ts";
import { writeUtf16 } from "./utf16.ts";

/*
 * The encoding `latin1+utf16`: strings of which every code unit fits into a byte take one byte each, others are UTF-16.
 */

/** In the length of a string: its code units have two bytes. */
export const utf16Tag = 0x80000000;

/** Reads Latin-1 that lies within `bytes`. `TextDecoder` is of no use: what the web calls Latin-1 is Windows-1252. */
export function liftLatin1(bytes: Uint8Array, start: number, length: number): string {
  const ascii = length <= shortText ? shortAscii(bytes, start, length) : undefined;
  return ascii ?? textOfUnits(bytes.subarray(start, start + length));
}

/** Allocates as the specification has it: what Latin-1 takes, and at the first character beyond it twice as much. */
export const lowerLatin1OrUtf16: LowerText = (context, text) => {
  const { length } = text;
  checkWellFormed(text);
  checkTextSize(text, 1);
  const pointer = context.allocate(2, length);
  if (!writeLatin1(context, pointer, text)) return widen(context, pointer, text);
  lowered.length = length;
  return pointer;
};

/** Whether all of it was Latin-1. */
function writeLatin1(context: CanonicalContext, pointer: number, text: string): boolean {
  const bytes = context.bytes();
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit > 0xff) return false;
    bytes[pointer + index] = unit;
  }
  return true;
}

function widen(context: CanonicalContext, pointer: number, text: string): number {
  const { length } = text;
  checkTextSize(text, 2);
  const wide = context.reallocate(pointer, length, 2, 2 * length);
  writeUtf16(context, wide, text);
  lowered.length = length + utf16Tag;
  return wide;
}
