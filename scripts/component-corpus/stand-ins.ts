/**
 * Imports for components whose real ones are not at hand: every function answers with the first argument that has the
 * type of its result, or else with the plainest value of that type. Both engines get the same.
 */
import {
  camelCase,
  type Func,
  type InterfaceRef,
  pascalCase,
  type Resolve,
  resolveAlias,
  type Type,
  type TypeId,
  type WorldRef,
} from "@witwire/wit/model";
import { kindOf } from "./plain-values.ts";

export interface Needed {
  readonly rootImports: WorldRef;
  readonly imports: ReadonlyMap<string, InterfaceRef>;
}

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;

/** Ends the component, as `wasi:cli/exit` is to do. Each engine has an error of its own for this. */
export type Exit = (status: number) => never;

export function standIns({ rootImports, imports }: Needed, exit: Exit): Record<string, unknown> {
  const classes = new Map<TypeId, new () => object>();
  const made: Record<string, unknown> = {};
  for (const [name, ref] of imports) made[name] = interfaceOf(ref, classes, exit);
  for (const func of rootImports.functions) {
    const { resolve } = rootImports;
    if (func.kind.tag === "freestanding") made[camelCase(func.name)] = answering(resolve, func, classes);
    else {
      const target = classOf(classes, resolveAlias(resolve, func.kind.resource));
      made[pascalCase(resolve.types[func.kind.resource]?.name ?? "")] = target;
      addMember(target, func, answering(resolve, func, classes));
    }
  }
  return made;
}

function addMember(target: new () => object, { name, kind }: Func, member: AnyFunction): void {
  const property = camelCase(name.slice(name.lastIndexOf(".") + 1));
  if (kind.tag === "static") Object.assign(target, { [property]: member });
  else if (kind.tag === "method") Object.assign(target.prototype as object, { [property]: member });
}

function interfaceOf(ref: InterfaceRef, classes: Map<TypeId, new () => object>, exit: Exit): Record<string, unknown> {
  const { resolve } = ref;
  const members: Record<string, unknown> = {};
  for (const [name, id] of Object.entries(resolve.interfaces[ref.id]?.types ?? {})) {
    const target = resolveAlias(resolve, id);
    if (resolve.types[target]?.kind.tag === "resource") members[pascalCase(name)] = classOf(classes, target);
  }
  for (const func of ref.functions) {
    const answer = ref.name.startsWith("wasi:cli/exit@") ? exiting(exit) : answering(resolve, func, classes);
    if (func.kind.tag === "freestanding") members[camelCase(func.name)] = answer;
    else addMember(classOf(classes, resolveAlias(resolve, func.kind.resource)), func, answer);
  }
  return members;
}

function classOf(classes: Map<TypeId, new () => object>, id: TypeId): new () => object {
  let found = classes.get(id);
  if (found === undefined) {
    found = class {};
    classes.set(id, found);
  }
  return found;
}

function exiting(exit: Exit): AnyFunction {
  return (status) => exit((status as { tag?: string }).tag === "err" ? 1 : 0);
}

function answering(
  resolve: Resolve,
  { kind, params, result }: Func,
  classes: Map<TypeId, new () => object>,
): AnyFunction {
  if (result === undefined) return () => undefined;
  const outcome = kindOf(resolve, result);
  const wanted = outcome?.tag === "result" ? outcome.ok : result;
  if (wanted === undefined) return () => undefined;
  const given = kind.tag === "method" ? params.slice(1) : params;
  const echo = given.findIndex(({ type }) => sameType(resolve, type, wanted));
  if (echo >= 0) return (...args) => args[echo];
  if (kindOf(resolve, wanted)?.tag === "list" && given.length === 1 && given[0]?.type === "u64") {
    return (length) => new Uint8Array(Number(length as bigint));
  }
  return () => plainest(resolve, wanted, classes);
}

function sameType(resolve: Resolve, a: Type, b: Type): boolean {
  if (typeof a === "string" || typeof b === "string") return a === b;
  const [one, other] = [resolveAlias(resolve, a), resolveAlias(resolve, b)];
  return one === other || JSON.stringify(resolve.types[one]?.kind) === JSON.stringify(resolve.types[other]?.kind);
}

/** The value of a type that says the least: zero, nothing, the first case. */
function plainest(resolve: Resolve, type: Type, classes: Map<TypeId, new () => object>): unknown {
  const of = (part: Type): unknown => plainest(resolve, part, classes);
  const kind = kindOf(resolve, type);
  if (kind === undefined) return primitive(typeof type === "string" ? type : aliased(resolve, type));
  switch (kind.tag) {
    case "record":
      return Object.fromEntries(kind.fields.map((field) => [camelCase(field.name), of(field.type)]));
    case "tuple":
      return kind.types.map(of);
    case "variant": {
      const [first] = kind.cases;
      return first?.type === undefined ? { tag: first?.name } : { tag: first.name, val: of(first.type) };
    }
    case "enum":
      return kind.cases[0]?.name;
    case "flags":
      return Object.fromEntries(kind.flags.map(({ name }) => [camelCase(name), false]));
    case "option":
      return kindOf(resolve, kind.type)?.tag === "option" ? { tag: "none" } : undefined;
    case "result":
      return kind.ok === undefined ? { tag: "ok" } : { tag: "ok", val: of(kind.ok) };
    case "list":
      return [];
    case "fixed-length-list":
      return Array.from({ length: kind.length }, () => of(kind.type));
    case "map":
      return new Map();
    case "own":
      return new (classOf(classes, resolveAlias(resolve, kind.resource)))();
    default:
      return undefined;
  }
}

function aliased(resolve: Resolve, type: TypeId): string {
  const kind = resolve.types[resolveAlias(resolve, type)]?.kind;
  return kind?.tag === "alias" && typeof kind.type === "string" ? kind.type : "";
}

function primitive(name: string): unknown {
  if (name === "bool") return false;
  if (name === "string") return "";
  if (name === "char") return "a";
  return name === "s64" || name === "u64" ? 0n : 0;
}
