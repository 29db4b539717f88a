/** Types of a package on its own: definitions of interfaces and worlds, `use`, and uses of types within them. */
import type { Case, Field, Stability, Type, TypeId, TypeKind, TypeOwner } from "../model/types.ts";
import type { Definition, Id, LabelNode, TypeItem, TypeNode, UseItem } from "./ast.ts";
import { docsOf } from "./docs.ts";
import type { LocalType } from "./draft.ts";
import { errorAt } from "./errors.ts";
import { externalIdOf, stabilityOf } from "./gates.ts";
import { referencesOf } from "./kinds.ts";
import type { LocalPackage } from "./local-package.ts";
import { type Scope, UniqueNames } from "./local-scope.ts";
import { spanOf } from "./source.ts";
import { didYouMean } from "./suggest.ts";
import { sortByDependency } from "./toposort.ts";

/** Resolves the `use` statements and type definitions of one interface or world. */
export class LocalTypes {
  readonly scope: Scope = new Map();
  readonly names: UniqueNames;
  readonly #local: LocalPackage;
  readonly #owner: TypeOwner;

  constructor(local: LocalPackage, owner: TypeOwner, what: string) {
    this.#local = local;
    this.#owner = owner;
    this.names = new UniqueNames(what);
  }

  /**
   * Defines everything that is used, then every type, each after the types that it refers to. The members come in the
   * order of the text: it decides among types that could come next, and names that are used take part in that.
   */
  define(members: readonly (UseItem | TypeItem)[], file: number): void {
    for (const member of members) if (member.tag === "use") this.#use(member, file);
    const nodes = members.flatMap((member): { readonly id: Id; readonly item?: TypeItem }[] =>
      member.tag === "type" ? [{ id: member.name, item: member }] : member.names.map(({ as }) => ({ id: as })),
    );
    for (const { id, item } of nodes) if (item !== undefined) this.names.add(id);
    const numbers = new Map(nodes.map(({ id }, index) => [id.name, index]));
    const dependencies = nodes.map(({ item }) =>
      item === undefined ? [] : this.#dependencies(item.definition, numbers),
    );
    const sorted = sortByDependency(dependencies, this.#local.work);
    if ("cycle" in sorted) throw cycleError(nodes[sorted.cycle]?.id, nodes[sorted.through]?.id);
    for (const index of sorted.order) {
      const item = nodes[index]?.item;
      if (item !== undefined) this.#defineType(item);
    }
  }

  #use(use: UseItem, file: number): void {
    const from = this.#local.findInterface(use.path, file);
    const source = this.#local.interfaceScopes[from];
    const head = annotations(use.attributes);
    for (const { name, as } of use.names) {
      const found = source?.get(name.name);
      if (found === undefined) {
        const hint = didYouMean(name.name, source?.keys() ?? []);
        throw errorAt(name.place, `the interface "${use.path.item.name}" has no type "${name.name}"${hint}`);
      }
      if ("function" in found) {
        throw errorAt(name.place, `"${name.name}" is a function; only types can be used from an interface`);
      }
      this.names.add(as);
      const kind: TypeKind = { tag: "alias", type: found.type };
      const id = this.#add({ name: as.name, kind, owner: this.#owner, span: spanOf(name.place), ...head });
      this.scope.set(as.name, { type: id });
    }
  }

  #dependencies(definition: Definition, numbers: ReadonlyMap<string, number>): number[] {
    return namesIn(definition).map((id) => {
      this.#local.work.visited++;
      const number = numbers.get(id.name);
      if (number === undefined) throw unknownType(id, numbers.keys());
      return number;
    });
  }

  #defineType(item: TypeItem): void {
    const head = annotations(item.attributes);
    const kind = this.#kindOfDefinition(item, head.stability);
    const docs = docsOf(item.comments, this.#local.work);
    const { name, place } = item.name;
    const id = this.#add({
      name,
      kind,
      owner: this.#owner,
      ...(docs === undefined ? {} : { docs }),
      ...head,
      span: spanOf(place),
    });
    this.scope.set(name, { type: id });
  }

  #kindOfDefinition({ name, definition }: TypeItem, gate: Stability | undefined): TypeKind {
    const what = `the ${definition.tag} "${name.name}"`;
    switch (definition.tag) {
      case "alias":
        return this.#kind(definition.type, gate);
      case "record": {
        const labels = this.#labels(definition.fields, what);
        const fields = definition.fields.map((field, index): Field => {
          return { ...(labels[index] as Field), type: this.type(field.type, gate) };
        });
        return { tag: "record", fields };
      }
      case "variant": {
        if (definition.cases.length === 0) throw errorAt(name.place, `${what} needs at least one case`);
        const labels = this.#labels(definition.cases, what);
        const cases = definition.cases.map((item, index): Case => {
          const type = item.type === undefined ? {} : { type: this.type(item.type, gate) };
          return { ...(labels[index] as Case), ...type };
        });
        return { tag: "variant", cases };
      }
      case "enum":
        if (definition.cases.length === 0) throw errorAt(name.place, `${what} needs at least one case`);
        return { tag: "enum", cases: this.#labels(definition.cases, what) };
      case "flags":
        return { tag: "flags", flags: this.#labels(definition.flags, what) };
      case "resource": {
        const names = new UniqueNames(what);
        let constructors = 0;
        for (const member of definition.members) {
          if (member.tag !== "constructor") names.add(member.name);
          else if (++constructors > 1)
            throw errorAt(member.name.place, `${what} has two constructors; make one a static function`);
        }
        return { tag: "resource" };
      }
    }
  }

  #labels(nodes: readonly LabelNode[], what: string): Label[] {
    const names = new UniqueNames(what);
    return nodes.map(({ name, comments }) => {
      names.add(name);
      const docs = docsOf(comments, this.#local.work);
      return { name: name.name, ...(docs === undefined ? {} : { docs }), span: spanOf(name.place) };
    });
  }

  /** A use of a type. The types that it is built of get no names; equal ones share an id. */
  type(node: TypeNode, gate?: Stability): Type {
    const kind = this.#kind(node, gate);
    if (kind.tag === "alias") return kind.type;
    // `own<r>` and plain `r` mean the same handle; it is made when the package is linked.
    if (kind.tag === "own") return kind.resource;
    return this.#anonymous(kind, gate);
  }

  /** The `borrow` that methods take as `self`. */
  borrow(resource: TypeId): TypeId {
    return this.#anonymous({ tag: "borrow", resource });
  }

  #anonymous(kind: TypeKind, gate?: Stability): TypeId {
    const key = shapeKey(kind);
    const known = this.#local.anonymous.get(key);
    if (known !== undefined) return known;
    const stability = gate ?? this.#inheritedStability(kind);
    const id = this.#add({ kind, ...(stability === undefined ? {} : { stability }) });
    this.#local.anonymous.set(key, id);
    return id;
  }

  /** `option<t>` is as stable as `t`; of several types the first that says anything decides. */
  #inheritedStability(kind: TypeKind): Stability | undefined {
    for (const type of referencesOf(kind)) {
      const found = typeof type === "string" ? undefined : this.#local.types[type]?.stability;
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #kind(node: TypeNode, gate: Stability | undefined): TypeKind {
    this.#local.work.visited++;
    switch (node.tag) {
      case "primitive":
        return { tag: "alias", type: node.type };
      case "name":
        return { tag: "alias", type: this.#named(node.id) };
      case "own":
      case "borrow":
        return { tag: node.tag, resource: this.#resource(node.resource) };
      case "list":
      case "option":
        return { tag: node.tag, type: this.type(node.type, gate) };
      case "fixed-length-list":
        return { tag: node.tag, type: this.type(node.type, gate), length: node.length };
      case "map":
        return this.#map(node, gate);
      case "stream":
      case "future":
        return node.type === undefined ? { tag: node.tag } : { tag: node.tag, type: this.type(node.type, gate) };
      case "tuple":
        return { tag: "tuple", types: node.types.map((type) => this.type(type, gate)) };
      case "result": {
        const ok = node.ok === undefined ? {} : { ok: this.type(node.ok, gate) };
        return { tag: "result", ...ok, ...(node.err === undefined ? {} : { err: this.type(node.err, gate) }) };
      }
    }
  }

  #map(node: Extract<TypeNode, { tag: "map" }>, gate: Stability | undefined): TypeKind {
    const key = this.type(node.key, gate);
    const value = this.type(node.value, gate);
    if (typeof key !== "string" || ["f32", "f64", "error-context"].includes(key)) {
      throw errorAt(node.key.place, "the key of a map must be bool, char, string or an integer type, written in place");
    }
    return { tag: "map", key, value };
  }

  #named(id: Id): TypeId {
    const found = this.scope.get(id.name);
    if (found === undefined) throw unknownType(id, this.scope.keys());
    if ("function" in found) throw errorAt(id.place, `"${id.name}" is a function, but a type is needed here`);
    return found.type;
  }

  #resource(id: Id): TypeId {
    const type = this.#named(id);
    const end = this.#local.aliasEnds[type];
    if (end === "other") {
      throw errorAt(
        id.place,
        `"${id.name}" is not a resource; "own" and "borrow" take only resources, so use it as it is`,
      );
    }
    if (typeof end === "number")
      this.#local.requiredResources.push({ type: end, span: spanOf(id.place), name: id.name });
    return type;
  }

  #add(type: LocalType): TypeId {
    const { types, aliasEnds, work } = this.#local;
    const { kind } = type;
    work.visited++;
    if (kind.tag === "resource") aliasEnds.push("resource");
    else if (kind.tag === "alias" && typeof kind.type === "number") aliasEnds.push(aliasEnds[kind.type] ?? "other");
    else aliasEnds.push("other");
    return types.push(type) - 1;
  }
}

type Label = { readonly name: string; readonly docs?: string; readonly span: ReturnType<typeof spanOf> };

/** Gates and external id of an item, ready to be spread into it. */
export function annotations(attributes: TypeItem["attributes"]): { stability?: Stability; externalId?: string } {
  const stability = stabilityOf(attributes);
  const externalId = externalIdOf(attributes);
  return { ...(stability === undefined ? {} : { stability }), ...(externalId === undefined ? {} : { externalId }) };
}

/** A text that is equal for types of equal shape. */
function shapeKey(kind: TypeKind): string {
  switch (kind.tag) {
    case "result":
      return `result ${kind.ok ?? "_"} ${kind.err ?? "_"}`;
    case "fixed-length-list":
      return `${kind.tag} ${kind.type} ${kind.length}`;
    default:
      return `${kind.tag} ${referencesOf(kind).join(" ")}`;
  }
}

/** Every name that a definition refers to. Functions of resources do not count: they are resolved after all types. */
function namesIn(definition: Definition): Id[] {
  const names: Id[] = [];
  for (const node of typesIn(definition)) collectNames(node, names);
  return names;
}

function typesIn(definition: Definition): TypeNode[] {
  switch (definition.tag) {
    case "alias":
      return [definition.type];
    case "record":
      return definition.fields.map((field) => field.type);
    case "variant":
      return definition.cases.flatMap((item) => item.type ?? []);
    default:
      return [];
  }
}

function collectNames(node: TypeNode, names: Id[]): void {
  if (node.tag === "name") names.push(node.id);
  else if (node.tag === "own" || node.tag === "borrow") names.push(node.resource);
  else for (const part of partsOf(node)) collectNames(part, names);
}

function partsOf(node: TypeNode): TypeNode[] {
  switch (node.tag) {
    case "map":
      return [node.key, node.value];
    case "tuple":
      return [...node.types];
    case "result":
      return [node.ok ?? [], node.err ?? []].flat();
    case "list":
    case "option":
    case "fixed-length-list":
    case "stream":
    case "future":
      return node.type === undefined ? [] : [node.type];
    default:
      return [];
  }
}

const renamed: Readonly<Record<string, string>> = { float32: "f32", float64: "f64" };

function unknownType({ name, place }: Id, names: Iterable<string>): Error {
  const now = Object.hasOwn(renamed, name) ? renamed[name] : undefined;
  if (now !== undefined) return errorAt(place, `"${name}" is now called "${now}"; write "${now}"`);
  const builtIn = ["bool", "char", "string", "list", "option", "result", "tuple", "future", "stream", "map", "flags"];
  const hint = didYouMean(name, [...names, ...builtIn]) || '; define it here, or bring it in with "use"';
  return errorAt(place, `there is no type "${name}" here${hint}`);
}

function cycleError(from: Id | undefined, to: Id | undefined): Error {
  if (from === undefined || to === undefined) throw new TypeError("a cycle must have members");
  const way = from === to ? "" : ` through "${to.name}"`;
  return errorAt(
    from.place,
    `the type "${from.name}" contains itself${way}; put a resource in between, or refer to it by an id`,
  );
}
