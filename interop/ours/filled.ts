/** The bytes of a filled row: byte `i` is `i % 251`. */
export function filledBytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => index % 251);
}

/** The same in chunks of 16 KiB. */
export function* filledChunks(length: number): Generator<Uint8Array> {
  const all = filledBytes(length);
  for (let start = 0; start < length; start += 16_384) yield all.slice(start, start + 16_384);
}
