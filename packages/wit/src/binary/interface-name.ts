import type { PackageName } from "../model/types.ts";

/** The name of an interface or world taken apart. */
export interface InterfaceName {
  readonly package: PackageName;
  readonly name: string;
}

/** Takes a name apart that the decoder has found to be valid; nothing where it is a plain name. */
export function parseInterfaceName(text: string, versionSuffix = ""): InterfaceName | undefined {
  const found = /^([^:]+):([^/]+)\/([^@]+)(?:@(.+))?$/.exec(text);
  if (found === null) return undefined;
  const [, namespace = "", pack = "", name = "", version] = found;
  const owner = { namespace, name: pack };
  return { package: version === undefined ? owner : { ...owner, version: version + versionSuffix }, name };
}
