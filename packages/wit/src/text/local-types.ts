/** Types of a package on its own: definitions of interfaces and worlds, `use`, and uses of types within them. */

import { referencesOf } from "../model/references.ts";
import type { Case, EnumCase, Field, Stability, Type, TypeId, TypeKind, TypeOwner } from "../model/types.ts";
import { didYouMean } from "../suggestions/did-you-mean.ts";
import type { Definition, Id, LabelNode, ResourceMember, TypeItem, TypeNode, UseItem } from "./ast.ts";
import { docsOf } from "./docs.ts";
import type { LocalType } from "./draft.ts";
import { errorAt } from "./errors.ts";
import { externalIdOf, stabilityOf } from "./gates.ts";
import type { LocalPackage } from "./local-package.ts";
import { type Scope, UniqueNames } from "./local-scope.ts";
import { spanOf } from "./source.ts";
import { sortByDependency } from "./toposort.ts";
import { cycleError, namesIn, unknownType } from "./type-names.ts";

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
        const names = new UniqueNames(what);
        const fields = definition.fields.map((field): Field => {
          return { ...this.#label(field, names), type: this.type(field.type, gate) };
        });
        return { tag: "record", fields };
      }
      case "variant": {
        if (definition.cases.length === 0) throw errorAt(name.place, `${what} needs at least one case`);
        const names = new UniqueNames(what);
        const cases = definition.cases.map((item): Case => {
          const label = this.#label(item, names);
          return item.type === undefined ? label : { ...label, type: this.type(item.type, gate) };
        });
        return { tag: "variant", cases };
      }
      case "enum": {
        if (definition.cases.length === 0) throw errorAt(name.place, `${what} needs at least one case`);
        const names = new UniqueNames(what);
        return { tag: "enum", cases: definition.cases.map((item) => this.#label(item, names)) };
      }
      case "flags": {
        const names = new UniqueNames(what);
        return { tag: "flags", flags: definition.flags.map((flag) => this.#label(flag, names)) };
      }
      case "resource":
        checkMembers(definition.members, what);
        return { tag: "resource" };
    }
  }

  #label({ name, comments }: LabelNode, names: UniqueNames): EnumCase {
    names.add(name);
    const docs = docsOf(comments, this.#local.work);
    return { name: name.name, ...(docs === undefined ? {} : { docs }), span: spanOf(name.place) };
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

function checkMembers(members: readonly ResourceMember[], what: string): void {
  const names = new UniqueNames(what);
  let constructors = 0;
  for (const { tag, name } of members) {
    if (tag !== "constructor") names.add(name);
    else if (++constructors > 1) throw errorAt(name.place, `${what} has two constructors; make one a static function`);
  }
}

/** Gates and external id of an item, ready to be spread into it. */
export function annotations(attributes: TypeItem["attributes"]): { stability?: Stability; externalId?: string } {
  if (attributes.length === 0) return {};
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
