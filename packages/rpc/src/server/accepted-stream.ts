import type { Peer } from "@witwire/wit/values";
import type { Active } from "../active-set.ts";
import { RpcError } from "../errors.ts";
import type { Limits } from "../limits.ts";
import type { RunningTimer, Timers } from "../timers.ts";
import type { Duplex, DuplexEvents } from "../transport/duplex.ts";

/** What is spoken on a byte stream, from its first byte on. */
export interface AcceptedProtocol extends DuplexEvents {
  start(): void;
  /** Lets calls that run end, and takes no more; breaks the byte stream off if nothing was asked on it yet. */
  drop(error: RpcError): void;
  /** Breaks the byte stream off, whatever happens on it. */
  breakOff(error: RpcError): void;
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

/**
 * A byte stream that a client has opened. Its first byte says what is spoken on it.
 *
 * States: silent -> speaking -> released; or silent -> released.
 */
export class AcceptedStream implements Active, DuplexEvents {
  slot = -1;
  readonly duplex: Duplex;
  readonly #owner: AcceptedStreamOwner;
  #protocol: AcceptedProtocol | undefined;
  #timer: RunningTimer | undefined;
  #released = false;

  constructor(duplex: Duplex, owner: AcceptedStreamOwner) {
    this.duplex = duplex;
    this.#owner = owner;
  }

  start(): void {
    this.#timer = this.#owner.timers.guard(this.#owner.limits.headerTimeout, () => this.#late());
    this.duplex.start(this);
  }

  drop(error: RpcError): void {
    if (this.#protocol !== undefined) this.#protocol.drop(error);
    else this.#abort(error);
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
