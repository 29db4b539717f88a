/** The first argument of client and server: `fresh`, an instance for every call, or `reuse`, the same one for all. */
export function reuseOf(argument: string | undefined): number {
  if (argument === "fresh") return 1;
  if (argument === "reuse") return Number.POSITIVE_INFINITY;
  throw new RangeError(`"fresh" or "reuse", not ${JSON.stringify(argument)}`);
}
