import { type PrimitiveType, type Resolve, type Type, type TypeId, type TypeKind, typeDef } from "@witwire/wit/model";
import { kindOf, unaliased } from "../model/traits.ts";
import type { Doc } from "../text/doc.ts";
import { generic, objectType, tuple } from "../text/syntax.ts";
import { arrayOf, type Expression, inside, single, standing } from "./expression.ts";
import type { View } from "./view.ts";

/** What types refer to from where they are written. */
export interface References {
  /** The name of a type that a contract defines. */
  typeName(id: TypeId, view: View): string;
  /** The name of a type of `@witwire/wit/values`. */
  valueType(name: "Stream" | "StreamInput" | "Result"): string;
}

/** Writes types as TypeScript: how values look in JavaScript, as clients and implementations see them. */
export class TypeWriter {
  readonly #resolve: Resolve;
  readonly #references: References;

  constructor(resolve: Resolve, references: References) {
    this.#resolve = resolve;
    this.#references = references;
  }

  /** Behind a `:`. */
  type(type: Type, view: View): Doc {
    return standing(this.expression(type, view));
  }

  expression(type: Type, view: View): Expression {
    if (typeof type === "string") return single(primitives[type]);
    const { name, kind } = typeDef(this.#resolve, type);
    return name === undefined ? this.structure(kind, view) : single(this.#references.typeName(type, view));
  }

  /** What a type is, where it has no name or is being defined. Not for resources, records and flags. */
  structure(kind: TypeKind, view: View): Expression {
    switch (kind.tag) {
      case "alias":
        return this.expression(kind.type, view);
      case "own":
      case "borrow":
        return single(this.#references.typeName(kind.resource, view));
      case "tuple":
        return readonlyIf(isReadonly(view), tuple(kind.types.map((type) => inside(this.expression(type, view)))));
      case "list":
      case "fixed-length-list":
        return this.#list(kind.type, view);
      case "map":
        return single(
          generic(
            isReadonly(view) ? "ReadonlyMap" : "Map",
            this.#inside(kind.key, view),
            this.#inside(kind.value, view),
          ),
        );
      case "option":
        return this.#option(kind.type, view);
      case "result":
        return this.#result(kind.ok, kind.err, view);
      case "stream":
        return this.#stream(kind.type, view);
      case "future":
        return single(generic("Promise", inside(this.settled(kind.type, view))));
      case "variant":
        return {
          members: kind.cases.map(({ name, type }) =>
            type === undefined ? objectType([tag(name)]) : objectType([tag(name), ["val: ", this.type(type, view)]]),
          ),
        };
      case "enum":
        return { members: kind.cases.map(({ name }) => JSON.stringify(name)) };
      default:
        return single("object");
    }
  }

  /** What promises of a type give: they are never promises themselves. `void` where there is nothing. */
  settled(type: Type | undefined, view: View): Expression {
    if (type === undefined) return single("void");
    const kind = kindOf(this.#resolve, type);
    return kind?.tag === "future" ? this.settled(kind.type, view) : this.expression(type, view);
  }

  /** Whether a value may be left out: `option<T>`, unless T is an option, too. */
  isOptional(type: Type): boolean {
    const kind = kindOf(this.#resolve, type);
    return kind?.tag === "option" && kindOf(this.#resolve, kind.type)?.tag !== "option";
  }

  #inside(type: Type, view: View): Doc {
    return inside(this.expression(type, view));
  }

  #list(element: Type, view: View): Expression {
    const array = this.#typedArray(element);
    const items = (): Doc => arrayOf(this.expression(element, view));
    if (array === undefined) return readonlyIf(isReadonly(view), items());
    return view.passing ? { members: [array, ["readonly ", items()]], operator: true } : single(array);
  }

  #option(some: Type, view: View): Expression {
    if (kindOf(this.#resolve, some)?.tag === "option") {
      return { members: [objectType([tag("some"), ["val: ", this.type(some, view)]]), objectType([tag("none")])] };
    }
    const { members } = this.expression(some, view);
    return { members: [...members, "undefined"] };
  }

  #result(ok: Type | undefined, err: Type | undefined, view: View): Expression {
    const name = this.#references.valueType("Result");
    const okType = ok === undefined ? "undefined" : this.#inside(ok, view);
    if (err !== undefined) return single(generic(name, okType, this.#inside(err, view)));
    return single(ok === undefined ? name : generic(name, okType));
  }

  #stream(element: Type | undefined, view: View): Expression {
    const item = element === undefined ? single("undefined") : this.expression(element, view);
    const array = element === undefined ? undefined : this.#typedArray(element);
    const isBytes = array === "Uint8Array";
    const iterated = isBytes ? array : inside(item);
    if (!view.passing) return single(generic(this.#references.valueType("Stream"), iterated, array ?? arrayOf(item)));
    const input = generic(this.#references.valueType("StreamInput"), iterated);
    return isBytes ? { members: [input, array] } : single(input);
  }

  /** The typed array that lists of a type are. */
  #typedArray(element: Type): string | undefined {
    const type = unaliased(this.#resolve, element);
    return typeof type === "string" ? typedArrays[type] : undefined;
  }
}

function tag(name: string): Doc {
  return `tag: ${JSON.stringify(name)}`;
}

function isReadonly({ passing, frozen }: View): boolean {
  return passing || frozen === true;
}

function readonlyIf(condition: boolean, doc: Doc): Expression {
  return condition ? { members: [["readonly ", doc]], operator: true } : single(doc);
}

const primitives: Readonly<Record<PrimitiveType, Doc>> = {
  bool: "boolean",
  s8: "number",
  u8: "number",
  s16: "number",
  u16: "number",
  s32: "number",
  u32: "number",
  s64: "bigint",
  u64: "bigint",
  f32: "number",
  f64: "number",
  char: "string",
  string: "string",
  "error-context": objectType(["debugMessage: string"]),
};

const typedArrays: Readonly<Partial<Record<PrimitiveType, string>>> = {
  u8: "Uint8Array",
  s8: "Int8Array",
  u16: "Uint16Array",
  s16: "Int16Array",
  u32: "Uint32Array",
  s32: "Int32Array",
  u64: "BigUint64Array",
  s64: "BigInt64Array",
  f32: "Float32Array",
  f64: "Float64Array",
};
