import { camelCase, type Resolve, type Type, type TypeId, type TypeKind, typeDef } from "@witwire/wit/model";
import { kindOf, unaliased } from "../model/traits.ts";
import { type Doc, group } from "../text/doc.ts";
import type { SourceFile } from "../text/source-file.ts";
import { call, callWithObject, objectValue } from "../text/syntax.ts";

const typesModule = "@witwire/codec/types";

/** Writes types as calls of the functions that encode them. */
export class TypeExpressions {
  readonly #resolve: Resolve;
  readonly #file: SourceFile;
  /** The constants of types that have names, and what they are; those that others need come first. */
  readonly #named = new Map<TypeId, string>();
  readonly declarations: Doc[] = [];

  constructor(resolve: Resolve, file: SourceFile) {
    this.#resolve = resolve;
    this.#file = file;
  }

  /** A function of `@witwire/codec/types`, under its name here. */
  imported(name: string): string {
    return this.#file.importValue(typesModule, name);
  }

  type(type: Type): Doc {
    const target = unaliased(this.#resolve, type);
    if (typeof target === "string") return this.imported(camelCase(target));
    const { name, kind } = typeDef(this.#resolve, target);
    return name === undefined ? this.#structure(kind) : this.#constant(target, name, kind);
  }

  #constant(id: TypeId, name: string, kind: TypeKind): Doc {
    let constant = this.#named.get(id);
    if (constant === undefined) {
      const structure = this.#structure(kind);
      constant = this.#file.scope.declare(camelCase(name));
      this.#named.set(id, constant);
      this.declarations.push(group(`const ${constant} = `, structure, ";"));
    }
    return constant;
  }

  #structure(kind: TypeKind): Doc {
    switch (kind.tag) {
      case "record":
        return this.#object(
          "record",
          kind.fields.map(({ name, type }) => [camelCase(name), this.type(type)]),
        );
      case "tuple":
        return this.#call("tuple", ...kind.types.map((type) => this.type(type)));
      case "variant":
        return this.#object(
          "variant",
          kind.cases.map(({ name, type }) => [name, this.#optional(type)]),
        );
      case "enum":
        return this.#call("cases", ...kind.cases.map(({ name }) => JSON.stringify(name)));
      case "flags":
        return this.#call("flags", ...kind.flags.map(({ name }) => JSON.stringify(camelCase(name))));
      case "option": {
        const isNested = kindOf(this.#resolve, kind.type)?.tag === "option";
        return this.#call(isNested ? "taggedOption" : "option", this.type(kind.type));
      }
      case "result":
        return this.#call("result", this.#optional(kind.ok), this.#optional(kind.err));
      case "list": {
        const run = this.#run(kind.type);
        return run === undefined ? this.#call("list", this.type(kind.type)) : this.#call("numbers", run);
      }
      case "fixed-length-list": {
        const run = this.#run(kind.type);
        const length = String(kind.length);
        return run === undefined
          ? this.#call("fixedList", this.type(kind.type), length)
          : this.#call("fixedNumbers", run, length);
      }
      case "map":
        return this.#call("map", this.type(kind.key), this.type(kind.value));
      case "stream": {
        if (kind.type === undefined) return this.#call("stream");
        const run = this.#run(kind.type);
        return this.#call("stream", this.type(kind.type), ...(run === undefined ? [] : [run]));
      }
      case "future":
        return this.#call("future", ...(kind.type === undefined ? [] : [this.type(kind.type)]));
      case "alias":
        return this.type(kind.type);
      case "own":
      case "borrow":
      case "resource":
        throw new RangeError(`lean contracts have no resources, but this one has a type that is ${kind.tag}`);
    }
  }

  #optional(type: Type | undefined): Doc {
    return type === undefined ? "undefined" : this.type(type);
  }

  /** How numbers of a type follow each other; `undefined` for anything but numbers. */
  #run(type: Type): string | undefined {
    const target = unaliased(this.#resolve, type);
    return typeof target === "string" && /^[fsu]\d/.test(target) ? this.imported(`${target}s`) : undefined;
  }

  #object(name: string, properties: readonly (readonly [key: string, value: Doc])[]): Doc {
    return callWithObject(this.imported(name), [], objectValue(properties));
  }

  #call(name: string, ...args: Doc[]): Doc {
    return call(this.imported(name), args);
  }
}
