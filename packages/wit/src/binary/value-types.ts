/** `defvaltype`, `valtype` and `functype` of Binary.md. */
import type { Case, Field, PrimitiveType, Type, TypeId, TypeKind } from "../model/types.ts";
import { type ByteReader, hex } from "./byte-reader.ts";
import { invalid, malformed } from "./decode-error.ts";
import type { Decoding } from "./decoding.ts";
import type { FunctionType } from "./definitions.ts";
import { checkLabel, UniqueNames } from "./names.ts";
import type { Scope } from "./scope.ts";

const primitives: ReadonlyMap<number, PrimitiveType> = new Map([
  [0x7f, "bool"],
  [0x7e, "s8"],
  [0x7d, "u8"],
  [0x7c, "s16"],
  [0x7b, "u16"],
  [0x7a, "s32"],
  [0x79, "u32"],
  [0x78, "s64"],
  [0x77, "u64"],
  [0x76, "f32"],
  [0x75, "f64"],
  [0x74, "char"],
  [0x73, "string"],
  [0x64, "error-context"],
]);

/** Types by which a map can be keyed; Explainer.md, `keytype`. */
const keyTypes: ReadonlySet<unknown> = new Set(
  [...primitives.values()].filter((type) => type !== "f32" && type !== "f64" && type !== "error-context"),
);

const largestFlags = 32;

/** Reads types of values in the context of one scope. */
export class ValueTypeReader {
  readonly #decoding: Decoding;
  readonly #scope: Scope;
  readonly #reader: ByteReader;

  constructor(decoding: Decoding, scope: Scope, reader: ByteReader) {
    this.#decoding = decoding;
    this.#scope = scope;
    this.#reader = reader;
  }

  /** A use of a type: a primitive, or the index of a type of values. */
  use(): Type {
    const reader = this.#reader;
    const offset = reader.at;
    const byte = reader.peek("a value type");
    if (byte >= 0x40 && byte < 0x80) {
      const primitive = primitives.get(byte);
      if (primitive === undefined) throw malformed(offset, `a value type expected, but 0x${hex(byte)} is none`);
      reader.at++;
      return primitive;
    }
    const index = reader.typeIndex("the index of a type");
    const type = this.#scope.at("types", index, offset);
    if (type.tag !== "value")
      throw invalid(offset, `type index ${index} is not a defined type: it is that of ${type.tag}s`);
    if (this.#decoding.arena.resource(type.type) !== undefined) {
      throw invalid(
        offset,
        `type index ${index} is not a defined type: it is a resource, which values hold by (own ${index})`,
      );
    }
    const target = this.#decoding.arena.target(type.type);
    const isNamed = this.#decoding.arena.defs[type.type]?.name !== undefined;
    return typeof target === "string" && !isNamed ? target : type.type;
  }

  /** A type definition, of which the first byte tells that it is a type of values. */
  definition(): TypeId {
    const offset = this.#reader.at;
    const byte = this.#reader.byte("a type");
    const primitive = primitives.get(byte);
    const kind: TypeKind = primitive === undefined ? this.#kind(byte, offset) : { tag: "alias", type: primitive };
    return this.#decoding.arena.add(kind, offset);
  }

  /** `functype` without the first byte. */
  functionType(async: boolean): FunctionType {
    const reader = this.#reader;
    const names = new UniqueNames("function parameter");
    const params = reader.list("parameters", () => {
      this.#decoding.budget.step(reader.at);
      return { name: this.#label("function parameter", names), type: this.use() };
    });
    const offset = reader.at;
    const result = this.result();
    if (result === undefined) return { async, params };
    if (this.#decoding.arena.borrows(result)) throw invalid(offset, 'function result cannot contain a "borrow" type');
    return { async, params, result };
  }

  /** `resultlist` */
  result(): Type | undefined {
    const offset = this.#reader.at;
    const byte = this.#reader.byte("the result of a function");
    if (byte === 0x00) return this.use();
    if (byte !== 0x01) throw malformed(offset, `the result of a function begins with 0x00 or 0x01, not 0x${hex(byte)}`);
    const none = this.#reader.byte("the result of a function");
    if (none !== 0x00)
      throw malformed(offset + 1, `a function without a result has 0x01 0x00, not 0x01 0x${hex(none)}`);
    return undefined;
  }

  /** The index of a resource type, which it resolves to the id that this scope has for it. */
  resource(): TypeId {
    const offset = this.#reader.at;
    const index = this.#reader.u32("the index of a resource type");
    const type = this.#scope.at("types", index, offset);
    if (type.tag === "value" && this.#decoding.arena.resource(type.type) !== undefined) return type.type;
    throw invalid(offset, `type index ${index} is not a resource type`);
  }

  #kind(byte: number, offset: number): TypeKind {
    switch (byte) {
      case 0x72:
        return { tag: "record", fields: this.#some("record", "field", offset, () => this.#fields()) };
      case 0x71:
        return { tag: "variant", cases: this.#some("variant", "case", offset, () => this.#cases()) };
      case 0x70:
        return { tag: "list", type: this.use() };
      case 0x67:
        return this.#fixedLengthList(offset);
      case 0x6f:
        return {
          tag: "tuple",
          types: this.#some("tuple", "type", offset, () => this.#reader.list("types", () => this.use())),
        };
      case 0x6e: {
        const flags = this.#some("flags", "flag", offset, () => this.#labels("flag"));
        if (flags.length > largestFlags)
          throw invalid(offset, `cannot have more than ${largestFlags} flags, but there are ${flags.length}`);
        return { tag: "flags", flags };
      }
      case 0x6d:
        return { tag: "enum", cases: this.#some("enum", "case", offset, () => this.#labels("enum case")) };
      case 0x6b:
        return { tag: "option", type: this.use() };
      case 0x6a: {
        const [ok, err] = [this.#optional(), this.#optional()];
        return { tag: "result", ...(ok !== undefined && { ok }), ...(err !== undefined && { err }) };
      }
      case 0x69:
        return { tag: "own", resource: this.resource() };
      case 0x68:
        return { tag: "borrow", resource: this.resource() };
      case 0x66:
        return this.#channel("stream", offset);
      case 0x65:
        return this.#channel("future", offset);
      case 0x63:
        return this.#map(offset);
      default:
        throw malformed(offset, `no type begins with 0x${hex(byte)}`);
    }
  }

  #fields(): Field[] {
    const names = new UniqueNames("record field");
    return this.#reader.list("fields", () => ({ name: this.#label("record field", names), type: this.use() }));
  }

  #cases(): Case[] {
    const names = new UniqueNames("variant case");
    return this.#reader.list("cases", () => {
      const name = this.#label("variant case", names);
      const type = this.#optional();
      const offset = this.#reader.at;
      const end = this.#reader.byte("the end of a case");
      if (end !== 0) throw malformed(offset, `a case ends with 0x00, not 0x${hex(end)}`);
      return type === undefined ? { name } : { name, type };
    });
  }

  #labels(what: string): { name: string }[] {
    const names = new UniqueNames(what);
    return this.#reader.list(`${what}s`, () => ({ name: this.#label(what, names) }));
  }

  #label(what: string, names: UniqueNames): string {
    const offset = this.#reader.at;
    const name = this.#reader.name(`a ${what} name`);
    checkLabel(name, `${what} name`, offset);
    names.add(name, offset);
    return name;
  }

  #fixedLengthList(offset: number): TypeKind {
    const type = this.use();
    const length = this.#reader.u32("the length of a list");
    if (length === 0) throw invalid(offset, "fixed-length lists must have more than zero elements");
    return { tag: "fixed-length-list", type, length };
  }

  #channel(tag: "stream" | "future", offset: number): TypeKind {
    const type = this.#optional();
    if (type === undefined) return { tag };
    if (this.#decoding.arena.borrows(type))
      throw invalid(offset, `the elements of a ${tag} cannot contain a "borrow" type`);
    if (tag === "stream" && this.#decoding.arena.target(type) === "char") {
      throw invalid(offset, "`stream<char>` is not valid at this time; use a stream of u8 and an encoding");
    }
    return { tag, type };
  }

  #map(offset: number): TypeKind {
    const key = this.use();
    if (!keyTypes.has(this.#decoding.arena.target(key))) {
      throw invalid(offset, "the keys of a map are bool, an integer, char or string, no other types");
    }
    return { tag: "map", key, value: this.use() };
  }

  #optional(): Type | undefined {
    const offset = this.#reader.at;
    const byte = this.#reader.byte("an optional type");
    if (byte > 1) throw malformed(offset, `an optional type begins with 0x00 or 0x01, not 0x${hex(byte)}`);
    return byte === 0 ? undefined : this.use();
  }

  #some<T>(type: string, element: string, offset: number, read: () => readonly T[]): readonly T[] {
    const elements = read();
    if (elements.length === 0) throw invalid(offset, `${type} type must have at least one ${element}`);
    return elements;
  }
}
