/**
 * A value of a result as JSON. What JSON cannot hold is written as text: 64-bit numbers beyond 2^53, `nan`, `inf`;
 * absent values are `null`, maps are lists of pairs.
 */
export function toJsonValue(value: unknown, replace: (value: object) => unknown): unknown {
  if (value === undefined || value === null) return null;
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  if (typeof value === "number") return Number.isFinite(value) ? value : floatText(value);
  if (typeof value !== "object") return value;
  const replaced = replace(value);
  if (replaced !== undefined) return replaced;
  const inner = (part: unknown): unknown => toJsonValue(part, replace);
  if (ArrayBuffer.isView(value)) return Array.from(value as Uint8Array, inner);
  if (Array.isArray(value)) return value.map(inner);
  if (value instanceof Map) return Array.from(value, ([key, part]) => [inner(key), inner(part)]);
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, inner(part)]));
}

function floatText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  return value > 0 ? "inf" : "-inf";
}
