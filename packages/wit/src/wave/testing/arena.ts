import type {
  Func,
  Interface,
  Param,
  Resolve,
  Type,
  TypeDef,
  TypeId,
  TypeKind,
  WorldEntry,
} from "../../model/index.ts";

/** A model written by hand, one type at a time. */
export class Arena {
  readonly #types: TypeDef[] = [];
  readonly #interfaces: Interface[] = [];
  readonly #worlds: Resolve["worlds"][number][] = [];
  readonly #packages: Resolve["packages"][number][] = [];

  type(kind: TypeKind, name?: string): TypeId {
    this.#types.push(name === undefined ? { kind } : { kind, name });
    return this.#types.length - 1;
  }

  list(type: Type): TypeId {
    return this.type({ tag: "list", type });
  }

  option(type: Type): TypeId {
    return this.type({ tag: "option", type });
  }

  result(ok?: Type, err?: Type): TypeId {
    return this.type({ tag: "result", ...(ok === undefined ? {} : { ok }), ...(err === undefined ? {} : { err }) });
  }

  tuple(...types: Type[]): TypeId {
    return this.type({ tag: "tuple", types });
  }

  record(name: string, fields: Readonly<Record<string, Type>>): TypeId {
    return this.type(
      { tag: "record", fields: Object.entries(fields).map(([field, type]) => ({ name: field, type })) },
      name,
    );
  }

  variant(name: string, cases: Readonly<Record<string, Type | undefined>>): TypeId {
    const list = Object.entries(cases).map(([item, type]) =>
      type === undefined ? { name: item } : { name: item, type },
    );
    return this.type({ tag: "variant", cases: list }, name);
  }

  enum(name: string, ...cases: string[]): TypeId {
    return this.type({ tag: "enum", cases: cases.map((item) => ({ name: item })) }, name);
  }

  flags(name: string, ...flags: string[]): TypeId {
    return this.type({ tag: "flags", flags: flags.map((item) => ({ name: item })) }, name);
  }

  package(namespace: string, name: string, version?: string): number {
    const packageName = version === undefined ? { namespace, name } : { namespace, name, version };
    this.#packages.push({ name: packageName, interfaces: {}, worlds: {} });
    return this.#packages.length - 1;
  }

  interface(owner: number, name: string | undefined, ...functions: Func[]): number {
    const byName = Object.fromEntries(functions.map((func) => [func.name, func]));
    this.#interfaces.push({ package: owner, types: {}, functions: byName, ...(name === undefined ? {} : { name }) });
    return this.#interfaces.length - 1;
  }

  world(owner: number, name: string, entries: { imports?: WorldEntry[]; exports?: WorldEntry[] }): void {
    this.#worlds.push({ name, package: owner, imports: entries.imports ?? [], exports: entries.exports ?? [] });
  }

  get resolve(): Resolve {
    return { packages: this.#packages, interfaces: this.#interfaces, worlds: this.#worlds, types: this.#types };
  }
}

export function func(name: string, params: Readonly<Record<string, Type>> = {}, result?: Type): Func {
  const list: Param[] = Object.entries(params).map(([param, type]) => ({ name: param, type }));
  const base = { name, kind: { tag: "freestanding", async: false } as const, params: list };
  return result === undefined ? base : { ...base, result };
}
