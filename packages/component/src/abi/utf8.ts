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

/** Holds text on its way into a guest, until it is known how much room to ask for. */
const scratch = new Uint8Array(64 * 1024);

/**
 * Allocates once, as the specification has it for a source in UTF-8; what the strings of a host are in, it leaves open.
 * For one in UTF-16 it would have the guest's `realloc` called again for anything but ASCII, and the adapter through which
 * modules for WASI preview 1 become components traps at that.
 */
export const lowerUtf8: LowerText = (context, text) => {
  const { length } = text;
  checkTextSize(length);
  if (length <= shortText && isAscii(text)) {
    const pointer = context.allocate(1, length);
    const bytes = context.bytes();
    for (let index = 0; index < length; index++) bytes[pointer + index] = text.charCodeAt(index);
    lowered.length = length;
    return pointer;
  }
  // Three bytes are the most that a code unit becomes.
  if (3 * length > scratch.length) return lowerLong(context, text);
  const size = textEncoder.encodeInto(text, scratch).written;
  const pointer = context.allocate(1, size);
  context.bytes().set(scratch.subarray(0, size), pointer);
  lowered.length = size;
  return pointer;
};

/** Encodes twice, which is cheaper than memory for a copy. */
function lowerLong(context: CanonicalContext, text: string): number {
  const size = encodedSize(text);
  checkTextSize(size);
  const pointer = context.allocate(1, size);
  textEncoder.encodeInto(text, context.bytes().subarray(pointer, pointer + size));
  lowered.length = size;
  return pointer;
}

function encodedSize(text: string): number {
  let size = 0;
  for (let at = 0; at < text.length; ) {
    const end = at + scratch.length;
    // A pair of surrogates is four bytes, but its halves would be three each.
    const isPair = (text.charCodeAt(end - 1) & 0xfc00) === 0xd800;
    const { read, written } = textEncoder.encodeInto(text.slice(at, isPair ? end - 1 : end), scratch);
    at += read;
    size += written;
  }
  return size;
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 0x7f) return false;
  return true;
}
