import { ActiveSet } from "../active-set.ts";
import { RpcError } from "../errors.ts";
import type { SessionInvocation } from "./session-invocation.ts";

/**
 * The calls that one side opens on a connection, until their first frame has left. The peer says how many it takes at a
 * time; those beyond wait in line.
 *
 * A call is queued (no room) -> unsent (it has room, its first frame is about to be sent) -> numbered (the peer knows of
 * it) -> over, which it may be from each of them.
 */
export class OwnCalls {
  readonly #maxQueued: number;
  /** Oldest first. */
  readonly #queued = new Set<SessionInvocation>();
  readonly #unsent = new ActiveSet<SessionInvocation>();
  /** Calls that the peer takes at the same time. */
  #room: number;
  /** Calls that take up room. */
  #taken = 0;
  /** The last number that was used. Those of a client are odd, those of a server even. */
  #lastId: number;

  /** @param room 0 as long as nothing may be sent */
  constructor(isClient: boolean, room: number, maxQueued: number) {
    this.#lastId = isClient ? -1 : 0;
    this.#room = room;
    this.#maxQueued = maxQueued;
  }

  get lastId(): number {
    return this.#lastId;
  }

  /** Calls that the peer has not heard of. */
  get size(): number {
    return this.#unsent.size + this.#queued.size;
  }

  /** The same calls. */
  snapshot(): SessionInvocation[] {
    return [...this.#unsent.snapshot(), ...this.#queued];
  }

  /** @throws RpcError `resource-exhausted` where too many wait already */
  add(invocation: SessionInvocation): void {
    if (this.#taken < this.#room && this.#queued.size === 0) this.#admit(invocation);
    else if (this.#queued.size < this.#maxQueued) this.#queued.add(invocation);
    else {
      const why = `${this.#maxQueued} calls wait for room already (limit maxQueuedCalls)`;
      throw new RpcError("resource-exhausted", why, { started: "no" });
    }
  }

  /** The peer takes so many calls from now on. */
  makeRoom(room: number): void {
    this.#room = room;
    this.#admitQueued();
  }

  /** The first frame of a call leaves. @returns its number */
  number(invocation: SessionInvocation): number {
    this.#unsent.delete(invocation);
    this.#lastId += 2;
    return this.#lastId;
  }

  over(invocation: SessionInvocation): void {
    if (this.#queued.delete(invocation)) return;
    this.#unsent.delete(invocation);
    this.#taken--;
    this.#admitQueued();
  }

  #admitQueued(): void {
    for (const invocation of this.#queued) {
      if (this.#taken >= this.#room) return;
      this.#queued.delete(invocation);
      this.#admit(invocation);
    }
  }

  #admit(invocation: SessionInvocation): void {
    this.#taken++;
    this.#unsent.add(invocation);
    invocation.admit();
  }
}
