import type { ResourceRef } from "@witwire/codec";
import type { Resolve } from "@witwire/wit/model";
import type { RemoteHandle } from "@witwire/wit/values";
import type { InvocationTransport, Path } from "./invocation.ts";

/** The handle of a resource that lives in a session, where its methods have to be called. */
export interface SessionHandle extends RemoteHandle {
  readonly transport: InvocationTransport;
  /** Aborted when there will be no resource, so that calls of it fail. */
  readonly signal?: AbortSignal;
}

/** A parameter that another call of the same caller is still to answer with. */
export interface AwaitedAnswer {
  /** What stands for it among the parameters. */
  readonly placeholder: object;
  /** @throws RpcError `not-found` when that call gave no such resource */
  readonly resource: Promise<object>;
}

/** Makes the object that stands for a resource of the peer. */
export type StubFactory = (resource: ResourceRef, handle: RemoteHandle) => object;

/**
 * The resources that one call carries, over transports that carry them in both directions.
 *
 * What is lowered for a value is settled once the value was written, or could not be; what is lifted counts once it is
 * claimed, since decoding may start over.
 */
export interface CallHandles {
  /**
   * The handle for a resource that is given away. `path` is that of the bytes, `resolve` says what methods it has.
   *
   * @throws TypeError for what is no such resource; RpcError `resource-exhausted`, and `unavailable` for one whose session has ended
   */
  lowerOwn(resource: ResourceRef, value: unknown, path: Path, resolve: Resolve | undefined): Uint8Array;
  /** The handle for a resource that is lent for as long as the call lasts. Throws as {@link CallHandles.lowerOwn} does. */
  lowerBorrow(resource: ResourceRef, value: unknown, resolve: Resolve | undefined): Uint8Array;
  /** The value with the last resources was written on its path, so that they have gone; or it was not, and they stay. */
  settle(moved: boolean): void;
  /** The resource that was given on a path. @throws RpcError `not-found` where none was */
  liftOwn(resource: ResourceRef, handle: Uint8Array, path: Path, stub: StubFactory): object;
  /** The value that holds it is complete: what {@link CallHandles.liftOwn} made of it belongs to this side. */
  claim(handle: Uint8Array, value: object): void;
  /** The number by which the peer knows the call, once it left; `undefined` when it will not leave. */
  callNumber(): Promise<number | undefined>;
  /** A resource that is lent until the call is over. @throws RpcError `not-found` */
  liftBorrow(resource: ResourceRef, handle: Uint8Array, stub: StubFactory): object;
}
