import { camelCase } from "@witwire/wit/model";

/** The name in JavaScript. No WIT text has names with underscores, but models also come from elsewhere. */
export function propertyName(name: string): string {
  const key = camelCase(name);
  if (key === "__proto__") throw new RangeError(`"${name}" cannot be the name of a field or flag`);
  return key;
}
