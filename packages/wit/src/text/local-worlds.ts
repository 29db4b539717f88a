/** Worlds of a package on its own, before `include` is followed and implicit imports are added. */
import type { FuncKind, WorldEntry, WorldId } from "../model/types.ts";
import type { ExternItem, IncludeItem, WorldItem } from "./ast.ts";
import { docsOf } from "./docs.ts";
import { type DraftWorld, entryKey } from "./draft.ts";
import { errorAt } from "./errors.ts";
import { stabilityOf } from "./gates.ts";
import { resolveFunction, resolveInterface, resolveMembers } from "./local-interfaces.ts";
import type { LocalPackage } from "./local-package.ts";
import { annotations, LocalTypes } from "./local-types.ts";
import { spanOf } from "./source.ts";

/** Fills in the world that has been given an id before. */
export function resolveWorld(local: LocalPackage, id: WorldId, syntax: WorldItem, file: number): void {
  const draft = local.worlds[id];
  if (draft === undefined) throw new TypeError(`there is no world ${id}`);
  const { members } = syntax;
  const docs = docsOf(syntax.comments, local.work);
  if (docs !== undefined) draft.docs = docs;
  const stability = stabilityOf(syntax.attributes);
  if (stability !== undefined) draft.stability = stability;

  const types = new LocalTypes(local, { tag: "world", id }, `the world "${syntax.name.name}"`);
  types.define(
    members.filter((member) => member.tag === "use" || member.tag === "type"),
    file,
  );
  for (const member of members) {
    if (member.tag === "include") draft.includes.push(resolveInclude(local, member, file));
  }
  for (const [name, named] of types.scope) {
    if ("type" in named) draft.imports.set(name, { name, item: { tag: "type", id: named.type } });
  }
  for (const member of members) {
    if (member.tag === "extern") addExtern(local, draft, types, member, file);
    else if (member.tag === "type") {
      for (const func of resolveMembers(local, types, member)) {
        draft.imports.set(func.name, { name: func.name, item: { tag: "function", func } });
      }
    }
  }
}

function resolveInclude(local: LocalPackage, item: IncludeItem, file: number): DraftWorld["includes"][number] {
  const stability = stabilityOf(item.attributes);
  return {
    world: local.findWorld(item.path, file),
    renames: item.renames.map(({ name, as }) => ({ name: name.name, as: as.name })),
    span: spanOf(item.path.item.place),
    ...(stability === undefined ? {} : { stability }),
  };
}

function addExtern(local: LocalPackage, draft: DraftWorld, types: LocalTypes, item: ExternItem, file: number): void {
  const entry = externEntry(local, types, item, file);
  const entries = item.direction === "import" ? draft.imports : draft.exports;
  const key = entryKey(entry);
  const known = entries.get(key);
  if (known === undefined) {
    entries.set(key, entry);
    return;
  }
  const id = item.what.tag === "path" ? item.what.path.item : item.what.name;
  if (item.what.tag === "path") {
    throw errorAt(id.place, `"${id.name}" is already an ${item.direction} of this world; remove one of the two`);
  }
  throw errorAt(
    id.place,
    `the world already has ${articles[known.item.tag]} named "${id.name}" among its ${item.direction}s; rename one`,
  );
}

const articles = { interface: "an interface", function: "a function", type: "a type" };

function externEntry(local: LocalPackage, types: LocalTypes, item: ExternItem, file: number): WorldEntry {
  const { what } = item;
  switch (what.tag) {
    case "func": {
      const { name } = what.name;
      const kind: FuncKind = { tag: "freestanding", async: what.func.async };
      const func = resolveFunction(local, types, { ...item, ...what }, name, kind);
      return { name, item: { tag: "function", func } };
    }
    case "inline": {
      const id = local.addInterface(what.name.place);
      resolveInterface(local, id, { ...item, ...what }, file);
      // The documentation of an inline interface belongs to the interface, its gate to both.
      const head = annotations(item.attributes);
      return { name: what.name.name, item: { tag: "interface", id, ...head, span: spanOf(what.name.place) } };
    }
    case "path":
    case "named path": {
      const docs = docsOf(item.comments, local.work);
      const name = what.tag === "path" ? what.path.item : what.name;
      return {
        ...(what.tag === "path" ? {} : { name: name.name }),
        item: {
          tag: "interface",
          id: local.findInterface(what.path, file),
          ...(docs === undefined ? {} : { docs }),
          ...annotations(item.attributes),
          span: spanOf(name.place),
        },
      };
    }
  }
}
