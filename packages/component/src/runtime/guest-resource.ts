import { ValueError } from "@witwire/wit/values";
import type { CoreSignature } from "../abi/canonical.ts";
import type { CoreFunction } from "../core/core-function.ts";
import { ComponentError } from "../errors.ts";
import { enter, type Frame, leave, type RuntimeResource } from "./frame.ts";

/** What an object knows of the guest's resource that it stands for. */
export interface GuestHandle {
  readonly resource: GuestResource;
  readonly rep: number;
  readonly own: boolean;
  /** `false` once it was given away, disposed, or, if it is borrowed, once the call is over. */
  live: boolean;
  /** How many running calls it is lent to. */
  lends: number;
}

/** What stands for a guest's resource on the host's side. Exported resources have classes of their own, with methods. */
export class GuestObject {
  readonly #handle: GuestHandle;

  constructor(handle: GuestHandle) {
    this.#handle = handle;
  }

  /** The handle of an object, or `undefined` where it stands for no guest's resource. */
  static handleOf(value: unknown): GuestHandle | undefined {
    return typeof value === "object" && value !== null && #handle in value ? value.#handle : undefined;
  }
}

/** CanonicalABI.md, `canon_resource_drop`. */
const destructorSignature: CoreSignature = { params: ["i32"], results: [] };

/** Makes the object for a handle. */
export type GuestClass = new (handle: GuestHandle) => GuestObject;

/** A resource type that a component defined. */
export class GuestResource implements RuntimeResource {
  readonly name: string;
  readonly definer: Frame;
  readonly mayAwait: boolean;
  /** The objects' class. Set when the resource is exported to the host. */
  class: GuestClass = GuestObject;
  readonly #destructor: CoreFunction | undefined;

  constructor(name: string, definer: Frame, destructor: CoreFunction | undefined) {
    this.name = name;
    this.definer = definer;
    this.#destructor = destructor;
    this.mayAwait = destructor !== undefined && definer.suspends;
  }

  liftOwn(rep: number): object {
    return new this.class({ resource: this, rep, own: true, live: true, lends: 0 });
  }

  liftBorrow(rep: number): { readonly value: object; release(): void } {
    const handle: GuestHandle = { resource: this, rep, own: false, live: true, lends: 0 };
    return {
      value: new this.class(handle),
      release: () => {
        handle.live = false;
      },
    };
  }

  lowerOwn(value: unknown): number {
    const handle = this.#handle(value);
    if (!handle.own) throw new ValueError(`this ${this.name} is borrowed, and cannot be given away`);
    if (handle.lends > 0) throw new ValueError(`this ${this.name} is lent to a running call, and cannot be given away`);
    handle.live = false;
    return handle.rep;
  }

  restore(_rep: number, value: unknown): void {
    const handle = GuestObject.handleOf(value);
    if (handle !== undefined) handle.live = true;
  }

  lowerBorrow(value: unknown): { readonly rep: number; release(): void } {
    const handle = this.#handle(value);
    handle.lends++;
    return {
      rep: handle.rep,
      release: () => {
        handle.lends--;
      },
    };
  }

  /**
   * @throws ComponentError `trap` where the destructor traps, or where its component is being entered from inside
   */
  destroy(rep: number, caller: Frame | undefined): unknown {
    const destructor = this.#destructor;
    if (destructor === undefined) return undefined;
    const { definer, name } = this;
    const label = `[destructor]${name}`;
    const { store } = definer;
    const entered = definer.entering(caller);
    if (!enter(entered)) {
      throw new ComponentError("trap", `cannot re-enter the component: ${label} was called while a call is inside`);
    }
    if (!definer.suspends) {
      try {
        destructor.call(rep);
      } catch (error) {
        throw store.trapped(error, label);
      }
      if (store.failure !== undefined) throw store.failure;
      leave(entered);
      return undefined;
    }
    return destructor.callSuspending(destructorSignature, [rep]).then(
      () => {
        if (store.failure !== undefined) throw store.failure;
        leave(entered);
      },
      (error) => {
        throw store.trapped(error, label);
      },
    );
  }

  #handle(value: unknown): GuestHandle {
    const handle = GuestObject.handleOf(value);
    if (handle === undefined) throw new ValueError(`expected a ${this.name} that this component made`);
    if (handle.resource !== this) {
      throw new ValueError(`expected a ${this.name} of this instance, got a ${handle.resource.name} of another one`);
    }
    if (!handle.live) {
      throw new ValueError(
        `this ${this.name} is gone: it was ${handle.own ? "disposed or given away" : "lent for a call that is over"}`,
      );
    }
    return handle;
  }
}
