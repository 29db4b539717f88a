/** The sections of imports and exports of a component. */
import { type ByteReader, hex } from "./byte-reader.ts";
import { declareExport, declareImport } from "./declarations.ts";
import { malformed } from "./decode-error.ts";
import type { Decoding } from "./decoding.ts";
import type { Definition } from "./definitions.ts";
import type { Entity } from "./entities.ts";
import { readExternName } from "./extern-name.ts";
import { readItem } from "./instances.ts";
import type { Scope } from "./scope.ts";
import { Subtyping } from "./subtyping.ts";
import { readExternType } from "./type-definitions.ts";

/** Reads `import`. */
export function readImport(decoding: Decoding, scope: Scope, reader: ByteReader): Definition {
  const offset = reader.at;
  const name = readExternName(reader, "import name");
  const type = readExternType(decoding, scope, reader, name.text);
  const { entity, resources } = declareImport(decoding, scope, name, type);
  return { tag: "import", offset, name: name.text, type: entity, resources };
}

/** Reads `export`. */
export function readExport(decoding: Decoding, scope: Scope, reader: ByteReader): Definition {
  const offset = reader.at;
  const name = readExternName(reader, "export name");
  const { item, entity: found } = readItem(decoding, scope, reader, name.text);
  const at = reader.at;
  const optional = reader.byte("the optional type of an export");
  if (optional > 1) throw malformed(at, `an optional type begins with 0x00 or 0x01, not 0x${hex(optional)}`);
  const wanted =
    optional === 0 ? renamed(decoding, found, name.text, offset) : readExternType(decoding, scope, reader, name.text);
  if (optional === 1) checkAscription(decoding, found, wanted, offset);
  const { entity, resources } = declareExport(decoding, scope, name, wanted);
  return { tag: "export", offset, item, type: entity, resources };
}

/** A type gets an id of its own where it is exported, since only the exported one has a name outside. */
function renamed(decoding: Decoding, entity: Entity, name: string, offset: number): Entity {
  if (entity.tag !== "type") return entity;
  return { tag: "type", type: decoding.arena.add({ tag: "alias", type: entity.type }, offset, name), bound: "eq" };
}

/** An export can be given a type that says less; resources of that type are abstract then. */
function checkAscription(decoding: Decoding, found: Entity, wanted: Entity, offset: number): void {
  const subtyping = new Subtyping(decoding.arena, decoding.budget, offset);
  if (wanted.tag === "instance" && found.tag === "instance") {
    subtyping.assume(wanted.type.resources, (name) => found.type.byName.get(name)?.type);
  }
  if (wanted.tag === "type" && wanted.bound === "sub-resource") {
    subtyping.assume([{ path: [""], resource: wanted.type }], () => found);
  }
  subtyping.within("ascribed type of export, which is not compatible with item's type", () =>
    subtyping.entity(found, wanted),
  );
}
