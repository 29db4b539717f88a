import type {
  Func,
  Interface,
  InterfaceId,
  PackageId,
  Resolve,
  TypeDef,
  TypeId,
  World,
  WorldEntry,
  WorldItem,
} from "../model/types.ts";
import { packageOrder } from "./package-order.ts";
import { printDocs, printHead, printName } from "./print-docs.ts";
import { printPackageName, printPath, resolveInterface, resolveTypeDef } from "./print-scope.ts";
import { printFunction, printTypeDef } from "./print-types.ts";

/**
 * Prints packages of a model as WIT, in one canonical form. The text means what the model means: read again it gives an
 * equal model, docs and gates included. Two things are written out that the original text may have left implicit: what
 * worlds include, and what they need to import.
 *
 * @param which One package by id, which may then refer to others; or `"all"`, the default, for a text that is complete
 *   in itself: a package that no other depends on as the file's own, and the others nested in it.
 */
export function printWit(resolve: Resolve, which: PackageId | "all" = "all"): string {
  if (which !== "all") return printPackage(resolve, which);
  const order = packageOrder(resolve);
  const own = order.pop();
  if (own === undefined) return "";
  return [printPackage(resolve, own), ...order.map((id) => printNested(resolve, id))].join("\n");
}

function printPackage(resolve: Resolve, id: PackageId): string {
  const header = `${printDocs(resolve.packages[id]?.docs, "")}package ${printPackageName(resolve, id)};\n`;
  const items = printItems(resolve, id, "");
  return items === "" ? header : `${header}\n${items}`;
}

function printNested(resolve: Resolve, id: PackageId): string {
  const items = printItems(resolve, id, "  ");
  const body = items === "" ? "{}" : `{\n${items}}`;
  return `${printDocs(resolve.packages[id]?.docs, "")}package ${printPackageName(resolve, id)} ${body}\n`;
}

function printItems(resolve: Resolve, id: PackageId, indent: string): string {
  const { interfaces, worlds } = resolve.packages[id] ?? { interfaces: {}, worlds: {} };
  const items = [
    ...Object.values(interfaces).map((item) => printInterface(resolve, item, indent)),
    ...Object.values(worlds).map((item) => printWorld(resolve, resolve.worlds[item], indent)),
  ];
  return items.join("\n");
}

function printInterface(resolve: Resolve, id: InterfaceId, indent: string): string {
  const item = resolveInterface(resolve, id);
  const body = printInterfaceBody(resolve, item, indent);
  return `${printHead(item, indent)}${indent}interface ${printName(item.name ?? "")} ${body}`;
}

function printInterfaceBody(resolve: Resolve, item: Interface, indent: string): string {
  const inner = `${indent}  `;
  const functions = Object.values(item.functions);
  const members = membersOf(functions);
  const free = functions.filter((func) => func.kind.tag === "freestanding");
  const position = new Map(functions.map((func, index) => [func, index]));
  const blocks: string[] = [];
  let printed = 0;
  const printFree = (before: number): void => {
    for (; printed < free.length; printed++) {
      const func = free[printed] as Func;
      if ((position.get(func) ?? 0) >= before) return;
      blocks.push(printFunction(resolve, func, inner));
    }
  };
  for (const run of runsOfUses(resolve, Object.values(item.types))) {
    if (typeof run !== "number") blocks.push(printUse(resolve, run, item.package, inner));
    else {
      // Functions that come before those of a resource have to be read before it.
      const own = members.get(run) ?? [];
      if (own[0] !== undefined) printFree(position.get(own[0]) ?? 0);
      blocks.push(printTypeDef(resolve, resolveTypeDef(resolve, run), own, inner));
    }
  }
  printFree(functions.length);
  return printBlock(blocks, indent);
}

/** `{ … }` with an empty line between items, other than single lines of one sort. */
function printBlock(blocks: readonly string[], indent: string): string {
  let body = "";
  blocks.forEach((block, index) => {
    const before = blocks[index - 1];
    if (before !== undefined && !(isLine(before) && isLine(block) && sortOf(before) === sortOf(block))) body += "\n";
    body += block;
  });
  return body === "" ? "{}\n" : `{\n${body}${indent}}\n`;
}

function isLine(block: string): boolean {
  return block.indexOf("\n") === block.length - 1;
}

/** The word that a line begins with, where that is not the name of a function. */
function sortOf(line: string): string | undefined {
  return /^ *(import|export|use|type|resource) /.exec(line)?.[1];
}

function membersOf(functions: readonly Func[]): Map<TypeId, Func[]> {
  const members = new Map<TypeId, Func[]>();
  for (const func of functions) {
    if (func.kind.tag === "freestanding") continue;
    const known = members.get(func.kind.resource);
    if (known === undefined) members.set(func.kind.resource, [func]);
    else known.push(func);
  }
  return members;
}

/** Types brought in by one `use` statement. */
interface UseRun {
  readonly from: InterfaceId;
  readonly types: TypeDef[];
}

/**
 * Joins neighbouring types that one `use` can bring in; every other type stays by itself. What is used comes first, as
 * it does in a model that was read from text; models that were read from a binary have another order.
 */
function runsOfUses(resolve: Resolve, types: readonly TypeId[]): (UseRun | TypeId)[] {
  const runs: UseRun[] = [];
  const own: TypeId[] = [];
  for (const id of types) {
    const def = resolveTypeDef(resolve, id);
    const from = usedFrom(resolve, def);
    const last = runs.at(-1);
    if (from === undefined) own.push(id);
    else if (last?.from === from && sameHead(last.types[0], def)) last.types.push(def);
    else runs.push({ from, types: [def] });
  }
  return [...runs, ...own];
}

function usedFrom(resolve: Resolve, def: TypeDef): InterfaceId | undefined {
  if (def.kind.tag !== "alias" || typeof def.kind.type === "string") return undefined;
  const { owner } = resolveTypeDef(resolve, def.kind.type);
  if (owner?.tag !== "interface" || (def.owner?.tag === "interface" && def.owner.id === owner.id)) return undefined;
  return owner.id;
}

function sameHead(a: TypeDef | undefined, b: TypeDef): boolean {
  return printHead(a ?? {}, "") === printHead(b, "");
}

function printUse(resolve: Resolve, { from, types }: UseRun, here: PackageId, indent: string): string {
  const names = types.map(({ name = "", kind }) => {
    const target =
      kind.tag === "alias" && typeof kind.type === "number" ? resolveTypeDef(resolve, kind.type) : undefined;
    const source = target?.name ?? name;
    return source === name ? printName(name) : `${printName(source)} as ${printName(name)}`;
  });
  const [first] = types;
  return `${printHead(first ?? {}, indent)}${indent}use ${printPath(resolve, from, here)}.{${names.join(", ")}};\n`;
}

function printWorld(resolve: Resolve, world: World | undefined, indent: string): string {
  if (world === undefined) return "";
  const inner = `${indent}  `;
  const functions = world.imports.flatMap(({ item }) => (item.tag === "function" ? [item.func] : []));
  const members = membersOf(functions);
  const blocks = [
    ...world.imports.filter(isInterface).map((entry) => printExtern(resolve, "import", entry, world, inner)),
    ...printWorldTypes(resolve, world, members, inner),
    ...functions
      .filter((func) => func.kind.tag === "freestanding")
      .map((func) => printFunction(resolve, func, inner, "import ")),
    ...world.exports.map((entry) => printExtern(resolve, "export", entry, world, inner)),
  ];
  return `${printHead(world, indent)}${indent}world ${printName(world.name)} ${printBlock(blocks, indent)}`;
}

function isInterface({ item }: WorldEntry): boolean {
  return item.tag === "interface";
}

function printWorldTypes(resolve: Resolve, world: World, members: Map<TypeId, Func[]>, indent: string): string[] {
  const types = world.imports.flatMap(({ item }) => (item.tag === "type" ? [item.id] : []));
  return runsOfUses(resolve, types).map((run) =>
    typeof run === "number"
      ? printTypeDef(resolve, resolveTypeDef(resolve, run), members.get(run) ?? [], indent)
      : printUse(resolve, run, world.package, indent),
  );
}

function printExtern(resolve: Resolve, word: string, entry: WorldEntry, world: World, indent: string): string {
  const { item, name } = entry;
  if (item.tag === "function") return printFunction(resolve, item.func, indent, `${word} `);
  if (item.tag !== "interface") throw new TypeError("a world cannot export a type");
  const found = resolveInterface(resolve, item.id);
  if (found.name === undefined) return printInline(resolve, `${word} ${printName(name ?? "")}`, item, found, indent);
  const label = name === undefined ? "" : `${printName(name)}: `;
  return `${printHead(item, indent)}${indent}${word} ${label}${printPath(resolve, item.id, world.package)};\n`;
}

function printInline(
  resolve: Resolve,
  before: string,
  item: WorldItem & { tag: "interface" },
  found: Interface,
  indent: string,
): string {
  const head = printHead({ ...item, ...(found.docs === undefined ? {} : { docs: found.docs }) }, indent);
  return `${head}${indent}${before}: interface ${printInterfaceBody(resolve, found, indent)}`;
}
