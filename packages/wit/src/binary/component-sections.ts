import { readAlias } from "./aliases.ts";
import { type ByteReader, hex } from "./byte-reader.ts";
import { readCanonicalDefinition } from "./canonical-definitions.ts";
import { readComponentName } from "./component-name.ts";
import { readCoreInstance } from "./core-instances.ts";
import { readCoreModule } from "./core-module.ts";
import { malformed, unsupported } from "./decode-error.ts";
import type { Decoding } from "./decoding.ts";
import type { ComponentDefinition, Definition } from "./definitions.ts";
import type { ComponentInfo } from "./entities.ts";
import { readExport, readImport } from "./externs.ts";
import { componentInfo } from "./finish.ts";
import { readInstance } from "./instances.ts";
import { readPreamble } from "./preamble.ts";
import { Scope } from "./scope.ts";
import { readCoreType, readType } from "./type-definitions.ts";

/** A custom section of the root component. */
export interface CustomSection {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A component with its type, as its surroundings work on it. */
export interface ReadComponent {
  readonly definition: ComponentDefinition;
  readonly type: ComponentInfo;
  readonly customSections: readonly CustomSection[];
}

type ReadDefinition = (decoding: Decoding, scope: Scope, reader: ByteReader) => Definition | undefined;

/** Sections that are lists of definitions. */
const listSections: ReadonlyMap<number, readonly [elements: string, read: ReadDefinition]> = new Map<
  number,
  readonly [string, ReadDefinition]
>([
  [2, ["core instances", readCoreInstance]],
  [3, ["core types", readCoreType]],
  [5, ["instances", readInstance]],
  [6, ["aliases", readAlias]],
  [7, ["types", readType]],
  [8, ["canonical definitions", readCanonicalDefinition]],
  [10, ["imports", readImport]],
  [11, ["exports", readExport]],
]);

/** Reads a component that takes the whole of the reader. */
export function readComponent(decoding: Decoding, outer: Scope | undefined, reader: ByteReader): ReadComponent {
  const offset = reader.at;
  const scope = new Scope("component", outer, decoding.arena, decoding.budget);
  decoding.budget.depth(offset, scope.depth, "components are");
  readPreamble(reader);
  const definitions: Definition[] = [];
  const customSections: CustomSection[] = [];
  while (reader.remaining > 0) {
    const at = reader.at;
    decoding.budget.step(at);
    const id = reader.byte("the id of a section");
    if (id === 0) customSections.push(readCustomSection(reader));
    else readSection(decoding, scope, reader, id, at, definitions);
  }
  const type = componentInfo(decoding, scope, reader.end);
  const name = readComponentName(customSections);
  return { definition: { offset, ...(name !== undefined && { name }), definitions, type }, type, customSections };
}

function readSection(
  decoding: Decoding,
  scope: Scope,
  reader: ByteReader,
  id: number,
  at: number,
  definitions: Definition[],
): void {
  const list = listSections.get(id);
  if (list !== undefined) {
    const [elements, read] = list;
    const section = reader.within(`section of ${elements}`);
    section.list(elements, () => {
      const definition = read(decoding, scope, section);
      if (definition) definitions.push(definition);
    });
    section.finish();
    return;
  }
  switch (id) {
    case 1: {
      const section = reader.within("core module");
      const bytes = section.bytes.subarray(section.at, section.end);
      const { shape, ...type } = readCoreModule(section, decoding.budget);
      scope.add({ tag: "core-module", type }, at);
      definitions.push({ tag: "core-module", offset: at, bytes, ordinal: decoding.coreModules++, shape });
      return;
    }
    case 4: {
      const { definition, type } = readComponent(decoding, scope, reader.within("component"));
      scope.add({ tag: "component", type }, at);
      definitions.push({ tag: "component", offset: at, component: definition });
      return;
    }
    case 9:
      throw unsupported(at, "start functions of components are not supported");
    case 12:
      throw unsupported(at, "values in components are not supported");
    default:
      throw malformed(at, `no section of a component has the id 0x${hex(id)}`);
  }
}

function readCustomSection(reader: ByteReader): CustomSection {
  const section = reader.within("custom section");
  const name = section.name("the name of a custom section");
  return { name, bytes: section.take(section.remaining, "a custom section") };
}
