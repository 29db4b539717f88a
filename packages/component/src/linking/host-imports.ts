import type { ComponentType, ExternDeclaration, FunctionType } from "@witwire/wit/binary";
import { resolveAlias, resultType, type TypeDef, type TypeId } from "@witwire/wit/model";
import { construct, isSync } from "@witwire/wit/values";
import type { Store } from "../calls/store.ts";
import type { Imports } from "../component.ts";
import { ComponentError } from "../errors.ts";
import type { RuntimeResource } from "../runtime/frame.ts";
import { type HostCall, HostFunction } from "../runtime/host-function.ts";
import { HostResource } from "../runtime/host-resource.ts";
import type { ItemValue } from "./instance-value.ts";
import { findGiven } from "./interface-lookup.ts";
import { memberName } from "./member-name.ts";

type AnyFunction = (...args: unknown[]) => unknown;
type Members = Readonly<Record<string | symbol, unknown>>;

/**
 * Makes the imports of a root component from what the host gives.
 *
 * @throws ComponentError `link` naming everything that is missing
 */
export function hostImports(
  type: ComponentType,
  types: readonly TypeDef[],
  given: Imports,
  store: Store,
): Map<string, ItemValue> {
  return new HostImports(types, given, store).bind(type);
}

class HostImports {
  readonly #types: readonly TypeDef[];
  readonly #given: Imports;
  readonly #store: Store;
  readonly #resources = new Map<TypeId, RuntimeResource>();
  readonly #problems: string[] = [];

  constructor(types: readonly TypeDef[], given: Imports, store: Store) {
    this.#types = types;
    this.#given = given;
    this.#store = store;
  }

  bind({ imports }: ComponentType): Map<string, ItemValue> {
    const items = new Map(imports.map((declaration) => [declaration.name, this.#import(declaration)]));
    if (this.#problems.length === 0) return items;
    const names = Object.keys(this.#given);
    const hint = names.length === 0 ? "nothing was given" : `given were ${names.map((name) => `"${name}"`).join(", ")}`;
    throw new ComponentError("link", `the component cannot be linked: ${this.#problems.join("; ")} (${hint})`);
  }

  #import({ name, type }: ExternDeclaration): ItemValue {
    if (type.tag === "instance") {
      const members = this.#interface(name, type.type.exports);
      const exports = type.type.exports.map((item): [string, ItemValue] => [
        item.name,
        this.#member(item, members, `${name}#${item.name}`),
      ]);
      return { tag: "instance", value: { exports: new Map(exports) } };
    }
    return this.#member({ name, type }, this.#given, name);
  }

  /** The object that implements an interface; nothing is needed for one that has only types. */
  #interface(name: string, exports: readonly ExternDeclaration[]): Members | undefined {
    const found = findGiven(this.#given, name);
    if ((typeof found === "object" || typeof found === "function") && found !== null) return found as Members;
    const functions = exports.filter((item) => item.type.tag === "func");
    if (functions.length > 0) {
      const what = found === undefined ? "missing" : `${found === null ? "null" : typeof found}, not an object`;
      this.#problems.push(`import "${name}" is ${what}`);
    }
    return undefined;
  }

  #member({ name, type }: ExternDeclaration, members: Members | undefined, label: string): ItemValue {
    switch (type.tag) {
      case "type":
        return { tag: "type", value: this.#type(name, type.type) };
      case "func":
        return { tag: "func", value: this.#function(name, type.type, members, label) };
      default:
        throw new ComponentError(
          "unsupported",
          `unsupported: the component imports "${label}", which is ${type.tag === "core-module" ? "a core module" : `a ${type.tag}`}; only interfaces and functions can be given`,
        );
    }
  }

  #type(name: string, id: TypeId): RuntimeResource | undefined {
    const target = resolveAlias({ types: this.#types }, id);
    if (this.#types[target]?.kind.tag !== "resource") return undefined;
    let resource = this.#resources.get(target);
    if (resource === undefined) {
      resource = new HostResource(name, this.#store);
      this.#resources.set(target, resource);
    }
    return resource;
  }

  #function(name: string, type: FunctionType, members: Members | undefined, label: string): HostFunction {
    const bound = members === undefined ? undefined : bindMember(name, members);
    if (typeof bound === "string") this.#problems.push(`import "${label}" ${bound}`);
    const { call, answersAtOnce } = typeof bound === "object" ? bound : unbound;
    const fallible = resultType({ types: this.#types }, type.result) !== undefined;
    const mayAwait = this.#store.mode === "async" && !answersAtOnce;
    return new HostFunction(this.#store, label, type, call, fallible, mayAwait);
  }
}

interface Bound {
  readonly call: HostCall;
  readonly answersAtOnce: boolean;
}

/** Stands in for a function that is missing until all that are have been found. */
const unbound: Bound = { call: () => undefined, answersAtOnce: true };

/** How a function is called, or what is wrong with what was given. */
function bindMember(name: string, members: Members): Bound | string {
  const member = memberName(name);
  if (member.tag === "function") {
    const fn = own(members, member.property, Object.prototype);
    if (fn === undefined) return lacks(`the function ${member.property}`, members[member.property]);
    return { call: (args) => fn.apply(members, args), answersAtOnce: isSync(fn) };
  }
  const { className } = member;
  const definition = own(members, className, Object.prototype);
  if (definition === undefined) return lacks(`the class ${className}`, members[className]);
  const statics = definition as unknown as Members;
  if (member.tag === "constructor") return bindConstructor(statics);
  const { property } = member;
  if (member.tag === "static") {
    const fn = own(statics, property, Function.prototype);
    if (fn === undefined) return lacks(`the static function ${className}.${property}`, statics[property]);
    return { call: (args) => fn.apply(statics, args), answersAtOnce: isSync(fn) };
  }
  const declared = (statics.prototype as Members | undefined)?.[property];
  return { call: (args) => callMethod(args, className, property), answersAtOnce: isSync(declared) };
}

function bindConstructor(statics: Members): Bound {
  const factory = statics[construct];
  if (typeof factory === "function") {
    return { call: (args) => (factory as AnyFunction).apply(statics, args), answersAtOnce: isSync(factory) };
  }
  const definition = statics as unknown as new (...args: unknown[]) => object;
  return { call: (args) => new definition(...args), answersAtOnce: true };
}

/** Methods are looked up on the object: a factory may have made it of another class. */
function callMethod([self, ...args]: unknown[], className: string, property: string): unknown {
  const method = (self as Members)[property];
  if (typeof method === "function") return method.apply(self, args);
  throw new TypeError(`the object that was given as a ${className} has no method ${property}`);
}

/** A function that an object has by its own making; what every object inherits (`toString`) implements nothing. */
function own(object: Members, property: string, inherited: object): AnyFunction | undefined {
  const member = object[property];
  if (typeof member !== "function" || member === (inherited as Members)[property]) return undefined;
  return member as AnyFunction;
}

function lacks(what: string, found: unknown): string {
  return found === undefined || typeof found === "function"
    ? `lacks ${what}`
    : `lacks ${what}: there is ${found === null ? "null" : `a value of type ${typeof found}`}`;
}
