/** One element of DER: tag, length, contents. */
export function der(tag: number, ...contents: Uint8Array[]): Uint8Array {
  const length = contents.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([Uint8Array.from([tag, ...lengthBytes(length)]), ...contents]);
}

export const sequence = (...parts: Uint8Array[]): Uint8Array => der(0x30, ...parts);
export const set = (...parts: Uint8Array[]): Uint8Array => der(0x31, ...parts);
export const octets = (bytes: Uint8Array): Uint8Array => der(0x04, bytes);
export const utf8 = (text: string): Uint8Array => der(0x0c, Buffer.from(text));
export const TRUE: Uint8Array = der(0x01, Uint8Array.of(0xff));

/** Bits, the last ones unused where it is told so. */
export const bits = (bytes: Uint8Array, unused = 0): Uint8Array => der(0x03, Uint8Array.of(unused), bytes);

/** A positive integer of big-endian bytes. */
export function integer(bytes: Uint8Array): Uint8Array {
  const negative = (bytes[0] ?? 0) >= 0x80;
  return der(0x02, negative ? Uint8Array.of(0) : new Uint8Array(0), bytes);
}

/** An object identifier, for example `2.5.4.3`. */
export function identifier(text: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = text.split(".").map(Number);
  return der(0x06, Uint8Array.from([first * 40 + second, ...rest.flatMap(base128)]));
}

/** A time in the form that reaches beyond 2049. */
export function time(date: Date): Uint8Array {
  return der(0x18, Buffer.from(`${date.toISOString().replace(/\D/g, "").slice(0, 14)}Z`));
}

function lengthBytes(length: number): number[] {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest >>>= 8) bytes.unshift(rest & 0xff);
  return [0x80 | bytes.length, ...bytes];
}

function base128(value: number): number[] {
  const bytes = [value & 0x7f];
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) bytes.unshift(0x80 | (rest & 0x7f));
  return bytes;
}
