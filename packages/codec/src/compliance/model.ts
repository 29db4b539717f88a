import type { Func, Package, Resolve, Type, TypeDef, TypeId, TypeKind } from "@witwire/wit/model";

/** Builds a small model by hand: one package `test:codec` with one interface `types` that owns every type. */
export class ModelBuilder implements Resolve {
  readonly packages: Package[] = [
    { name: { namespace: "test", name: "codec", version: "1.0.0" }, interfaces: { types: 0 }, worlds: {} },
  ];
  readonly interfaces: Resolve["interfaces"] = [{ name: "types", package: 0, types: {}, functions: {} }];
  readonly worlds: Resolve["worlds"] = [];
  readonly types: TypeDef[] = [];

  /** Adds any definition. */
  define(kind: TypeKind, name?: string): TypeId {
    const owner = { tag: "interface", id: 0 } as const;
    return this.types.push(name === undefined ? { kind } : { kind, name, owner }) - 1;
  }

  /** A record of fields by kebab-case name. */
  record(fields: Readonly<Record<string, Type>>): TypeId {
    return this.define({ tag: "record", fields: Object.entries(fields).map(([name, type]) => ({ name, type })) });
  }

  tuple(...types: Type[]): TypeId {
    return this.define({ tag: "tuple", types });
  }

  /** A variant; `undefined` is a case without a payload. */
  variant(cases: Readonly<Record<string, Type | undefined>>): TypeId {
    return this.define({
      tag: "variant",
      cases: Object.entries(cases).map(([name, type]) => (type === undefined ? { name } : { name, type })),
    });
  }

  enum(...names: string[]): TypeId {
    return this.define({ tag: "enum", cases: names.map((name) => ({ name })) });
  }

  flags(...names: string[]): TypeId {
    return this.define({ tag: "flags", flags: names.map((name) => ({ name })) });
  }

  option(type: Type): TypeId {
    return this.define({ tag: "option", type });
  }

  result(ok?: Type, err?: Type): TypeId {
    return this.define({ tag: "result", ...(ok === undefined ? {} : { ok }), ...(err === undefined ? {} : { err }) });
  }

  list(type: Type): TypeId {
    return this.define({ tag: "list", type });
  }

  fixedLengthList(type: Type, length: number): TypeId {
    return this.define({ tag: "fixed-length-list", type, length });
  }

  map(key: Type, value: Type): TypeId {
    return this.define({ tag: "map", key, value });
  }

  stream(type?: Type): TypeId {
    return this.define({ tag: "stream", ...(type === undefined ? {} : { type }) });
  }

  future(type?: Type): TypeId {
    return this.define({ tag: "future", ...(type === undefined ? {} : { type }) });
  }

  alias(type: Type, name = "alias"): TypeId {
    return this.define({ tag: "alias", type }, name);
  }

  resource(name: string): TypeId {
    return this.define({ tag: "resource" }, name);
  }

  own(resource: TypeId): TypeId {
    return this.define({ tag: "own", resource });
  }

  borrow(resource: TypeId): TypeId {
    return this.define({ tag: "borrow", resource });
  }

  /** A freestanding function of parameters by kebab-case name. */
  func(params: Readonly<Record<string, Type>>, result?: Type): Func {
    return {
      name: "f",
      kind: { tag: "freestanding", async: false },
      params: Object.entries(params).map(([name, type]) => ({ name, type })),
      ...(result === undefined ? {} : { result }),
    };
  }
}
