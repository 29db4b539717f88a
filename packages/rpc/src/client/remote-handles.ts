import type { ResourceRef } from "@witwire/codec";
import { type RemoteHandle, remoteHandleOf } from "@witwire/wit/values";
import type { HandleLifting, HandleLowering, HandleScope, OwnedHandle } from "../values/handles.ts";

/** Makes the JavaScript object for a handle that a peer sent. */
export type RemoteResourceFactory = (resource: ResourceRef, handle: RemoteHandle) => object;

/** Handles in the results of a client's calls: opaque bytes, chosen by the server. */
export class RemoteHandleLifting implements HandleLifting {
  readonly #owner: object;
  readonly #create: RemoteResourceFactory;

  /** @param owner what the handles are bound to, since they mean nothing to any other peer */
  constructor(owner: object, create: RemoteResourceFactory) {
    this.#owner = owner;
    this.#create = create;
  }

  own(resource: ResourceRef, bytes: Uint8Array, { invocation, base }: HandleScope): unknown {
    const { handles } = invocation;
    if (handles !== undefined) return handles.liftOwn(resource, bytes, base, this.#create);
    return this.#create(resource, { type: resource.key, bytes: bytes.slice(), owner: this.#owner, live: true });
  }

  borrow(resource: ResourceRef, bytes: Uint8Array, scope: HandleScope): unknown {
    return this.own(resource, bytes, scope);
  }

  received(handle: Uint8Array, value: unknown, { invocation }: HandleScope): void {
    invocation.handles?.claim(handle, value as object);
  }
}

/**
 * Handles in the parameters of a client's calls. A session carries any resource. Plain wRPC can carry only what the same
 * server gave out: neither a resource that is implemented here, nor one that lives at a third party.
 */
export class RemoteHandleLowering implements HandleLowering {
  readonly #owner: object;
  readonly #raw: boolean;

  /** @param raw whether handles of other peers, and bare bytes, may be sent as they are */
  constructor(owner: object, raw: boolean) {
    this.#owner = owner;
    this.#raw = raw;
  }

  own(resource: ResourceRef, value: unknown, { invocation, base, resolve }: HandleScope): Uint8Array {
    return invocation.handles?.lowerOwn(resource, value, base, resolve) ?? this.#lower(resource, value);
  }

  borrow(resource: ResourceRef, value: unknown, { invocation, resolve }: HandleScope): Uint8Array {
    return invocation.handles?.lowerBorrow(resource, value, resolve) ?? this.#lower(resource, value);
  }

  settle(owned: readonly OwnedHandle[], moved: boolean, { invocation }: HandleScope): void {
    const { handles } = invocation;
    if (handles !== undefined) handles.settle(moved);
    if (!moved || handles !== undefined) return;
    for (const { value } of owned) {
      const handle = remoteHandleOf(value);
      if (handle !== undefined) handle.live = false;
    }
  }

  #lower(resource: ResourceRef, value: unknown): Uint8Array {
    if (this.#raw && value instanceof Uint8Array) return value;
    const handle = remoteHandleOf(value);
    if (handle === undefined) {
      throw new TypeError(
        `expected a ${resource.name} that this client received; plain wRPC cannot pass resources that live here, a session can`,
      );
    }
    if (handle.refusal !== undefined) throw new TypeError(handle.refusal);
    if (handle.type !== resource.key) throw new TypeError(`expected a ${resource.key}, got a ${handle.type}`);
    if (!handle.live) throw new TypeError(`this ${resource.name} was disposed or given away`);
    if (handle.owner !== this.#owner && !this.#raw) {
      throw new TypeError(
        `this ${resource.name} belongs to another peer, where its handle means something; plain wRPC cannot pass it on ` +
          "(rawHandles sends the bytes all the same)",
      );
    }
    return handle.bytes;
  }
}
