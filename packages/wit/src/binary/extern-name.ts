import type { ByteReader } from "./byte-reader.ts";
import { hex } from "./byte-reader.ts";
import { malformed } from "./decode-error.ts";

/** The name of an import or export with its attributes, as written. */
export interface ExternNameText {
  readonly text: string;
  readonly offset: number;
  readonly implemented?: string;
  readonly externalId?: string;
  readonly versionSuffix?: string;
}

const attributes = ["implemented", "versionSuffix", "externalId"] as const;

/** Reads `nameattributes`. */
export function readExternName(reader: ByteReader, what: string): ExternNameText {
  const offset = reader.at;
  const form = reader.byte(`the form of an ${what}`);
  if (form > 2) throw malformed(offset, `the form of an ${what} is 0x00, 0x01 or 0x02, not 0x${hex(form)}`);
  const text = reader.name(`an ${what}`);
  if (form < 2) return { text, offset };
  const found: Partial<Record<(typeof attributes)[number], string>> = {};
  reader.list("attributes", () => {
    const at = reader.at;
    const byte = reader.byte("an attribute");
    const attribute = attributes[byte];
    if (attribute === undefined) throw malformed(at, `no attribute of a name is 0x${hex(byte)}`);
    if (found[attribute] !== undefined) throw malformed(at, `the name "${text}" has the same attribute twice`);
    found[attribute] = reader.name("an attribute");
  });
  return { text, offset, ...found };
}
