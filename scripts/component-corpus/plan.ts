/** What is called on a component, with values made from the types of its functions. */
import {
  camelCase,
  type Func,
  type InterfaceRef,
  pascalCase,
  type Resolve,
  resolveAlias,
  type Type,
  type TypeId,
  type TypeKind,
  type WorldRef,
} from "@witwire/wit/model";
import fc from "fast-check";
import { kindOf, type Made, type Plain, plainValues } from "./plain-values.ts";

/** How a function is reached. Members of resources are called on a resource that is made for the call. */
export type Target =
  | { readonly tag: "function"; readonly property: string }
  | { readonly tag: "constructor"; readonly className: string }
  | { readonly tag: "static"; readonly className: string; readonly property: string }
  | { readonly tag: "method"; readonly property: string };

export interface PlannedCall {
  /** The name of the interface; absent for functions at the root. */
  readonly instance?: string;
  readonly target: Target;
  /** For messages. */
  readonly label: string;
  /** Several lists of arguments. For a method, the first is the resource. */
  readonly arguments: readonly (readonly Plain[])[];
  /** Whether it returns `result`, so that `err` is thrown. */
  readonly fallible: boolean;
}

export interface Plan {
  readonly calls: readonly PlannedCall[];
  /** Functions that are not called, and why. */
  readonly skipped: readonly { readonly label: string; readonly reason: string }[];
}

/** What a component offers, as `Component` of the engine says it. */
export interface Offered {
  readonly rootExports: WorldRef;
  readonly exports: ReadonlyMap<string, InterfaceRef>;
  readonly imports: ReadonlyMap<string, InterfaceRef>;
}

/** Resources of the component for which there is a constructor of plain values. */
type Makers = ReadonlyMap<TypeId, fc.Arbitrary<Made>>;

const noMakers: Makers = new Map();

/** The same calls whenever it is asked, so that two processes make the same ones. */
export function planCalls({ rootExports, exports, imports }: Offered, rounds = 3): Plan {
  const calls: PlannedCall[] = [];
  const skipped: { label: string; reason: string }[] = [];
  const makers = new Map([...exports].flatMap(([name, ref]) => makersOf(name, ref)));
  // At the root, the resources of an interface that is imported too are the imported ones.
  const ownMakers = new Map([...exports].flatMap(([name, ref]) => (imports.has(name) ? [] : makersOf(name, ref))));
  const add = (resolve: Resolve, func: Func, instance: string | undefined): void => {
    const usable = instance === undefined ? ownMakers : makers;
    const label = instance === undefined ? func.name : `${instance}#${func.name}`;
    const reason = obstacle(resolve, func, usable);
    if (reason !== undefined) {
      skipped.push({ label, reason });
      return;
    }
    calls.push({
      ...(instance === undefined ? {} : { instance }),
      target: targetOf(resolve, func),
      label,
      arguments: argumentLists(resolve, func, usable, rounds),
      fallible: func.result !== undefined && kindOf(resolve, func.result)?.tag === "result",
    });
  };
  for (const func of rootExports.functions) add(rootExports.resolve, func, undefined);
  for (const [name, ref] of exports) for (const func of ref.functions) add(ref.resolve, func, name);
  return { calls, skipped };
}

function makersOf(instance: string, { resolve, functions }: InterfaceRef): [TypeId, fc.Arbitrary<Made>][] {
  return functions.flatMap((func): [TypeId, fc.Arbitrary<Made>][] => {
    if (func.kind.tag !== "constructor" || func.params.some(({ type }) => unusual(resolve, type, noMakers))) return [];
    const args = fc.tuple(...func.params.map(({ type }) => plainValues(resolve, type, noMakers)));
    const className = classNameOf(resolve, func.kind.resource);
    return [[resolveAlias(resolve, func.kind.resource), args.map((given) => ({ instance, className, args: given }))]];
  });
}

function targetOf(resolve: Resolve, { name, kind }: Func): Target {
  const property = camelCase(name.slice(name.lastIndexOf(".") + 1));
  if (kind.tag === "freestanding") return { tag: "function", property: camelCase(name) };
  if (kind.tag === "method") return { tag: "method", property };
  const className = classNameOf(resolve, kind.resource);
  return kind.tag === "static" ? { tag: "static", className, property } : { tag: "constructor", className };
}

function classNameOf(resolve: Resolve, id: TypeId): string {
  return pascalCase(resolve.types[id]?.name ?? "");
}

/** Why a function cannot be called. */
function obstacle(resolve: Resolve, { kind, params, result }: Func, makers: Makers): string | undefined {
  if (kind.tag !== "constructor" && kind.async) return "it is async";
  for (const { type } of params) {
    const found = unusual(resolve, type, makers);
    if (found !== undefined) return `it takes ${found}`;
  }
  const found = result === undefined ? undefined : unusual(resolve, result, undefined);
  return found === undefined ? undefined : `it returns ${found}`;
}

/** A part of a type for which no value can be made. Any resource will do where no makers are given. */
function unusual(resolve: Resolve, type: Type, makers: Makers | undefined): string | undefined {
  if (type === "error-context") return "an error-context";
  const kind = kindOf(resolve, type);
  if (kind === undefined) return undefined;
  if (kind.tag === "own" || kind.tag === "borrow") {
    return makers === undefined || makers.has(resolveAlias(resolve, kind.resource)) ? undefined : "a resource";
  }
  if (kind.tag === "stream" || kind.tag === "future") return `a ${kind.tag}`;
  for (const part of partsOf(kind)) {
    const found = unusual(resolve, part, makers);
    if (found !== undefined) return found;
  }
  return undefined;
}

function partsOf(kind: TypeKind): Type[] {
  switch (kind.tag) {
    case "record":
      return kind.fields.map(({ type }) => type);
    case "tuple":
      return [...kind.types];
    case "variant":
      return kind.cases.flatMap(({ type }) => (type === undefined ? [] : [type]));
    case "option":
    case "list":
    case "fixed-length-list":
      return [kind.type];
    case "result":
      return [kind.ok, kind.err].filter((part) => part !== undefined);
    case "map":
      return [kind.key, kind.value];
    default:
      return [];
  }
}

function argumentLists(resolve: Resolve, { name, params }: Func, makers: Makers, rounds: number): Plain[][] {
  if (params.length === 0) return [[]];
  const seed = [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) | 0, 7);
  const values = fc.tuple(...params.map(({ type }) => plainValues(resolve, type, makers)));
  return fc.sample(values, { seed, numRuns: rounds });
}
