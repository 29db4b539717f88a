/** One array of code units per length, to be filled and handed over as arguments. */
const unitsOfLength: number[][] = /* @__PURE__ */ Array.from({ length: 64 }, (_, length) =>
  Array.from({ length }, () => 0),
);

/**
 * Reads ASCII of less than 64 bytes; `undefined` where there are more, or others.
 *
 * Short text is most of what most values consist of, and nearly all of it is ASCII. `String.fromCharCode` makes a string
 * of many code units in one piece, in a fraction of the time that a call into the engine's decoder takes. Adding them up
 * one by one would be no faster, and leave a chain to be flattened later.
 */
export function readAscii(bytes: Uint8Array, position: number, length: number): string | undefined {
  const units = unitsOfLength[length];
  if (units === undefined) return undefined;
  let all = 0;
  for (let index = 0; index < length; index++) {
    const byte = bytes[position + index] as number;
    units[index] = byte;
    all |= byte;
  }
  return all < 0x80 ? String.fromCharCode.apply(undefined, units) : undefined;
}
