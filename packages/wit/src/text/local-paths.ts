import type { Attribute, Extern, FileItem, Id, InterfaceMember, Path, UseItem, WorldItem } from "./ast.ts";

/** A place where a package names an interface or a world by a path. */
export interface PathUse {
  readonly path: Path;
  readonly attributes: readonly Attribute[];
  /** What the path must lead to; a top-level `use` does not say. */
  readonly wants: "interface" | "world" | "either";
  /** The types taken from the interface, for a `use` within an interface or world. */
  readonly names?: UseItem["names"];
  /** The interface or world that cannot be resolved before the path's target. */
  readonly dependent?: Id;
}

/**
 * Every path of a file. Within a world, imports come before exports whatever their order in the text, so that a world
 * written by the printer, which puts imports first, gives the same model.
 */
export function pathsOf(items: readonly FileItem[]): PathUse[] {
  return items.flatMap(itemPaths);
}

function itemPaths(item: FileItem): PathUse[] {
  switch (item.tag) {
    case "use":
      return [{ path: item.path, attributes: [], wants: "either" }];
    case "interface":
      return usesOf(item.members).map((use) => ({ ...use, dependent: item.name }));
    case "world":
      return worldPaths(item);
  }
}

function usesOf(members: readonly InterfaceMember[]): PathUse[] {
  return members.flatMap((member) => (member.tag === "use" ? [usePath(member)] : []));
}

function usePath(use: UseItem): PathUse {
  return { path: use.path, attributes: use.attributes, wants: "interface", names: use.names };
}

function worldPaths(world: WorldItem): PathUse[] {
  const first: PathUse[] = [];
  const imports: PathUse[] = [];
  const exports: PathUse[] = [];
  for (const member of world.members) {
    if (member.tag === "use") first.push(usePath(member));
    else if (member.tag === "include") {
      const { path, attributes } = member;
      first.push({ path, attributes, wants: "world", dependent: world.name });
    } else if (member.tag === "extern") {
      const into = member.direction === "import" ? imports : exports;
      for (const use of externPaths(member.what, member.attributes)) into.push(use);
    }
  }
  return [first, imports, exports].flat();
}

function externPaths(what: Extern, attributes: readonly Attribute[]): PathUse[] {
  switch (what.tag) {
    case "func":
      return [];
    case "inline":
      return usesOf(what.members);
    case "path":
    case "named path":
      return [{ path: what.path, attributes, wants: "interface" }];
  }
}
