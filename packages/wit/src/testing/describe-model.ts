/**
 * A model written down without ids: every reference by name, anonymous types in place. Two models that mean the same
 * have equal descriptions, whatever the order of their arenas.
 */

import type {
  Annotated,
  Func,
  Interface,
  Resolve,
  Type,
  TypeDef,
  TypeId,
  TypeKind,
  TypeOwner,
  World,
  WorldEntry,
} from "../model/index.ts";
import { formatPackageName, qualifiedName } from "../model/index.ts";

/** Anything that `assert.deepEqual` can compare. */
export type Description = string | number | readonly Description[] | { readonly [name: string]: Description };

export interface DescribeOptions {
  /** Whether docs, gates and external ids of interfaces and worlds are part of the description. Default `true`. */
  readonly annotations?: boolean;
}

/** Describes the packages of a model by name. */
export function describeModel(resolve: Resolve, options: DescribeOptions = {}): Record<string, Description> {
  const describer = new Describer(resolve, options.annotations ?? true);
  return Object.fromEntries(
    resolve.packages.map((item) => [
      formatPackageName(item.name),
      {
        ...describer.docs(item.docs),
        interfaces: Object.fromEntries(
          Object.entries(item.interfaces).map(([name, id]) => [name, describer.interface(resolve.interfaces[id])]),
        ),
        worlds: Object.fromEntries(
          Object.entries(item.worlds).map(([name, id]) => [name, describer.world(resolve.worlds[id])]),
        ),
      },
    ]),
  );
}

class Describer {
  readonly #resolve: Resolve;
  readonly #annotations: boolean;

  constructor(resolve: Resolve, annotations: boolean) {
    this.#resolve = resolve;
    this.#annotations = annotations;
  }

  docs(docs: string | undefined): { docs?: Description } {
    return docs === undefined || !this.#annotations ? {} : { docs };
  }

  interface(item: Interface | undefined): Description {
    if (item === undefined) throw new TypeError("the model lacks an interface");
    const types = Object.entries(item.types).map(([name, id]) => [name, this.#typeDef(id)]);
    const functions = Object.values(item.functions).map((func) => this.#function(func));
    return { types, functions, ...this.#head(item) };
  }

  world(item: World | undefined): Description {
    if (item === undefined) throw new TypeError("the model lacks a world");
    const imports = item.imports.map((entry) => this.#entry(entry));
    return { imports, exports: item.exports.map((entry) => this.#entry(entry)), ...this.#head(item) };
  }

  #head(item: Annotated & { readonly externalId?: string }): Record<string, Description> {
    if (!this.#annotations) return {};
    const stability = item.stability === undefined ? {} : { stability: JSON.stringify(item.stability) };
    return { ...this.docs(item.docs), ...stability, ...this.#externalId(item) };
  }

  #externalId({ externalId }: { readonly externalId?: string }): Record<string, Description> {
    return externalId === undefined ? {} : { externalId };
  }

  #entry({ name, item }: WorldEntry): Description {
    const named = name === undefined ? {} : { name };
    switch (item.tag) {
      case "function":
        return { ...named, func: this.#function(item.func) };
      case "type":
        return { ...named, type: this.#typeDef(item.id) };
      case "interface": {
        const found = this.#resolve.interfaces[item.id];
        const what = found?.name === undefined ? this.interface(found) : qualifiedName(this.#resolve, found);
        return { ...named, interface: what, ...this.#head(item) };
      }
    }
  }

  #function(func: Func): Description {
    const { kind } = func;
    const resource = kind.tag === "freestanding" ? {} : { resource: this.#type(kind.resource) };
    return {
      name: func.name,
      kind: `${kind.async ? "async " : ""}${kind.tag}`,
      ...resource,
      params: func.params.map(({ name, type }) => `${name}: ${this.#type(type)}`),
      ...(func.result === undefined ? {} : { result: this.#type(func.result) }),
      ...this.#head(func),
      ...this.#externalId(func),
    };
  }

  #typeDef(id: TypeId): Description {
    const def = this.#def(id);
    const { kind } = def;
    const head = { name: def.name ?? "", ...this.#head(def), ...this.#externalId(def) };
    const label = (item: { name: string; docs?: string }): Description => ({
      name: item.name,
      ...this.docs(item.docs),
    });
    switch (kind.tag) {
      case "record": {
        const fields = kind.fields.map((field) => [label(field), this.#type(field.type)]);
        return { ...head, record: fields };
      }
      case "variant": {
        const cases = kind.cases.map((item) => [label(item), item.type === undefined ? "" : this.#type(item.type)]);
        return { ...head, variant: cases };
      }
      case "enum":
        return { ...head, enum: kind.cases.map(label) };
      case "flags":
        return { ...head, flags: kind.flags.map(label) };
      case "resource":
        return { ...head, resource: "" };
      default:
        return { ...head, is: this.#shape(kind) };
    }
  }

  #type(type: Type): string {
    if (typeof type === "string") return type;
    const def = this.#def(type);
    return def.name === undefined ? this.#shape(def.kind) : `${this.#owner(def.owner)}#${def.name}`;
  }

  #owner(owner: TypeOwner | undefined): string {
    if (owner?.tag !== "interface") return "";
    const found = this.#resolve.interfaces[owner.id];
    return found?.name === undefined ? "" : qualifiedName(this.#resolve, found);
  }

  #shape(kind: TypeKind): string {
    const { tag, ...parts } = kind;
    const shown = Object.entries(parts).map(([name, part]) => {
      if (name === "types") return (part as readonly Type[]).map((type) => this.#type(type)).join(", ");
      return name === "length" ? `length ${part}` : `${name} ${this.#type(part as Type)}`;
    });
    return `${tag}<${shown.join(", ")}>`;
  }

  #def(id: TypeId): TypeDef {
    const def = this.#resolve.types[id];
    if (def === undefined) throw new TypeError(`the model lacks type ${id}`);
    return def;
  }
}
