/** Documentation and gates of a WIT package, which its binary has as JSON in the custom section `package-docs`. */

import { qualifiedName } from "../model/names.ts";
import type {
  Annotated,
  Func,
  Interface,
  InterfaceId,
  PackageId,
  Resolve,
  Stability,
  TypeDef,
  TypeId,
  TypeKind,
  World,
  WorldEntry,
} from "../model/types.ts";
import type { CustomSection } from "./component-sections.ts";
import { malformed } from "./decode-error.ts";

type Json = { readonly [name: string]: unknown };

/** Adds to the main package of a model what the section says. What it says of things that do not exist is ignored. */
export function applyPackageDocs(resolve: Resolve, main: PackageId, section: CustomSection): Resolve {
  const root = parse(section);
  const docs = new PackageDocs(resolve, main);
  const interfaces = object(root.interfaces);
  const worlds = object(root.worlds);
  const owner = resolve.packages[main];
  for (const [name, id] of Object.entries(owner?.interfaces ?? {})) docs.interface(id, object(interfaces[name]));
  for (const [name, id] of Object.entries(owner?.worlds ?? {})) docs.world(id, object(worlds[name]));
  return docs.finish(text(root.docs));
}

/** The model while docs are put into it; what it was made of stays as it is. */
class PackageDocs {
  readonly #resolve: Resolve;
  readonly #main: PackageId;
  readonly #interfaces: Interface[];
  readonly #worlds: World[];
  readonly #types: TypeDef[];

  constructor(resolve: Resolve, main: PackageId) {
    this.#resolve = resolve;
    this.#main = main;
    this.#interfaces = [...resolve.interfaces];
    this.#worlds = [...resolve.worlds];
    this.#types = [...resolve.types];
  }

  finish(docs: string | undefined): Resolve {
    const packages = this.#resolve.packages.map((item, id) =>
      id === this.#main && docs !== undefined ? { ...item, docs } : item,
    );
    return { packages, interfaces: this.#interfaces, worlds: this.#worlds, types: this.#types };
  }

  interface(id: InterfaceId, said: Json): void {
    const item = this.#interfaces[id];
    if (item === undefined) return;
    const funcs = object(said.funcs);
    const types = object(said.types);
    const functions = Object.entries(item.functions).map(
      ([name, func]) => [name, documented(func, funcs[name])] as const,
    );
    for (const [name, type] of Object.entries(item.types)) this.#type(type, object(types[name]));
    this.#interfaces[id] = { ...item, ...annotations(said), functions: Object.fromEntries(functions) };
  }

  world(id: number, said: Json): void {
    const world = this.#worlds[id];
    if (world === undefined) return;
    const imported = new Set(world.imports.map((entry) => entry.name));
    const imports = world.imports.map((entry) => this.#entry(entry, this.#saidOf(said, entry, "import", true)));
    const exports = world.exports.map((entry) =>
      this.#entry(entry, this.#saidOf(said, entry, "export", !imported.has(entry.name))),
    );
    this.#worlds[id] = { ...world, ...annotations(said), imports, exports };
  }

  /** What is said of an entry. Exports were once filed with the imports where no import had their name. */
  #saidOf(said: Json, entry: WorldEntry, side: "import" | "export", shared: boolean): unknown {
    const { item } = entry;
    const find = (both: string, exported: string, name: string): unknown => {
      const own = side === "export" ? object(said[exported])[name] : undefined;
      return own ?? (shared ? object(said[both])[name] : undefined);
    };
    switch (item.tag) {
      case "function":
        return find("funcs", "func_exports", entry.name ?? "");
      case "type":
        return object(said.types)[entry.name ?? ""];
      case "interface": {
        const found = this.#interfaces[item.id];
        if (found?.name === undefined) return find("interfaces", "interface_exports", entry.name ?? "");
        const name = entry.name ?? qualifiedName(this.#resolve, found);
        const docs = object(said[`interface_${side}_docs`])[name];
        return { docs, stability: object(said[`interface_${side}_stability`])[name] };
      }
    }
  }

  #entry(entry: WorldEntry, said: unknown): WorldEntry {
    const { item } = entry;
    switch (item.tag) {
      case "function":
        return { ...entry, item: { ...item, func: documented(item.func, said) } };
      case "type":
        this.#type(item.id, object(said));
        return entry;
      case "interface": {
        if (this.#interfaces[item.id]?.name !== undefined)
          return { ...entry, item: { ...item, ...annotations(object(said)) } };
        this.interface(item.id, object(said));
        const { stability } = annotations(object(said));
        return stability === undefined ? entry : { ...entry, item: { ...item, stability } };
      }
    }
  }

  #type(id: TypeId, said: Json): void {
    const def = this.#types[id];
    if (def === undefined) return;
    this.#types[id] = { ...def, ...annotations(said), kind: documentedParts(def.kind, object(said.items)) };
  }
}

function documented(func: Func, said: unknown): Func {
  if (typeof said === "string") return { ...func, docs: said };
  return { ...func, ...annotations(object(said)) };
}

function documentedParts(kind: TypeKind, said: Json): TypeKind {
  const part = <T extends { readonly name: string }>(item: T): T => {
    const docs = text(said[item.name]);
    return docs === undefined ? item : { ...item, docs };
  };
  switch (kind.tag) {
    case "record":
      return { ...kind, fields: kind.fields.map(part) };
    case "variant":
      return { ...kind, cases: kind.cases.map(part) };
    case "enum":
      return { ...kind, cases: kind.cases.map(part) };
    case "flags":
      return { ...kind, flags: kind.flags.map(part) };
    default:
      return kind;
  }
}

function annotations(said: Json): Annotated {
  const docs = text(said.docs);
  const stability = stabilityOf(object(said.stability));
  return { ...(docs !== undefined && { docs }), ...(stability !== undefined && { stability }) };
}

function stabilityOf(said: Json): Stability | undefined {
  const since = text(object(said.stable).since);
  const feature = text(object(said.unstable).feature);
  const until = text(object(said.stable ?? said.unstable).deprecated);
  const deprecated = until === undefined ? {} : { deprecated: until };
  if (since !== undefined) return { tag: "stable", since, ...deprecated };
  return feature === undefined ? undefined : { tag: "unstable", feature, ...deprecated };
}

function parse({ bytes }: CustomSection): Json {
  const [version] = bytes;
  if (version !== 0 && version !== 1) {
    throw malformed(0, `section package-docs is of version ${version ?? "none"}; versions 0 and 1 are known`);
  }
  try {
    return object(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(1))));
  } catch {
    throw malformed(0, "section package-docs does not hold JSON");
  }
}

function object(value: unknown): Json {
  return typeof value === "object" && value !== null ? (value as Json) : {};
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
