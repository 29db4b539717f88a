import type { Writer } from "@witwire/codec";

/** Beyond this numbers are not exact in JavaScript; the protocol has no use for them. */
export const MAX_VARINT: number = Number.MAX_SAFE_INTEGER;

/** Bytes of an unsigned LEB128 number in its shortest form. */
export function varintSize(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  let size = 2;
  for (let rest = value / 0x4000; rest >= 1; rest /= 0x80) size++;
  return size;
}

/** Appends an unsigned LEB128 number in its shortest form, up to {@link MAX_VARINT}. */
export function writeVarint(writer: Writer, value: number): void {
  if (value <= 0xffff_ffff) {
    writer.u32(value);
    return;
  }
  let rest = value;
  while (rest >= 0x80) {
    writer.byte((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  writer.byte(rest);
}

/** The one number that all of these bytes are, in its shortest form; `undefined` where they are anything else. */
export function readVarint(bytes: Uint8Array): number | undefined {
  let value = 0;
  let scale = 1;
  for (const [at, byte] of bytes.entries()) {
    value += (byte & 0x7f) * scale;
    scale *= 0x80;
    if (value > MAX_VARINT) return undefined;
    if (byte < 0x80) return at === bytes.length - 1 && (byte > 0 || at === 0) ? value : undefined;
  }
  return undefined;
}
