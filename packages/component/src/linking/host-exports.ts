import { resultType, type TypeDef } from "@witwire/wit/model";
import { construct, isPromiseLike, sync, WitError } from "@witwire/wit/values";
import type { Gate } from "../calls/gate.ts";
import type { Mode } from "../calls/store.ts";
import type { ComponentFunction } from "../runtime/component-function.ts";
import { type GuestClass, type GuestHandle, GuestObject, GuestResource } from "../runtime/guest-resource.ts";
import { LiftedFunction } from "../runtime/lifted-function.ts";
import type { InstanceValue, ItemValue } from "./instance-value.ts";
import { type MemberName, memberName } from "./member-name.ts";

type Callable = (this: unknown, ...args: unknown[]) => unknown;

/** Makes what the host sees of a root instance: functions, an object for each interface, and classes for resources. */
export function hostExports(root: InstanceValue, types: readonly TypeDef[], gate: Gate, mode: Mode): object {
  return new HostExports(types, gate, mode).object(root, "");
}

class HostExports {
  readonly #types: readonly TypeDef[];
  readonly #gate: Gate;
  readonly #mode: Mode;
  readonly #classes = new Map<GuestResource, object>();
  /** The methods of each class, by their names in JavaScript. */
  readonly #methodsOf = new Map<object, Map<string, ComponentFunction>>();

  constructor(types: readonly TypeDef[], gate: Gate, mode: Mode) {
    this.#types = types;
    this.#gate = gate;
    this.#mode = mode;
  }

  /** @param path in front of the names of functions, for messages */
  object({ exports }: InstanceValue, path: string): object {
    const object = {};
    for (const [name, item] of exports) {
      if (item.tag === "instance") define(object, name, this.object(item.value, `${path}${name}#`));
      else if (item.tag === "type" && item.value instanceof GuestResource) {
        define(object, className(name), this.#class(item.value, className(name)));
      }
    }
    for (const [name, item] of exports) {
      if (item.tag === "func") this.#function(object, exports, memberName(name), item.value, `${path}${name}`);
    }
    defineTagged(object, () => this.#taggedFunctions(exports));
    return object;
  }

  /** The functions in the form that returns `{ tag, val }` instead of throwing. */
  #taggedFunctions(exports: InstanceValue["exports"]): object {
    const tagged = {};
    for (const [name, item] of exports) {
      const member = memberName(name);
      if (item.tag === "func" && member.tag === "function")
        define(tagged, member.property, this.#callable(item.value, true));
    }
    return tagged;
  }

  #function(
    object: object,
    siblings: ReadonlyMap<string, ItemValue>,
    member: MemberName,
    fn: ComponentFunction,
    label: string,
  ): void {
    if (fn instanceof LiftedFunction) fn.label = label;
    if (member.tag === "function") {
      define(object, member.property, this.#callable(fn));
      return;
    }
    const type = siblings.get(member.resource);
    if (type?.tag !== "type" || !(type.value instanceof GuestResource)) return;
    const target = this.#class(type.value, member.className);
    if (member.tag === "method") {
      const { prototype } = target as { prototype: object };
      define(prototype, member.property, this.#method(fn, false));
      this.#methods(target).set(member.property, fn);
    } else if (member.tag === "static") define(target, member.property, this.#callable(fn));
    else {
      const factory = this.#callable(fn);
      define(target, construct, factory);
      if (!Object.hasOwn(target, "new")) define(target, "new", factory);
    }
  }

  #callable(fn: ComponentFunction, tagged = false): Callable {
    const arity = fn.type.params.length;
    const enter = this.#entrance(fn, tagged);
    const call: Callable = (...args) => enter(args, args[arity]);
    return this.#mode === "sync" ? sync(call) : call;
  }

  #method(fn: ComponentFunction, tagged: boolean): Callable {
    const arity = fn.type.params.length - 1;
    const enter = this.#entrance(fn, tagged);
    const call: Callable = function (...args) {
      return enter([this, ...args], args[arity]);
    };
    return this.#mode === "sync" ? sync(call) : call;
  }

  /** Passes arguments through the gate; `ok` becomes the answer, and `err` is thrown, unless the tagged form is wanted. */
  #entrance(fn: ComponentFunction, tagged: boolean): (args: unknown[], options: unknown) => unknown {
    const gate = this.#gate;
    const entering = fn.entering(undefined);
    const unwraps = !tagged && resultType({ types: this.#types }, fn.type.result) !== undefined;
    const body = unwraps
      ? (args: unknown[]): unknown => {
          const outcome = fn.call(args, entering, false);
          return isPromiseLike(outcome) ? outcome.then(unwrap) : unwrap(outcome);
        }
      : (args: unknown[]): unknown => fn.call(args, entering, false);
    return this.#mode === "sync"
      ? (args, options) => gate.passSync(fn.label, options, () => body(args))
      : (args, options) => gate.pass(fn.label, options, () => body(args));
  }

  #methods(target: object): Map<string, ComponentFunction> {
    let methods = this.#methodsOf.get(target);
    if (methods === undefined) {
      methods = new Map();
      this.#methodsOf.set(target, methods);
    }
    return methods;
  }

  #defineTaggedMethods(target: { readonly prototype: object }): void {
    const compiled = new Map<string, Callable>();
    const compile = (): void => {
      for (const [property, fn] of this.#methods(target)) compiled.set(property, this.#method(fn, true));
    };
    defineTagged(target.prototype, (self) => {
      if (compiled.size === 0) compile();
      const tagged = {};
      for (const [property, call] of compiled) define(tagged, property, (...args: unknown[]) => call.apply(self, args));
      return tagged;
    });
  }

  #class(resource: GuestResource, name: string): object {
    let made = this.#classes.get(resource);
    if (made === undefined) {
      const exported = exportedClass(name, this.#mode);
      defineDisposal(exported.prototype, resource, this.#gate);
      this.#defineTaggedMethods(exported);
      resource.class = exported;
      made = exported;
      this.#classes.set(resource, made);
    }
    return made;
  }
}

/** The class of a resource. What the engine makes gets a handle; what users make with `new` goes through the factory. */
function exportedClass(name: string, mode: Mode): GuestClass {
  const exported = class extends GuestObject {
    constructor(...args: unknown[]) {
      super(isHandle(args[0]) ? args[0] : create(new.target, name, mode, args));
    }
  };
  Object.defineProperty(exported, "name", { value: name });
  return exported as unknown as GuestClass;
}

/** What `new` of a user does. @throws TypeError where the component cannot answer at once */
function create(target: object, name: string, mode: Mode, args: unknown[]): GuestHandle {
  const factory = (target as { readonly [construct]?: (...args: unknown[]) => unknown })[construct];
  if (factory === undefined) throw new TypeError(`${name} has no constructor: the component makes it in other ways`);
  if (mode === "async") throw new TypeError(`a ${name} is made by a component: use \`await ${name}.new(…)\``);
  return GuestObject.handleOf(factory(...args)) as GuestHandle;
}

function isHandle(value: unknown): value is GuestHandle {
  return (
    typeof value === "object" && value !== null && (value as Partial<GuestHandle>).resource instanceof GuestResource
  );
}

/** `using` drops a resource, and `await using` waits until that is done. */
function defineDisposal(prototype: object, resource: GuestResource, gate: Gate): void {
  const dispose = (object: unknown): Promise<unknown> | undefined => {
    const handle = GuestObject.handleOf(object);
    if (handle === undefined || !handle.live || !handle.own) return undefined;
    if (handle.lends > 0)
      throw new TypeError(`this ${resource.name} is lent to a running call, and cannot be disposed`);
    handle.live = false;
    return gate.passLater(`[resource-drop]${resource.name}`, () => resource.destroy(handle.rep, undefined));
  };
  define(prototype, Symbol.dispose, function (this: unknown) {
    dispose(this)?.catch(() => {});
  });
  define(prototype, Symbol.asyncDispose, async function (this: unknown) {
    await dispose(this);
  });
}

function unwrap(value: unknown): unknown {
  const result = value as { readonly tag: "ok" | "err"; readonly val?: unknown };
  if (result.tag === "err") throw new WitError(result.val);
  return result.val;
}

function className(name: string): string {
  const member = memberName(`[constructor]${name}`);
  return member.tag === "constructor" ? member.className : name;
}

/** `$tagged` is made when somebody asks for it: most never do. */
function defineTagged(target: object, make: (self: object) => object): void {
  Object.defineProperty(target, "$tagged", {
    configurable: true,
    get(this: object) {
      return make(this);
    },
  });
}

function define(target: object, key: string | symbol, value: unknown): void {
  Object.defineProperty(target, key, {
    value,
    configurable: true,
    writable: true,
    enumerable: typeof key === "string",
  });
}
