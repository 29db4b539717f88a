import { RpcError } from "@witwire/rpc";
import { Keepalive, type KeepaliveOwner, type Timers } from "@witwire/rpc/internal";

/** What a {@link PeerWatch} needs of its connection. */
export interface PeerWatchOwner {
  readonly timers: Timers;
  readonly limits: KeepaliveOwner["limits"];
  ping(peer: string, bytes: Uint8Array): void;
  /** Nobody watches the peer any more. */
  unwatched(peer: string): void;
}

/** A call with a peer, as far as that matters here. */
export interface WatchedCall {
  peerLost(error: RpcError): void;
}

/** Finds out whether the peer at an inbox is still there, for all calls with it together, and how far away it is. */
export class PeerWatch implements KeepaliveOwner {
  readonly limits: KeepaliveOwner["limits"];
  readonly timers: Timers;
  readonly #peer: string;
  readonly #owner: PeerWatchOwner;
  readonly #calls = new Set<WatchedCall>();
  readonly #keepalive: Keepalive;

  constructor(peer: string, owner: PeerWatchOwner) {
    this.#peer = peer;
    this.#owner = owner;
    this.limits = owner.limits;
    this.timers = owner.timers;
    this.#keepalive = new Keepalive(this);
    this.#keepalive.start();
  }

  add(call: WatchedCall): void {
    this.#calls.add(call);
  }

  remove(call: WatchedCall): void {
    if (this.#calls.delete(call) && this.#calls.size === 0) this.#end();
  }

  heard(): void {
    this.#keepalive.heard();
  }

  answered(bytes: Uint8Array): void {
    this.#keepalive.heard();
    this.#keepalive.answered(bytes);
  }

  roundTrip(): number | undefined {
    return this.#keepalive.roundTrip();
  }

  sendPing(bytes: Uint8Array): void {
    this.#owner.ping(this.#peer, bytes);
  }

  lost(): void {
    const { keepaliveInterval, keepaliveTimeout } = this.limits;
    this.fail(
      `the peer was silent for ${keepaliveInterval} ms, and has not answered a ping for ${keepaliveTimeout} ms more ` +
        "(limits keepaliveInterval, keepaliveTimeout)",
    );
  }

  /** The peer is gone, and all calls with it. */
  fail(message: string): void {
    const calls = [...this.#calls];
    this.#calls.clear();
    this.#end();
    for (const call of calls) call.peerLost(new RpcError("unavailable", message));
  }

  #end(): void {
    this.#keepalive.stop();
    this.#owner.unwatched(this.#peer);
  }
}
