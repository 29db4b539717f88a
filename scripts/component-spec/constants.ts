import { camelCase } from "../../packages/wit/src/model/index.ts";
import { type ListNode, type Node, stringBytes } from "./s-expression.ts";

/** The JavaScript value that a constant of a script stands for: `(u32.const 42)`, `(record.const (field "a" …))`. */
export function constant(node: Node): unknown {
  if (node.tag !== "list") throw new SyntaxError(`line ${node.line}: expected a constant`);
  const [head, ...rest] = node.items;
  const kind = head?.text.replace(/\.const$/, "");
  const [first] = rest;
  switch (kind) {
    case "bool":
      return first?.text === "true";
    case "u64":
    case "s64":
      return BigInt((first?.text ?? "0").replaceAll("_", ""));
    case "f32":
    case "f64":
      return float(first?.text ?? "0");
    case "u8":
    case "s8":
    case "u16":
    case "s16":
    case "u32":
    case "s32":
      return Number((first?.text ?? "0").replaceAll("_", ""));
    case "char":
    case "str":
      return new TextDecoder().decode(stringBytes(first?.text ?? ""));
    case "enum":
      return first?.text;
    case "flags":
      return new FlagsConstant(rest.map(({ text }) => camelCase(text)));
    case "list":
    case "tuple":
      return rest.map(constant);
    case "record":
      return Object.fromEntries(rest.map((field) => recordField(field as ListNode)));
    case "variant":
      return { tag: first?.text, ...payload(rest[1]) };
    case "option.none":
      return undefined;
    case "option.some":
      return constant(first as Node);
    case "result.ok":
      return { tag: "ok", ...payload(first) };
    case "result.err":
      return { tag: "err", ...payload(first) };
    default:
      throw new SyntaxError(`line ${node.line}: unknown constant ${kind}`);
  }
}

function payload(node: Node | undefined): { val?: unknown } {
  return node === undefined ? {} : { val: constant(node) };
}

/** `(field "n" u32.const 7)`, or with the constant in parentheses. */
function recordField({ items, line }: ListNode): [string, unknown] {
  const [, name, ...rest] = items;
  const value = rest[0]?.tag === "list" ? rest[0] : { tag: "list" as const, items: rest, text: "", line };
  return [camelCase(name?.text ?? ""), constant(value)];
}

function float(text: string): number {
  if (/nan/.test(text)) return Number.NaN;
  if (/inf/.test(text)) return text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return Number(text.replaceAll("_", ""));
}

/** Flags: those that are set. As an argument, an object like any other. */
class FlagsConstant {
  [name: string]: true;

  constructor(names: readonly string[]) {
    for (const name of names) this[name] = true;
  }
}

/** Whether a value is what a constant says. Flags that are not mentioned are false; typed arrays are lists. */
export function matches(found: unknown, expected: unknown): boolean {
  if (expected instanceof FlagsConstant) {
    if (typeof found !== "object" || found === null) return false;
    const set = Object.entries(found).filter(([, value]) => value === true);
    return set.length === Object.keys(expected).length && set.every(([name]) => name in expected);
  }
  if (Array.isArray(expected)) {
    if (!Array.isArray(found) && !ArrayBuffer.isView(found)) return false;
    const items = [...(found as unknown as Iterable<unknown>)];
    return items.length === expected.length && items.every((item, index) => matches(item, expected[index]));
  }
  if (typeof expected === "object" && expected !== null) {
    if (typeof found !== "object" || found === null) return false;
    return Object.entries(expected).every(([key, value]) => matches((found as Record<string, unknown>)[key], value));
  }
  return Object.is(found, expected);
}
