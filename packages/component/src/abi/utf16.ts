import type { CanonicalContext } from "./canonical.ts";
import { Trap } from "./canonical.ts";
import { shortText, textOfUnits } from "./code-units.ts";
import { hex } from "./failures.ts";
import type { LowerText } from "./ranges.ts";
import { lowered } from "./ranges.ts";
import { checkTextSize } from "./text-size.ts";

/** Refuses lone surrogates and keeps a leading U+FEFF. */
const textDecoder = new TextDecoder("utf-16le", { fatal: true, ignoreBOM: true });

/** Reads UTF-16 that lies aligned within `bytes`, the guest's memory. */
export function liftUtf16(bytes: Uint8Array, start: number, length: number): string {
  const units = new Uint16Array(bytes.buffer, bytes.byteOffset + start, length);
  const text = length <= shortText ? textOfUnits(units) : decodeUnits(units);
  if (text?.isWellFormed()) return text;
  throw new Trap(`lone surrogate at code unit ${firstLoneSurrogate(units)} of the string at ${hex(start)}`);
}

/** Makes a string of code units; `undefined` where there are lone surrogates. */
export function decodeUnits(units: Uint16Array): string | undefined {
  try {
    return textDecoder.decode(units);
  } catch {
    return undefined;
  }
}

function firstLoneSurrogate(units: Uint16Array): number {
  return units.findIndex((unit, index) => {
    if (unit < 0xd800 || unit > 0xdfff) return false;
    const pair = unit < 0xdc00 ? units[index + 1] : units[index - 1];
    return pair === undefined || (pair & 0xfc00) !== (unit < 0xdc00 ? 0xdc00 : 0xd800);
  });
}

export const lowerUtf16: LowerText = (context, text) => {
  const size = 2 * text.length;
  checkTextSize(size);
  const pointer = context.allocate(2, size);
  writeUtf16(context, pointer, text);
  lowered.length = text.length;
  return pointer;
};

/** Writes text to where there is room for it. */
export function writeUtf16(context: CanonicalContext, pointer: number, text: string): void {
  const { length } = text;
  const bytes = context.bytes();
  const units = new Uint16Array(bytes.buffer, bytes.byteOffset + pointer, length);
  for (let index = 0; index < length; index++) units[index] = text.charCodeAt(index);
}
