import { construct, type RemoteHandle, remoteHandle } from "@witwire/wit/values";
import type { CallableFunction, ContractFunction } from "../contract/contract-function.ts";

/** Calls a function with its parameters and, behind them, what the caller passed as options. */
export type Invoke = (fn: CallableFunction, params: unknown[], options: unknown, tagged: boolean) => Promise<unknown>;

/** The class that stands for a resource of a peer; instances are made by {@link createRemoteResource}. */
export type RemoteClass = (new (...args: never[]) => object) & { readonly prototype: object };

/**
 * Creates the client's class for a resource: methods on the prototype, statics and the async factory on the class.
 * The factory is `Class.new(…)`, unless the resource has a static function of that name, and always
 * `Class[Symbol.for("witwire.construct")](…)`, which makes the class an implementation too.
 */
export function createRemoteClass(
  className: string,
  members: readonly ContractFunction[],
  invoke: Invoke,
): RemoteClass {
  const remote: RemoteClass = class {
    constructor() {
      throw new TypeError(`a ${className} lives at the peer: create one with \`await ${className}.new(…)\``);
    }
    [Symbol.dispose](): void {
      const handle = (this as { [remoteHandle]?: RemoteHandle })[remoteHandle];
      if (handle?.drop !== undefined) handle.drop();
      else if (handle !== undefined) handle.live = false;
    }
  };
  Object.defineProperty(remote, "name", { value: className });
  for (const member of members) defineMember(remote, member, invoke);
  Object.defineProperty(remote.prototype, "$tagged", {
    get(this: object) {
      return taggedMethods(this, members, invoke);
    },
  });
  return remote;
}

/** An object of a client's class, for a handle that the peer sent. */
export function createRemoteResource(remote: RemoteClass, handle: RemoteHandle): object {
  return Object.create(remote.prototype, { [remoteHandle]: { value: handle } });
}

function defineMember(remote: RemoteClass, member: ContractFunction, invoke: Invoke): void {
  if (member.func.kind.tag === "method") {
    define(remote.prototype, member.property, function (this: object, ...args: unknown[]) {
      return invoke(member, [this, ...args.slice(0, member.arity)], args[member.arity], false);
    });
    return;
  }
  const call = (...args: unknown[]): Promise<unknown> =>
    invoke(member, args.slice(0, member.arity), args[member.arity], false);
  if (member.func.kind.tag === "static") {
    define(remote, member.property, call);
  } else {
    define(remote, construct, call);
    if (!Object.hasOwn(remote, "new")) define(remote, "new", call);
  }
}

/** The methods of one resource in the form that returns `{ tag, val }` instead of throwing. */
function taggedMethods(self: object, members: readonly ContractFunction[], invoke: Invoke): object {
  const tagged = {};
  for (const member of members) {
    if (member.func.kind.tag !== "method") continue;
    define(tagged, member.property, (...args: unknown[]) =>
      invoke(member, [self, ...args.slice(0, member.arity)], args[member.arity], true),
    );
  }
  return tagged;
}

function define(target: object, key: string | symbol, value: unknown): void {
  Object.defineProperty(target, key, {
    value,
    configurable: true,
    writable: true,
    enumerable: typeof key === "string",
  });
}
