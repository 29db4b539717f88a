/** Bytes as `toString("hex")` would give them. */
export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Bytes in a notation that one can read: hex digits, and text in single quotes. Spaces, line ends and `|` mean nothing.
 *
 * @example wire("00 | 05 'hello'")
 */
export function wire(notation: string): Uint8Array {
  const bytes: number[] = [];
  for (const [token] of notation.matchAll(/'[^']*'|[0-9a-f]{2}|[^\s|]/g)) {
    if (token.startsWith("'")) bytes.push(...new TextEncoder().encode(token.slice(1, -1)));
    else if (token.length === 2) bytes.push(Number.parseInt(token, 16));
    else throw new SyntaxError(`"${token}" is neither a byte in hex nor text in quotes`);
  }
  return Uint8Array.from(bytes);
}

/** Several pieces of bytes as one. */
export function concat(...pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** A frame as the specification has it, built without the code under test. */
export function frame(path: readonly number[], data: Uint8Array | string): Uint8Array {
  const body = typeof data === "string" ? wire(data) : data;
  const head = [path.length, ...path].flatMap(unsigned);
  const bytes = new Uint8Array(head.length + unsigned(body.length).length + body.length);
  bytes.set([...head, ...unsigned(body.length)]);
  bytes.set(body, bytes.length - body.length);
  return bytes;
}

/** The bytes on each path, by the path's numbers joined with commas; the root is `""`. */
export function bytesByPath(bytes: Uint8Array): Record<string, string> {
  const paths: Record<string, string> = {};
  for (const { path, data } of readFrames(bytes)) paths[path] = (paths[path] ?? "") + toHex(data);
  return paths;
}

/** The elements of each stream whose elements are unsigned numbers, or bytes below 128, however they were cut into chunks. */
export function elementsByPath(bytes: Uint8Array): Record<string, number[]> {
  const { "": _root, ...streams } = bytesByPath(bytes);
  return Object.fromEntries(Object.entries(streams).map(([path, hex]) => [path, readElements(wire(hex))]));
}

function readElements(bytes: Uint8Array): number[] {
  const elements: number[] = [];
  const at = { offset: 0 };
  for (let count = readNumber(bytes, at); count > 0; count = readNumber(bytes, at)) {
    while (count-- > 0) elements.push(readNumber(bytes, at));
  }
  return elements;
}

/** Frames as the specification has them, read without the code under test. @throws RangeError where one is cut off */
export function readFrames(bytes: Uint8Array): { readonly path: string; readonly data: Uint8Array }[] {
  const frames: { path: string; data: Uint8Array }[] = [];
  const at = { offset: 0 };
  while (at.offset < bytes.length) {
    const path = Array.from({ length: readNumber(bytes, at) }, () => readNumber(bytes, at)).join();
    const length = readNumber(bytes, at);
    if (at.offset + length > bytes.length) throw new RangeError("the bytes end inside a frame");
    frames.push({ path, data: bytes.subarray(at.offset, at.offset + length) });
    at.offset += length;
  }
  return frames;
}

function readNumber(bytes: Uint8Array, at: { offset: number }): number {
  for (let value = 0, shift = 1; ; shift *= 128) {
    const byte = bytes[at.offset++];
    if (byte === undefined) throw new RangeError("the bytes end inside a number");
    value += (byte & 0x7f) * shift;
    if (byte < 0x80) return value;
  }
}

/** LEB128, the shortest form. */
export function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value % 0x80) + 0x80, ...unsigned(Math.floor(value / 0x80))];
}
