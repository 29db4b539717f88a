/** What a line of the table is about, by the names of rows. */
const features: readonly (readonly [title: string, rows: RegExp])[] = [
  ["bool, unsigned integers", /^scalars\/echo-(bool|u\d+)\//],
  ["signed integers", /^scalars\/echo-s\d+\//],
  ["floats", /^scalars\/echo-f\d+\//],
  ["char, string", /^scalars\/echo-(char|string)\//],
  ["lists, up to 10,000 elements", /^lists\//],
  ["records, variants, enums, tuples", /^compounds\/echo-(record|records|variant|enum|tuple)\//],
  ["options and results", /^compounds\/(echo-option|try-)/],
  ["16 parameters", /^compounds\/many-params\//],
  ["flags, 7 to 32", /^bits\//],
  ["flags, 33 and 64", /^wide-bits\//],
  ["functions without a result", /^voids\//],
  ["resources", /^resources\//],
  ["streams, up to 1 MiB", /^async-values\/(echo-(byte|number|record)-stream|numbers|measure)\//],
  ["several streams in a call", /^async-values\/(echo-two|measure-in-turn)\//],
  ["futures, nested and with streams", /^async-values\/echo-(future|nested)/],
  ["streams in lists and streams", /^async-values\/(stream-list|measure-all)\//],
  ["root functions of a world", /^root\//],
];

/** All lines of the table, in order. */
export const featureTitles: readonly string[] = features.map(([title]) => title);

/** @throws RangeError for a row that no line is about */
export function featureOf(row: string): string {
  const found = features.find(([, rows]) => rows.test(row));
  if (found === undefined) throw new RangeError(`no feature has the row ${row}`);
  return found[0];
}
