import { didYouMean } from "../suggestions/did-you-mean.ts";
import type { Definition, Id, TypeNode } from "./ast.ts";
import { errorAt } from "./errors.ts";

/** Every name that a definition refers to. Functions of resources do not count: they are resolved after all types. */
export function namesIn(definition: Definition): Id[] {
  const names: Id[] = [];
  for (const node of typesIn(definition)) collectNames(node, names);
  return names;
}

function typesIn(definition: Definition): TypeNode[] {
  switch (definition.tag) {
    case "alias":
      return [definition.type];
    case "record":
      return definition.fields.map((field) => field.type);
    case "variant":
      return definition.cases.flatMap((item) => item.type ?? []);
    default:
      return [];
  }
}

function collectNames(node: TypeNode, names: Id[]): void {
  if (node.tag === "name") names.push(node.id);
  else if (node.tag === "own" || node.tag === "borrow") names.push(node.resource);
  else for (const part of partsOf(node)) collectNames(part, names);
}

function partsOf(node: TypeNode): TypeNode[] {
  switch (node.tag) {
    case "map":
      return [node.key, node.value];
    case "tuple":
      return [...node.types];
    case "result":
      return [node.ok ?? [], node.err ?? []].flat();
    case "list":
    case "option":
    case "fixed-length-list":
    case "stream":
    case "future":
      return node.type === undefined ? [] : [node.type];
    default:
      return [];
  }
}

/** Types that have had other names. */
const renamed: Readonly<Record<string, string>> = { float32: "f32", float64: "f64" };

/** An error about a name that stands where a type is needed. `names` are those that exist. */
export function unknownType({ name, place }: Id, names: Iterable<string>): Error {
  const now = Object.hasOwn(renamed, name) ? renamed[name] : undefined;
  if (now !== undefined) return errorAt(place, `"${name}" is now called "${now}"; write "${now}"`);
  const builtIn = ["bool", "char", "string", "list", "option", "result", "tuple", "future", "stream", "map", "flags"];
  const hint = didYouMean(name, [...names, ...builtIn]) || '; define it here, or bring it in with "use"';
  return errorAt(place, `there is no type "${name}" here${hint}`);
}

/** An error about a type that contains itself. */
export function cycleError(from: Id | undefined, to: Id | undefined): Error {
  if (from === undefined || to === undefined) throw new TypeError("a cycle must have members");
  const way = from === to ? "" : ` through "${to.name}"`;
  return errorAt(
    from.place,
    `the type "${from.name}" contains itself${way}; put a resource in between, or refer to it by an id`,
  );
}
