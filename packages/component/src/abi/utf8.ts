import type { CanonicalContext } from "./canonical.ts";
import { Trap } from "./canonical.ts";
import { shortAscii, shortText } from "./code-units.ts";
import { hex } from "./failures.ts";
import type { LowerText } from "./ranges.ts";
import { lowered } from "./ranges.ts";
import { checkTextSize } from "./text-size.ts";

const textEncoder = new TextEncoder();
/** Refuses what is no UTF-8 (so also surrogates and overlong forms) and keeps a leading U+FEFF. */
const textDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Reads UTF-8 that lies within `bytes`, the guest's memory. */
export function liftUtf8(bytes: Uint8Array, start: number, length: number): string {
  return (length <= shortText ? shortAscii(bytes, start, length) : undefined) ?? decode(bytes, start, length);
}

function decode(bytes: Uint8Array, start: number, length: number): string {
  const text = bytes.subarray(start, start + length);
  try {
    return textDecoder.decode(text);
  } catch {
    throw new Trap(`invalid UTF-8 at byte ${firstInvalid(text)} of the string at ${hex(start)}`);
  }
}

/** Where the first sequence begins that is no character. Only asked where there is one. */
function firstInvalid(text: Uint8Array): number {
  let at = 0;
  for (let size = characterSize(text, 0); size > 0; size = characterSize(text, at)) at += size;
  return at;
}

/** The fewest bytes are to be used for a character: by their number, the first code that needs so many. */
const firstCodes = [0, 0, 0x80, 0x800, 0x10000] as const;

/** Bytes of the character that begins here; 0 where none does. */
function characterSize(text: Uint8Array, at: number): number {
  const first = text[at] ?? 0xff;
  if (first < 0x80) return 1;
  const size = Math.clz32(~first << 24);
  if (size !== 2 && size !== 3 && size !== 4) return 0;
  let code = first & (0x7f >> size);
  for (const byte of text.subarray(at + 1, at + size)) {
    if ((byte & 0xc0) !== 0x80) return 0;
    code = (code << 6) | (byte & 0x3f);
  }
  const valid =
    at + size <= text.length && code >= firstCodes[size] && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return valid ? size : 0;
}

/**
 * Allocates as the specification has it for a source in UTF-16: first what ASCII takes, which is right for most text; at
 * the first other character the worst case, and what is too much is given back.
 */
export const lowerUtf8: LowerText = (context, text) => {
  const { length } = text;
  checkTextSize(length);
  const pointer = context.allocate(1, length);
  const done = writeAscii(context.bytes(), pointer, text);
  if (done < length) return lowerRest(context, text, pointer, done);
  lowered.length = length;
  return pointer;
};

/** Writes text up to the first character that is not ASCII, and returns how much that was; possibly less in long text. */
function writeAscii(bytes: Uint8Array, pointer: number, text: string): number {
  const { length } = text;
  if (length > shortText) {
    const { read, written } = textEncoder.encodeInto(text, bytes.subarray(pointer, pointer + length));
    return read === length && written === length ? length : 0;
  }
  for (let index = 0; index < length; index++) {
    const unit = text.charCodeAt(index);
    if (unit > 0x7f) return index;
    bytes[pointer + index] = unit;
  }
  return length;
}

/** Goes on in a larger place, once text was found to be more than the ASCII that `done` units of it are. */
function lowerRest(context: CanonicalContext, text: string, pointer: number, done: number): number {
  const { length } = text;
  const most = 3 * length;
  const place = context.reallocate(pointer, length, 1, most);
  const rest = context.bytes().subarray(place + done, place + most);
  const size = done + textEncoder.encodeInto(done === 0 ? text : text.slice(done), rest).written;
  checkTextSize(size);
  const end = size < most ? context.reallocate(place, most, 1, size) : place;
  lowered.length = size;
  return end;
}
