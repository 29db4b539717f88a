/** One array of code units per length, to be filled and handed over as arguments. */
const unitsOfLength: number[][] = Array.from({ length: 64 }, (_, length) => Array.from({ length }, () => 0));

/** Most code units that are worth a loop: beyond it, crossing into the engine is cheaper. */
export const shortText: number = unitsOfLength.length - 1;

/**
 * Makes a string of ASCII bytes; `undefined` where there are others. At most {@link shortText}.
 *
 * `String.fromCharCode` makes a string of many code units in one piece, in a fraction of the time that a call into the
 * engine's decoder takes. Adding them up one by one would be no faster, and leave a chain to be flattened later.
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

/** Makes a string of code units, whatever they are. */
export function textOfUnits(units: Uint8Array | Uint16Array): string {
  if (units.length <= chunk) return String.fromCharCode.apply(undefined, units as unknown as number[]);
  const parts: string[] = [];
  for (let start = 0; start < units.length; start += chunk) {
    parts.push(String.fromCharCode.apply(undefined, units.subarray(start, start + chunk) as unknown as number[]));
  }
  return parts.join("");
}

/** Arguments of one call. They go onto the stack, which has room for some 100,000. */
const chunk = 4096;
