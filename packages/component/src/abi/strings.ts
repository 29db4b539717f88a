import type { CanonicalContext } from "./canonical.ts";
import { Trap } from "./canonical.ts";
import type { CompiledType } from "./compiled-type.ts";
import { hex, mismatch } from "./failures.ts";
import { liftLatin1, lowerLatin1OrUtf16, utf16Tag } from "./latin1.ts";
import { maxByteLength } from "./layout.ts";
import { rangeType } from "./ranges.ts";
import { liftUtf8, lowerUtf8 } from "./utf8.ts";
import { liftUtf16, lowerUtf16 } from "./utf16.ts";

/** `string`: a pointer and the number of code units. */
export const stringType: CompiledType = {
  ...rangeType({ lift: liftString, lower: lowerString }),
  depth: 0,
  hasHandles: false,
};

function liftString(context: CanonicalContext, _view: DataView, pointer: number, units: number): string {
  switch (context.stringEncoding) {
    case "utf8":
      return liftUtf8(textBytes(context, pointer, units, 1), pointer, units);
    case "utf16":
      return liftUtf16(textBytes(context, pointer, 2 * units, 2), pointer, units);
    case "latin1+utf16": {
      if (units < utf16Tag) return liftLatin1(textBytes(context, pointer, units, 2), pointer, units);
      const wide = units - utf16Tag;
      return liftUtf16(textBytes(context, pointer, 2 * wide, 2), pointer, wide);
    }
  }
}

/** The guest's memory, once it is certain that the text lies in it and may be lifted. */
function textBytes(context: CanonicalContext, pointer: number, size: number, alignment: 1 | 2): Uint8Array {
  if (size > maxByteLength)
    throw new Trap(`a string of ${size} bytes, more than the ${maxByteLength} that are allowed`);
  if ((pointer & (alignment - 1)) !== 0) {
    throw new Trap(`misaligned string pointer ${hex(pointer)}: strings are aligned to 2 bytes in this encoding`);
  }
  const bytes = context.bytes();
  if (pointer + size > bytes.length) {
    throw new Trap(`a string of ${size} bytes at ${hex(pointer)} is out of bounds of ${bytes.length} bytes of memory`);
  }
  context.charge(size);
  return bytes;
}

function lowerString(context: CanonicalContext, value: unknown): number {
  if (typeof value !== "string") throw mismatch("a string", value);
  if (!value.isWellFormed()) throw mismatch("a string without lone surrogates", value);
  switch (context.stringEncoding) {
    case "utf8":
      return lowerUtf8(context, value);
    case "utf16":
      return lowerUtf16(context, value);
    case "latin1+utf16":
      return lowerLatin1OrUtf16(context, value);
  }
}
