import type { CanonicalContext } from "./canonical.ts";
import { Trap } from "./canonical.ts";
import { textOfUnits } from "./code-units.ts";
import { hex } from "./failures.ts";
import type { LowerText } from "./ranges.ts";
import { lowered } from "./ranges.ts";
import { checkTextSize, checkWellFormed } from "./text-checks.ts";

/** Reads UTF-16 that lies aligned within `bytes`, the guest's memory. */
export function liftUtf16(bytes: Uint8Array, start: number, length: number): string {
  const units = new Uint16Array(bytes.buffer, bytes.byteOffset + start, length);
  const text = textOfUnits(units);
  if (!text.isWellFormed()) {
    throw new Trap(`lone surrogate at code unit ${firstLoneSurrogate(text)} of the string at ${hex(start)}`);
  }
  return text;
}

function firstLoneSurrogate(text: string): number {
  return text.search(/\p{Surrogate}/u);
}

export const lowerUtf16: LowerText = (context, text) => {
  checkWellFormed(text);
  checkTextSize(text, 2);
  const pointer = context.allocate(2, 2 * text.length);
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
