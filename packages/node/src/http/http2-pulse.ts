import type { Http2Session, Http2Stream } from "node:http2";
import { RpcError } from "@witwire/rpc";

/** When a connection counts as dead, in milliseconds: see `Limits`. */
export interface PulseLimits {
  readonly headerTimeout: number;
  readonly keepaliveInterval: number;
  readonly keepaliveTimeout: number;
}

/**
 * Finds out whether a connection of HTTP/2 still carries anything, and ends it where it does not. One that is broken need not
 * say so: where the system refuses a write inside TLS at once, because the peer has reset the connection, Node takes the
 * write for one that is under way, waits for its end before it reads on, and so learns of the reset never. All requests
 * would hang, and those that come after as well.
 */
export class Http2Pulse<Session extends Http2Session = Http2Session> {
  readonly session: Session;
  readonly #limits: PulseLimits;
  #requests = 0;
  #isDoubtful = false;
  /** What had come when it was looked at last. */
  #seen = 0;
  /** Looks at it while there are requests. */
  #timer: NodeJS.Timeout | undefined;
  /** Ends it, also where it does not come about. */
  #end: NodeJS.Timeout | undefined;

  constructor(session: Session, limits: PulseLimits) {
    this.session = session;
    this.#limits = limits;
    if (session.connecting) this.#endUnlessConnected();
    session.once("close", () => {
      clearInterval(this.#timer);
      clearTimeout(this.#end);
    });
  }

  /** Whether the peer was asked if it is there, and has not answered yet. */
  get isDoubtful(): boolean {
    return this.#isDoubtful;
  }

  /** Whether nothing is under way. */
  get isIdle(): boolean {
    return this.#requests === 0;
  }

  /** Bytes that have come so far. */
  get received(): number {
    return this.session.destroyed ? 0 : this.session.socket.bytesRead;
  }

  /**
   * Watches until a request is over. Where nothing came for `keepaliveInterval` the peer is asked, and where still nothing came
   * `keepaliveTimeout` later, the connection is ended.
   */
  watch(request: Http2Stream): void {
    if (this.#requests++ === 0) {
      this.#seen = this.received;
      this.#timer = setInterval(() => this.#look(), this.#limits.keepaliveInterval);
    }
    request.once("close", () => {
      if (--this.#requests === 0) clearInterval(this.#timer);
    });
  }

  /** Asks the peer whether it is there. Where a connection is being made or closed Node lets nobody ask. */
  doubt(): void {
    const { session } = this;
    if (this.#isDoubtful || session.connecting || session.destroyed || session.closed) return;
    this.#isDoubtful = true;
    session.ping(() => {
      this.#isDoubtful = false;
    });
  }

  #endUnlessConnected(): void {
    const { headerTimeout } = this.#limits;
    const text = `the connection did not come about within ${headerTimeout} ms (limit headerTimeout)`;
    this.#end = setTimeout(
      () => this.session.destroy(new RpcError("unavailable", text, { started: "no" })),
      headerTimeout,
    );
    this.session.once("connect", () => clearTimeout(this.#end));
  }

  #look(): void {
    const { received } = this;
    const isSilent = received === this.#seen;
    this.#seen = received;
    if (!isSilent) return;
    this.doubt();
    if (!this.#isDoubtful) return;
    const { keepaliveInterval, keepaliveTimeout } = this.#limits;
    const text = `nothing came from the peer for ${keepaliveInterval + keepaliveTimeout} ms (limits keepaliveInterval, keepaliveTimeout)`;
    clearTimeout(this.#end);
    this.#end = setTimeout(() => {
      if (this.received === received) this.session.destroy(new RpcError("unavailable", text));
    }, keepaliveTimeout);
  }
}
