import type { ResourceRef } from "@witwire/codec";
import type { Resolve } from "@witwire/wit/model";
import type { Invocation, Path } from "../transport/invocation.ts";

/** Where a value with handles belongs. */
export interface HandleScope {
  readonly invocation: Invocation;
  /** Of the function's contract, where it is known: what resources can do. */
  readonly resolve: Resolve | undefined;
  /** The path of the bytes that hold the value. */
  readonly base: Path;
}

/** What becomes of handles that arrive. */
export interface HandleLifting {
  own(resource: ResourceRef, handle: Uint8Array, scope: HandleScope): unknown;
  borrow(resource: ResourceRef, handle: Uint8Array, scope: HandleScope): unknown;
  /** The value that held an owned handle is complete, so that `value`, which it became, belongs to the receiver now. */
  received(handle: Uint8Array, value: unknown, scope: HandleScope): void;
}

/** How handles are made for resources that a value holds. */
export interface HandleLowering {
  own(resource: ResourceRef, value: unknown, scope: HandleScope): Uint8Array;
  borrow(resource: ResourceRef, value: unknown, scope: HandleScope): Uint8Array;
  /** The value that holds them was encoded (or could not be), so ownership has moved (or stays). */
  settle(owned: readonly OwnedHandle[], moved: boolean, scope: HandleScope): void;
}

/** A resource on its way out. */
export interface OwnedHandle {
  readonly value: unknown;
  readonly handle: Uint8Array;
}
