import { RpcError } from "@witwire/rpc";
import type { HostedInstance } from "../instances/hosted-instance.ts";

/**
 * What callers hold of a resource that a component exports. It knows the instance that the resource lives in, and is of no
 * use any more when that instance is lost.
 */
export class GuestProxy implements Disposable {
  readonly #resource: object;
  readonly #hosted: HostedInstance;

  constructor(resource: object, hosted: HostedInstance) {
    this.#resource = resource;
    this.#hosted = hosted;
  }

  /**
   * The resource inside an instance.
   *
   * @throws RpcError `not-found` where it lives in another one, `invalid-argument` for anything that is no resource
   */
  static resourceOf(value: unknown, hosted: HostedInstance, name: string): object {
    if (typeof value !== "object" || value === null || !(#resource in value)) {
      throw new RpcError("invalid-argument", `expected a ${name} that this component made`, { started: "no" });
    }
    if (value.#hosted === hosted && hosted.state === "ready") return value.#resource;
    throw new RpcError(
      "not-found",
      `this ${name} is gone: the instance that it lived in was lost in a failed call; create it again`,
      { started: "no" },
    );
  }

  [Symbol.dispose](): void {
    if (this.#hosted.state === "ready") (this.#resource as Partial<Disposable>)[Symbol.dispose]?.();
  }
}

/** The class of an exported resource as callers see it. */
export type GuestProxyClass = new (resource: object, hosted: HostedInstance) => GuestProxy;

/** Makes the class of a resource; its members are added by whoever knows them. */
export function guestProxyClass(name: string): GuestProxyClass {
  const made = class extends GuestProxy {
    constructor(resource: object, hosted: HostedInstance) {
      if (new.target !== made || hosted === undefined) {
        throw new TypeError(`a ${name} is made by a component: use \`await ${name}.new(…)\``);
      }
      super(resource, hosted);
    }
  };
  Object.defineProperty(made, "name", { value: name });
  return made;
}
