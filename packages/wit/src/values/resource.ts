/**
 * Static member that creates a resource: `[construct](…params, context)`. It may be async and may throw `WitError`.
 * Where an implementation class has none, `new` is used. Client classes have it, so a client can serve as an
 * implementation.
 */
export const construct: unique symbol = Symbol.for("witwire.construct") as never;

/** Property of client-side resources that holds their {@link RemoteHandle}. */
export const remoteHandle: unique symbol = Symbol.for("witwire.remote-handle") as never;

/** What a client knows of a resource that lives elsewhere. */
export interface RemoteHandle {
  /** `namespace:package/interface@version#resource`. */
  readonly type: string;
  /** The handle as the peer chose it; opaque. */
  readonly bytes: Uint8Array;
  /** The connection or transport that the handle belongs to; handles mean nothing elsewhere. */
  readonly owner: object;
  /** `false` once the resource was passed on as `own`, or disposed. */
  live: boolean;
  /** Why the resource can be called, but neither given away nor lent. */
  readonly refusal?: string;
  /** Gives the resource up, where its peer can be told. */
  drop?(): void;
}

/** The remote handle of a client-side resource, or `undefined` for anything else. */
export function remoteHandleOf(value: unknown): RemoteHandle | undefined {
  if (typeof value !== "object" || value === null || !(remoteHandle in value)) return undefined;
  return (value as { [remoteHandle]: RemoteHandle })[remoteHandle];
}

const syncBrand: unique symbol = Symbol.for("witwire.sync") as never;

/** Promises that a function answers at once and never with a promise, which lets a component call it without suspending. */
export function sync<F extends (...args: never[]) => unknown>(fn: F): F {
  return Object.defineProperty(fn, syncBrand, { value: true });
}

/** Whether a function was marked with {@link sync}. */
export function isSync(fn: unknown): boolean {
  return typeof fn === "function" && syncBrand in fn;
}
