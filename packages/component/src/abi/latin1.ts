import type { CanonicalContext } from "./canonical.ts";
import { shortAscii, shortText, textOfUnits } from "./code-units.ts";
import type { LowerText } from "./ranges.ts";
import { lowered } from "./ranges.ts";
import { checkTextSize } from "./text-size.ts";
import { decodeUnits, writeUtf16 } from "./utf16.ts";

/*
 * The encoding `latin1+utf16`: strings of which every code unit fits into a byte take one byte each, others are UTF-16.
 */

/** In the length of a string: its code units have two bytes. */
export const utf16Tag = 0x80000000;

/** Up to so many bytes, handing them over as arguments beats making UTF-16 of them. */
const mediumText = 256;

const textEncoder = new TextEncoder();

/** Reads Latin-1 that lies within `bytes`. `TextDecoder` has none: what the web calls by that name is Windows-1252. */
export function liftLatin1(bytes: Uint8Array, start: number, length: number): string {
  const ascii = length <= shortText ? shortAscii(bytes, start, length) : undefined;
  if (ascii !== undefined) return ascii;
  const text = bytes.subarray(start, start + length);
  return length <= mediumText ? textOfUnits(text) : (decodeUnits(new Uint16Array(text)) as string);
}

/** Allocates as the specification has it: what Latin-1 takes, and at the first character beyond it twice as much. */
export const lowerLatin1OrUtf16: LowerText = (context, text) => {
  const { length } = text;
  checkTextSize(length);
  const pointer = context.allocate(2, length);
  if (!writeLatin1(context, pointer, text)) return widen(context, pointer, text);
  lowered.length = length;
  return pointer;
};

/** Whether all of it was Latin-1. */
function writeLatin1(context: CanonicalContext, pointer: number, text: string): boolean {
  const { length } = text;
  const bytes = context.bytes();
  // For ASCII, the engine's encoder does in one go; with anything else, there are more bytes than units.
  if (length > shortText) {
    const { read, written } = textEncoder.encodeInto(text, bytes.subarray(pointer, pointer + length));
    if (read === length && written === length) return true;
  }
  for (let index = 0; index < length; index++) {
    const unit = text.charCodeAt(index);
    if (unit > 0xff) return false;
    bytes[pointer + index] = unit;
  }
  return true;
}

function widen(context: CanonicalContext, pointer: number, text: string): number {
  const { length } = text;
  checkTextSize(2 * length);
  const wide = context.reallocate(pointer, length, 2, 2 * length);
  writeUtf16(context, wide, text);
  lowered.length = length + utf16Tag;
  return wide;
}
