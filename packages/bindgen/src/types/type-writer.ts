import { type PrimitiveType, type Resolve, type Type, type TypeId, type TypeKind, typeDef } from "@witwire/wit/model";
import { kindOf, unaliased } from "../model/traits.ts";
import type { Doc } from "../text/doc.ts";
import { generic, objectType, tuple } from "../text/syntax.ts";
import type { Dialect } from "./dialect.ts";
import { arrayOf, type Expression, inside, single, standing } from "./expression.ts";
import type { View } from "./view.ts";

/** What types refer to from where they are written. */
export interface References {
  /** The name of a type that a contract defines. */
  typeName(id: TypeId, view: View): string;
}

/** Writes types as TypeScript: how values look in JavaScript, as clients and implementations see them. */
export class TypeWriter {
  readonly #resolve: Resolve;
  readonly #references: References;
  readonly #dialect: Dialect;

  constructor(resolve: Resolve, references: References, dialect: Dialect) {
    this.#resolve = resolve;
    this.#references = references;
    this.#dialect = dialect;
  }

  /** Behind a `:`. */
  type(type: Type, view: View): Doc {
    return standing(this.expression(type, view));
  }

  expression(type: Type, view: View): Expression {
    if (type === "s64" || type === "u64") return single(this.#dialect.long);
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
        return this.#dialect.result(this.#payload(kind.ok, view), this.#payload(kind.err, view));
      case "stream":
        return this.#stream(kind.type, view);
      case "future":
        return this.#dialect.future(inside(this.settled(kind.type, view)));
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
    return { members: [...members, ...this.#dialect.absent(view.passing)] };
  }

  #payload(type: Type | undefined, view: View): Doc | undefined {
    return type === undefined ? undefined : this.#inside(type, view);
  }

  #stream(element: Type | undefined, view: View): Expression {
    const item = element === undefined ? single("undefined") : this.expression(element, view);
    return this.#dialect.stream(item, element === undefined ? undefined : this.#typedArray(element), view.passing);
  }

  /** The typed array that lists of a type are. */
  #typedArray(element: Type): string | undefined {
    const type = unaliased(this.#resolve, element);
    return typeof type === "string" ? this.#dialect.typedArrays[type] : undefined;
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
