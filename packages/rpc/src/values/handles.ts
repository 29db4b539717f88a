import type { ResourceRef } from "@witwire/codec";

/** What becomes of handles that arrive. */
export interface HandleLifting {
  own(resource: ResourceRef, handle: Uint8Array): unknown;
  borrow(resource: ResourceRef, handle: Uint8Array): unknown;
  /** The value that held an owned handle is complete, so it belongs to the receiver now. */
  received(resource: ResourceRef, handle: Uint8Array): void;
}

/** How handles are made for resources that a value holds. */
export interface HandleLowering {
  own(resource: ResourceRef, value: unknown): Uint8Array;
  borrow(resource: ResourceRef, value: unknown): Uint8Array;
  /** The value that holds them was encoded (or could not be), so ownership has moved (or stays). */
  settle(owned: readonly OwnedHandle[], moved: boolean): void;
}

/** A resource on its way out. */
export interface OwnedHandle {
  readonly value: unknown;
  readonly handle: Uint8Array;
}
