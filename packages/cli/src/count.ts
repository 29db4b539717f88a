import { UsageError } from "./usage-error.ts";

/**
 * A number of things, from 1, as the field of an options object.
 *
 * @returns an empty object where the option was not given
 * @throws UsageError for anything else
 */
export function parseCount<Name extends string>(
  flag: string,
  field: Name,
  text: string | undefined,
): { readonly [K in Name]?: number } {
  if (text === undefined) return {};
  const count = /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;
  if (count === undefined) throw new UsageError(`${flag} ${text} is no number from 1`);
  return { [field]: count } as { readonly [K in Name]?: number };
}
