import type { Peer } from "@witwire/wit/values";
import type { Active } from "../active-set.ts";
import { RpcError } from "../errors.ts";
import type { Limits } from "../limits.ts";
import type { RunningTimer, Timers } from "../timers.ts";
import type { Duplex, DuplexEvents } from "../transport/duplex.ts";

/** What is spoken on a byte stream, from its first byte on. */
export interface AcceptedProtocol extends DuplexEvents {
  start(): void;
  /** Lets calls that run end, takes no more, and tells the peer so where the protocol has a word for it. */
  drop(error: RpcError): void;
  /** Breaks the byte stream off, whatever happens on it. */
  breakOff(error: RpcError): void;
  /** Resources that were given out and that are held on it. */
  readonly handles: number;
  /** Takes the handles of a resource back; `false` where it has none. */
  freeHandle(resource: object): boolean;
}

/** What an accepted byte stream needs of its server. */
export interface AcceptedStreamOwner {
  readonly limits: Limits;
  readonly timers: Timers;
  /** Chooses what is spoken. */
  protocolFor(firstByte: number, stream: AcceptedStream): AcceptedProtocol;
  /** The byte stream came to nothing. */
  refused(error: RpcError, peer: Peer): void;
  /** The byte stream is free. */
  released(stream: AcceptedStream): void;
}

/** Milliseconds in which the first bytes of a client that has just connected should be here. */
const DROP_PATIENCE = 1000;

/**
 * A byte stream that a client has opened. Its first byte says what is spoken on it.
 *
 * States: silent -> speaking -> released; or silent -> released. One that is dropped while it is silent stays so for a
 * moment: a client that has sent calls already is told that they were not taken, rather than left to guess.
 */
export class AcceptedStream implements Active, DuplexEvents {
  slot = -1;
  readonly duplex: Duplex;
  readonly #owner: AcceptedStreamOwner;
  #protocol: AcceptedProtocol | undefined;
  #timer: RunningTimer | undefined;
  #dropped: RpcError | undefined;
  #released = false;

  constructor(duplex: Duplex, owner: AcceptedStreamOwner) {
    this.duplex = duplex;
    this.#owner = owner;
  }

  get handles(): number {
    return this.#protocol?.handles ?? 0;
  }

  freeHandle(resource: object): boolean {
    return this.#protocol?.freeHandle(resource) ?? false;
  }

  start(): void {
    this.#timer = this.#owner.timers.guard(this.#owner.limits.headerTimeout, () => this.#late());
    this.duplex.start(this);
  }

  drop(error: RpcError): void {
    if (this.#protocol !== undefined) this.#protocol.drop(error);
    else if (this.#dropped === undefined && !this.#released) {
      this.#dropped = error;
      this.#timer?.stop();
      const patience = Math.min(DROP_PATIENCE, this.#owner.limits.headerTimeout);
      this.#timer = this.#owner.timers.start(patience, () => this.#abort(error));
    }
  }

  breakOff(error: RpcError): void {
    if (this.#protocol !== undefined) this.#protocol.breakOff(error);
    else this.#abort(error);
  }

  data(bytes: Uint8Array): void {
    if (this.#released) return;
    if (this.#protocol === undefined) {
      if (bytes.length === 0) return;
      this.#timer?.stop();
      this.#protocol = this.#owner.protocolFor(bytes[0] as number, this);
      this.#protocol.start();
      if (this.#dropped !== undefined) this.#protocol.drop(this.#dropped);
    }
    this.#protocol.data(bytes);
  }

  /** A peer that only wanted to see whether somebody listens has done nothing wrong. */
  end(): void {
    if (this.#protocol !== undefined) this.#protocol.end();
    else if (!this.#released) {
      this.duplex.end();
      this.release();
    }
  }

  flushed(): void {
    this.#protocol?.flushed();
  }

  error(error: Error): void {
    if (this.#protocol !== undefined) this.#protocol.error(error);
    else this.release();
  }

  /** What was spoken is over. */
  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#timer?.stop();
    this.#owner.released(this);
  }

  #late(): void {
    const { headerTimeout } = this.#owner.limits;
    const error = new RpcError("deadline-exceeded", `nothing came within ${headerTimeout} ms (limit headerTimeout)`);
    this.#owner.refused(error, this.duplex.peer);
    this.#abort(error);
  }

  #abort(error: RpcError): void {
    if (this.#released) return;
    this.duplex.abort(error);
    this.release();
  }
}
