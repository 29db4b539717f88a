import type { Func, Resolve, Type, TypeDef, TypeId, TypeKind } from "../model/types.ts";
import { printDocs, printHead, printName } from "./print-docs.ts";
import { resolveTypeDef } from "./print-scope.ts";

/** A use of a type as it is written in an interface or world. */
export function printType(resolve: Resolve, type: Type): string {
  if (typeof type === "string") return type;
  const def = resolveTypeDef(resolve, type);
  return def.name === undefined ? printShape(resolve, def.kind, "implicit") : printName(def.name);
}

/** `own` need not be written where a type is used, but a definition `type a = own<b>` differs from `type a = b`. */
function printShape(resolve: Resolve, kind: TypeKind, own: "implicit" | "explicit"): string {
  const print = (type: Type): string => printType(resolve, type);
  switch (kind.tag) {
    case "alias":
      return print(kind.type);
    case "own":
      return own === "implicit" ? print(kind.resource) : `own<${print(kind.resource)}>`;
    case "borrow":
      return `borrow<${print(kind.resource)}>`;
    case "option":
    case "list":
      return `${kind.tag}<${print(kind.type)}>`;
    case "fixed-length-list":
      return `list<${print(kind.type)}, ${kind.length}>`;
    case "map":
      return `map<${print(kind.key)}, ${print(kind.value)}>`;
    case "tuple":
      return `tuple<${kind.types.map(print).join(", ")}>`;
    case "stream":
    case "future":
      return kind.type === undefined ? kind.tag : `${kind.tag}<${print(kind.type)}>`;
    case "result":
      return printResult(resolve, kind.ok, kind.err);
    default:
      throw new TypeError(`a ${kind.tag} needs a name to be printed`);
  }
}

function printResult(resolve: Resolve, ok: Type | undefined, err: Type | undefined): string {
  if (ok === undefined && err === undefined) return "result";
  const first = ok === undefined ? "_" : printType(resolve, ok);
  return err === undefined ? `result<${first}>` : `result<${first}, ${printType(resolve, err)}>`;
}

/** The definition of a type, other than one that comes from a `use`. `members` are the functions of a resource. */
export function printTypeDef(resolve: Resolve, def: TypeDef, members: readonly Func[], indent: string): string {
  const head = printHead(def, indent);
  const name = printName(def.name ?? "");
  const { kind } = def;
  switch (kind.tag) {
    case "record": {
      const fields = kind.fields.map((field) => ({ ...field, rest: `: ${printType(resolve, field.type)}` }));
      return `${head}${indent}record ${name} ${printLabels(fields, indent)}`;
    }
    case "variant": {
      const cases = kind.cases.map((item) => {
        return { ...item, rest: item.type === undefined ? "" : `(${printType(resolve, item.type)})` };
      });
      return `${head}${indent}variant ${name} ${printLabels(cases, indent)}`;
    }
    case "enum":
      return `${head}${indent}enum ${name} ${printLabels(kind.cases, indent)}`;
    case "flags":
      return `${head}${indent}flags ${name} ${printLabels(kind.flags, indent)}`;
    case "resource": {
      if (members.length === 0) return `${head}${indent}resource ${name};\n`;
      const inner = members.map((func) => printFunction(resolve, func, `${indent}  `)).join("");
      return `${head}${indent}resource ${name} {\n${inner}${indent}}\n`;
    }
    default:
      return `${head}${indent}type ${name} = ${printShape(resolve, kind, "explicit")};\n`;
  }
}

interface Label {
  readonly name: string;
  readonly docs?: string;
  readonly rest?: string;
}

function printLabels(labels: readonly Label[], indent: string): string {
  const inner = `${indent}  `;
  const lines = labels.map(
    ({ name, docs, rest }) => `${printDocs(docs, inner)}${inner}${printName(name)}${rest ?? ""},\n`,
  );
  return lines.length === 0 ? "{}\n" : `{\n${lines.join("")}${indent}}\n`;
}

/** A function of an interface, world or resource. `before` goes between its attributes and its name. */
export function printFunction(resolve: Resolve, func: Func, indent: string, before = ""): string {
  const head = printHead(func, indent) + indent + before;
  const { kind } = func;
  const params = kind.tag === "method" ? func.params.slice(1) : func.params;
  const list = params.map(({ name, type }) => `${printName(name)}: ${printType(resolve, type)}`).join(", ");
  if (kind.tag === "constructor")
    return `${head}constructor(${list})${printConstructed(resolve, func, kind.resource)};\n`;
  const name = func.name.slice(func.name.indexOf(".") + 1);
  const how = `${kind.tag === "static" ? "static " : ""}${kind.async ? "async " : ""}func`;
  return `${head}${printName(name)}: ${how}(${list})${printReturned(resolve, func)};\n`;
}

function printReturned(resolve: Resolve, func: Func): string {
  return func.result === undefined ? "" : ` -> ${printType(resolve, func.result)}`;
}

/** A constructor returns its resource without saying so. */
function printConstructed(resolve: Resolve, func: Func, resource: TypeId): string {
  const { result } = func;
  const kind = typeof result === "number" ? resolveTypeDef(resolve, result).kind : undefined;
  return kind?.tag === "own" && kind.resource === resource ? "" : printReturned(resolve, func);
}
