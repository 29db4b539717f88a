import { remoteHandleOf } from "@witwire/wit/values";
import { RpcError } from "../errors.ts";
import type { SessionHandle } from "../transport/call-handles.ts";
import type { InvocationTransport } from "../transport/invocation.ts";
import { encodeHandle, HandleKind, handleOf } from "./handle-number.ts";

/** Where a {@link HeldHandle} can be used. */
export interface HandleHome {
  /** Calls on the connection where the resource lives, and on no other. */
  readonly transport: InvocationTransport;
  /** Whether the connection has ended. */
  readonly ended: boolean;
  /** A resource of the peer is no longer held. */
  drop(number: number): void;
  /** Drops a handle once nobody can reach the object that stands for it. */
  watch(stub: object, handle: HeldHandle): void;
  /** The handle needs no drop any more. */
  unwatch(handle: HeldHandle): void;
}

/**
 * A resource of the peer that this side holds, or has borrowed for a call.
 *
 * States: live -> given away, dropped, or (borrowed) returned. Calls that it is lent to meanwhile keep the peer's resource
 * alive: a drop is sent when the last of them is over.
 */
export class HeldHandle implements SessionHandle {
  readonly type: string;
  readonly number: number;
  /** Whether it is good for one call only, and not to be given away. */
  readonly borrowed: boolean;
  live = true;
  readonly #home: HandleHome;
  #lends = 0;
  #dropped = false;

  constructor(home: HandleHome, type: string, number: number, borrowed: boolean) {
    this.#home = home;
    this.type = type;
    this.number = number;
    this.borrowed = borrowed;
  }

  /** What the peer understands; for display. */
  get bytes(): Uint8Array {
    return encodeHandle(handleOf(this.number, HandleKind.receiver));
  }

  get owner(): object {
    return this.#home.transport;
  }

  get transport(): InvocationTransport {
    return this.#home.transport;
  }

  get ended(): boolean {
    return this.#home.ended;
  }

  /** Whether a call that runs has borrowed it. */
  get lent(): boolean {
    return this.#lends > 0;
  }

  lend(): void {
    this.#lends++;
  }

  /** A call that had borrowed it is over. */
  returned(): void {
    if (--this.#lends === 0 && this.#dropped) this.#home.drop(this.number);
  }

  drop(): void {
    if (!this.live) return;
    this.live = false;
    this.#home.unwatch(this);
    if (this.borrowed) return;
    this.#dropped = true;
    if (this.#lends === 0) this.#home.drop(this.number);
  }

  /** It was given away. */
  give(): void {
    this.live = false;
    this.#home.unwatch(this);
  }

  /** It is dropped with the object that stands for it, once nobody can reach that. */
  dropWith(stub: object): void {
    this.#home.watch(stub, this);
  }

  /** The same resource, for whom it was given to. */
  moved(): HeldHandle {
    return new HeldHandle(this.#home, this.type, this.number, false);
  }
}

/** The handle behind an object that stands for a resource of a session's peer. */
export function heldHandleOf(value: unknown): HeldHandle | undefined {
  const handle = remoteHandleOf(value);
  return handle instanceof HeldHandle ? handle : undefined;
}

/** What is wrong with using a resource whose session is over. */
export function sessionEnded(name: string): RpcError {
  return new RpcError(
    "unavailable",
    `the session in which this ${name} lived has ended, and its resources with it: get another one`,
    { started: "no" },
  );
}
