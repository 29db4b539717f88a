import { type ByteReader, hex } from "./byte-reader.ts";
import { declaration, freshResources } from "./declarations.ts";
import { invalid, malformed } from "./decode-error.ts";
import type { Decoding } from "./decoding.ts";
import type { Definition, Item } from "./definitions.ts";
import { type ComponentInfo, type Declaration, type Entity, instanceInfo } from "./entities.ts";
import { readExternName } from "./extern-name.ts";
import { type Scope, Side } from "./scope.ts";
import { readExportSort } from "./sorts.ts";
import { Substitution } from "./substitution.ts";
import { Subtyping } from "./subtyping.ts";

/** Reads `instance`. */
export function readInstance(decoding: Decoding, scope: Scope, reader: ByteReader): Definition {
  const offset = reader.at;
  const form = reader.byte("an instance");
  if (form === 0x00) return instantiate(decoding, scope, reader, offset);
  if (form === 0x01) return inlineInstance(decoding, scope, reader, offset);
  throw malformed(offset, `an instance begins with 0x00 or 0x01, not 0x${hex(form)}`);
}

/** Reads `sortidx` and finds what it refers to. */
export function readItem(
  decoding: Decoding,
  scope: Scope,
  reader: ByteReader,
  name: string,
): { item: Item; entity: Entity } {
  const offset = reader.at;
  const sort = readExportSort(reader);
  const index = reader.u32(`the index of "${name}"`);
  switch (sort) {
    case "func":
      return { item: { name, sort, index }, entity: { tag: sort, type: scope.at("funcs", index, offset) } };
    case "component":
      return { item: { name, sort, index }, entity: { tag: sort, type: scope.at("components", index, offset) } };
    case "instance":
      return { item: { name, sort, index }, entity: { tag: sort, type: scope.at("instances", index, offset) } };
    case "core-module":
      return { item: { name, sort, index }, entity: { tag: sort, type: scope.at("coreModules", index, offset) } };
    case "type": {
      const type = scope.at("types", index, offset);
      if (type.tag !== "value") return { item: { name, sort, index: -1 }, entity: { tag: "type-of", of: type } };
      const resource = decoding.arena.resource(type.type);
      return {
        item: { name, sort, index: -1, ...(resource !== undefined && { resource }) },
        entity: { tag: "type", type: type.type, bound: "eq" },
      };
    }
  }
}

function instantiate(decoding: Decoding, scope: Scope, reader: ByteReader, offset: number): Definition {
  const component = reader.u32("the index of a component");
  const type = scope.at("components", component, offset);
  const given = new Map<string, Entity>();
  const args = reader.list("arguments", () => {
    const at = reader.at;
    decoding.budget.step(at);
    const name = reader.name("the name of an argument");
    const { item, entity } = readItem(decoding, scope, reader, name);
    if (given.has(name))
      throw invalid(at, `instantiation argument "${name}" conflicts with previous argument "${name}"`);
    given.set(name, entity);
    return item;
  });
  const subtyping = new Subtyping(decoding.arena, decoding.budget, offset);
  subtyping.assume(type.importedResources, (name) => given.get(name));
  subtyping.all(type.imports, "import", (name) => given.get(name));
  const substitution = new Substitution(decoding.arena, decoding.budget, offset);
  specialise(decoding, type, given, substitution, offset);
  for (const [from, to] of subtyping.resources) substitution.replace(from, to);
  const resources = freshResources(decoding, type.definedResources, substitution, offset);
  for (const { resource } of resources) scope.definedResources.set(resource, "foreign");
  scope.add({ tag: "instance", type: instanceInfo(substitution.declarations(type.exports), []) }, offset);
  return { tag: "instantiate", offset, component, args, resources };
}

/** Has the types that a component imports replaced by those that it is given, so that their names stay known. */
function specialise(
  decoding: Decoding,
  component: ComponentInfo,
  given: ReadonlyMap<string, Entity>,
  substitution: Substitution,
  offset: number,
): void {
  const seen = new Set<object>();
  const pair = (expected: readonly Declaration[], actual: (name: string) => Entity | undefined): void => {
    for (const { name, type } of expected) {
      decoding.budget.step(offset);
      const found = actual(name);
      if (type.tag === "type" && found?.tag === "type") substitution.replace(type.type, found.type);
      if (type.tag !== "instance" || found?.tag !== "instance" || seen.has(type.type)) continue;
      seen.add(type.type);
      pair(type.type.exports, (inner) => found.type.byName.get(inner)?.type);
    }
  };
  pair(component.imports, (name) => given.get(name));
}

/** Nothing that such an instance holds gets an index here, so it cannot hold constructors, methods or static functions. */
function inlineInstance(decoding: Decoding, scope: Scope, reader: ByteReader, offset: number): Definition {
  const side = new Side("instance export name");
  const exports: Item[] = [];
  reader.list("exports", () => {
    decoding.budget.step(reader.at);
    const name = readExternName(reader, "export name");
    const { item, entity } = readItem(decoding, scope, reader, name.text);
    side.declarations.push(declaration(decoding, side, "instance export name", name, entity));
    exports.push(item);
  });
  scope.add({ tag: "instance", type: instanceInfo(side.declarations, []) }, offset);
  return { tag: "instance", offset, exports };
}
