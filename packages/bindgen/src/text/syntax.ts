import { type Doc, group, hardline, ifBroken, indent, join, line, softline } from "./doc.ts";

/** Pieces of TypeScript, laid out as formatters do. */

/** `(a, b)`, one per line where they do not fit. */
export function parameters(params: readonly Doc[]): Doc {
  if (params.length === 0) return "()";
  return ["(", indent(softline, join([",", line], params)), ifBroken(","), softline, ")"];
}

/** `Promise<T>` */
export function generic(name: string, ...args: Doc[]): Doc {
  const [only] = args;
  if (args.length === 1 && typeof only === "string") return [name, "<", only, ">"];
  return group(name, "<", indent(softline, join([",", line], args)), softline, ">");
}

/** `A | B`; `place` is where it stands: behind `=` or `:` it is indented when broken. */
export function union(members: readonly Doc[], place: "indented" | "inside" = "indented"): Doc {
  const [only] = members;
  if (members.length === 1 && only !== undefined) return only;
  const list = join([line, "| "], members);
  return place === "indented"
    ? group(indent(softline, ifBroken("| "), list))
    : group(indent(softline, ifBroken("| "), list), softline);
}

/** `[A, B]` */
export function tuple(members: readonly Doc[]): Doc {
  if (members.length === 0) return "[]";
  return group("[", indent(softline, join([",", line], members)), ifBroken(","), softline, "]");
}

/** `{ a: A; b: B }` */
export function objectType(fields: readonly Doc[]): Doc {
  if (fields.length === 0) return "object";
  return group("{", indent(line, join([";", line], fields)), ifBroken(";"), line, "}");
}

/** `{`, one member per line, `}` */
export function block(members: readonly Doc[]): Doc {
  if (members.length === 0) return "{}";
  return ["{", indent(hardline, join(hardline, members)), hardline, "}"];
}

/** `f(a, b)` as an expression. */
export function call(name: string, args: readonly Doc[]): Doc {
  return group(name, parameters(args));
}

/** `f("a", { b: c })` as an expression: an object that is the last argument keeps close to its parenthesis. */
export function callWithObject(name: string, args: readonly string[], object: Doc): Doc {
  return [name, "(", ...args.map((arg) => `${arg}, `), object, ")"];
}

/** `{ a: x, b }` as an expression. */
export function objectValue(properties: readonly (readonly [key: string, value: Doc])[]): Doc {
  if (properties.length === 0) return "{}";
  const written = properties.map(([key, value]) => (key === value ? key : [`${propertyKey(key)}: `, value]));
  return group("{", indent(line, join([",", line], written)), ifBroken(","), line, "}");
}

const identifier = /^[A-Za-z_$][\w$]*$/;

/** The key of a property, quoted where it has to be. */
export function propertyKey(name: string): string {
  return identifier.test(name) ? name : JSON.stringify(name);
}
