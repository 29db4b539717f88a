import { ByteReader } from "./byte-reader.ts";
import type { CustomSection } from "./component-sections.ts";
import { ComponentDecodeError } from "./decode-error.ts";

/** The name in the custom section `component-name`. Whatever is wrong with that section, the component is no worse for it. */
export function readComponentName(sections: readonly CustomSection[]): string | undefined {
  const section = sections.find((candidate) => candidate.name === "component-name");
  if (section === undefined) return undefined;
  const reader = new ByteReader(section.bytes, 0, section.bytes.length, "section component-name");
  try {
    if (reader.byte("a subsection") !== 0) return undefined;
    return reader.within("name of the component").name("the name of the component");
  } catch (error) {
    if (error instanceof ComponentDecodeError) return undefined;
    throw error;
  }
}
