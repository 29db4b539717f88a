/**
 * Most code units that are worth a loop: beyond it, crossing into the engine's encoders and decoders is cheaper, for all
 * that it costs at first.
 */
export const shortText = 40;

/** One array of code units per length, to be filled and handed over as arguments. */
const unitsOfLength: number[][] = Array.from({ length: shortText + 1 }, (_, length) => Array.from({ length }, () => 0));

/**
 * Makes a string of ASCII bytes; `undefined` where there are others. At most {@link shortText}.
 *
 * `String.fromCharCode` makes a string of many code units in one piece. Adding them up one by one would be no faster, and
 * leave a chain to be flattened later.
 */
export function shortAscii(bytes: Uint8Array, start: number, length: number): string | undefined {
  const units = unitsOfLength[length] as number[];
  let all = 0;
  for (let index = 0; index < length; index++) {
    const byte = bytes[start + index] as number;
    units[index] = byte;
    all |= byte;
  }
  return all < 0x80 ? String.fromCharCode.apply(undefined, units) : undefined;
}

/** Makes a string of code units, whatever they are. They become arguments of a call, so there must be few of them. */
export function textOfUnits(units: Uint8Array | Uint16Array): string {
  return String.fromCharCode.apply(undefined, units as unknown as number[]);
}
