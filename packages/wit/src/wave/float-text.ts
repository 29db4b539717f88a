/**
 * Decimal text of floats: the nearest value when reading, the shortest text that reads back the same when writing, as
 * Rust's standard library does both. JavaScript has this for f64 only; going through f64 would round an f32 twice.
 */

/** The f32 nearest to a decimal number in JSON syntax. */
export function parseFloat32(text: string): number {
  const double = Number(text);
  const single = Math.fround(double);
  const other = otherNeighbour(double, single);
  if (other === undefined) return single;
  const order = compareDecimal(text, double);
  if (order === 0) return single;
  return order > 0 ? Math.max(single, other) : Math.min(single, other);
}

/** Shortest decimal text of a float without an exponent; `nan`, `inf` and `-inf` for what is no number. */
export function printFloat(value: number, width: 32 | 64): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  return withoutExponent(width === 64 ? String(value) : shortest32(value));
}

const maxFloat32 = 3.4028234663852886e38;
/** Half-way between the largest f32 and what would come next; from here on values round to infinity. */
const overflow32 = 3.4028235677973366e38;

/**
 * The f32 on the other side of a double that lies exactly between two f32. Only there can rounding the text to a double
 * first have hidden on which side it was.
 */
function otherNeighbour(double: number, single: number): number | undefined {
  if (Math.abs(double) === overflow32) return Math.sign(double) * maxFloat32;
  if (double === single || !Number.isFinite(single)) return undefined;
  const mirrored = double + (double - single);
  return Math.fround(mirrored) === mirrored ? mirrored : undefined;
}

/** The sign of `text - double`, computed exactly. The exponents that f32 neighbours can have keep the integers small. */
function compareDecimal(text: string, double: number): number {
  const decimal = decimalParts(text);
  const binary = binaryParts(double);
  let left = decimal.digits;
  let right = binary.digits;
  if (decimal.exponent > 0) left *= 10n ** BigInt(decimal.exponent);
  else right *= 10n ** BigInt(-decimal.exponent);
  if (binary.exponent > 0) right *= 2n ** BigInt(binary.exponent);
  else left *= 2n ** BigInt(-binary.exponent);
  return left === right ? 0 : left > right ? 1 : -1;
}

function decimalParts(text: string): { digits: bigint; exponent: number } {
  const [mantissa = "0", power = "0"] = text.toLowerCase().split("e");
  const [whole = "0", fraction = ""] = mantissa.split(".");
  return { digits: BigInt(whole + fraction), exponent: Number(power) - fraction.length };
}

function binaryParts(value: number): { digits: bigint; exponent: number } {
  let digits = value;
  let exponent = 0;
  while (!Number.isInteger(digits)) {
    digits *= 2;
    exponent--;
  }
  return { digits: BigInt(digits), exponent };
}

/**
 * Numbers that round to a power of two reach farther up than down, so where the nearest decimal is too far below, the
 * next one above may still do.
 */
function shortest32(value: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const [mantissa = "", exponent] = value.toExponential(digits - 1).split("e");
    const nearest = Number(mantissa.replace(".", ""));
    for (const candidate of [nearest, nearest + Math.sign(nearest)]) {
      const text = `${candidate}e${Number(exponent) - digits + 1}`;
      if (parseFloat32(text) === value) return text;
    }
  }
  return value.toPrecision(9);
}

function withoutExponent(text: string): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/.exec(text);
  if (match === null) return text;
  const [, sign = "", whole = "", fraction = "", power = "0"] = match;
  const digits = whole + fraction;
  const point = whole.length + Number(power);
  const padded = point <= 0 ? "0".repeat(1 - point) + digits : digits.padEnd(point, "0");
  const at = Math.max(point, 1);
  const kept = padded.slice(at).replace(/0+$/, "");
  return sign + padded.slice(0, at) + (kept === "" ? "" : `.${kept}`);
}
