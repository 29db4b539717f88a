import { RpcError } from "../errors.ts";
import { roundOf } from "../guards.ts";
import { type Limits, resolveLimits } from "../limits.ts";
import { type SessionResources, sessionResources } from "../resources/connection-resources.ts";
import type { Server } from "../server/create-server.ts";
import { Backoff } from "../session/backoff.ts";
import { SessionConnection, type SessionOwner } from "../session/session-connection.ts";
import { type RunningTimer, Timers } from "../timers.ts";
import type { Duplex } from "../transport/duplex.ts";
import type { Invocation, InvocationTransport, OpenRequest, TransportStats } from "../transport/invocation.ts";
import { type Answering, PeerAnswering } from "./peer-answering.ts";

export interface SessionTransportOptions {
  /** Overrides of {@link DEFAULT_LIMITS}. */
  readonly limits?: Partial<Limits>;
  /**
   * Answers what the peer calls in the other direction. Default: nothing is served but the methods of resources that were
   * passed to the peer.
   */
  readonly server?: Server;
}

/**
 * How a session's transport stands.
 *
 * - `idle`: there is no connection; the next call makes one
 * - `connecting`: a connection is being made; calls leave with it, under their deadlines
 * - `ready`: the peer has introduced itself
 * - `draining`: the peer takes no more calls while some are under way, which go on; the next call makes another connection
 * - `backing-off`: connecting failed; until the next attempt is due, calls fail at once
 * - `closed`: by this side
 */
export type SessionState = "idle" | "connecting" | "ready" | "draining" | "backing-off" | "closed";

/** A transport whose calls share one connection. */
export interface SessionTransport extends InvocationTransport {
  readonly state: SessionState;
  /** Told of every change of the state, with the error that led to it if there was one. */
  onStateChange: ((state: SessionState, error: RpcError | undefined) => void) | undefined;
}

/**
 * A transport over a session: one byte stream, opened with the first call and again when it is lost, carries all calls.
 * Nothing is sent twice and nothing is kept for later: a call whose connection is lost fails, with `started` saying
 * whether it can have had an effect.
 *
 * @param dial opens a byte stream without waiting for it to be connected; failures come as its `error` event
 */
export function createSessionTransport(dial: () => Duplex, options: SessionTransportOptions = {}): SessionTransport {
  const answer = (limits: Limits, timers: Timers): Answering => new PeerAnswering(limits, timers, options.server);
  const parts = { answer, resources: sessionResources };
  return new ReconnectingTransport(dial, resolveLimits(options.limits), new Timers(roundOf), parts);
}

export interface LeanSessionTransportOptions extends Pick<SessionTransportOptions, "limits"> {
  /** Needed where contracts have resources. Default: none, and the peer is told so. */
  readonly sessionResources?: SessionResources | undefined;
}

/**
 * The same without answering what the peer calls, and with resources only where it is given them: for pages, whose bundlers
 * then leave out the rest.
 */
export function createLeanSessionTransport(
  dial: () => Duplex,
  options: LeanSessionTransportOptions = {},
): SessionTransport {
  const parts = { answer: undefined, resources: options.sessionResources };
  return new ReconnectingTransport(dial, resolveLimits(options.limits), new Timers(), parts);
}

/** What a session's transport may have besides calling. */
interface SessionParts {
  readonly answer: ((limits: Limits, timers: Timers) => Answering) | undefined;
  readonly resources: SessionResources | undefined;
}

/**
 * States: see {@link SessionState}. idle -> connecting -> ready -> draining -> idle. A connection that ended in order leads
 * to idle, as does the first one that was lost; an attempt that failed, and a further loss within 10 s, to backing-off, from
 * where time leads to idle. All of them lead to closed.
 */
class ReconnectingTransport implements SessionTransport, SessionOwner {
  readonly limits: Limits;
  readonly timers: Timers;
  onStateChange: ((state: SessionState, error: RpcError | undefined) => void) | undefined;
  readonly #dial: () => Duplex;
  readonly #backoff = new Backoff();
  readonly #connections = new Set<SessionConnection>();
  readonly makeResources: SessionResources | undefined;
  readonly makePeerCalls: SessionOwner["makePeerCalls"];
  readonly #answering: Answering | undefined;
  /** The one for new calls. */
  #current: SessionConnection | undefined;
  /** The one that was made last, whether or not it takes calls. */
  #latest: SessionConnection | undefined;
  /** When the peer introduced itself on it. */
  #readyAt: number | undefined;
  #state: SessionState = "idle";
  #lastError: RpcError | undefined;
  #retryAt = 0;
  #retry: RunningTimer | undefined;
  #closed: PromiseWithResolvers<void> | undefined;

  constructor(dial: () => Duplex, limits: Limits, timers: Timers, { answer, resources }: SessionParts) {
    this.#dial = dial;
    this.limits = limits;
    this.timers = timers;
    this.makeResources = resources;
    const answering = answer?.(limits, timers);
    this.#answering = answering;
    this.makePeerCalls = answering && ((connection) => answering.callsOn(connection));
  }

  get state(): SessionState {
    return this.#state;
  }

  open(request: OpenRequest): Invocation {
    this.#checkOpen();
    const connection = this.#current ?? this.#connect();
    return connection.open(request);
  }

  close(options: { readonly force?: boolean } = {}): Promise<void> {
    this.#closed ??= Promise.withResolvers<void>();
    this.#retry?.stop();
    this.#current = undefined;
    this.#change("closed");
    this.#answering?.drop();
    const reason = new RpcError("cancelled", "the transport was closed");
    for (const connection of [...this.#connections]) {
      if (options.force === true) connection.abort(reason);
      else connection.drain(reason);
    }
    if (this.#connections.size === 0) this.#closed.resolve();
    return this.#closed.promise;
  }

  stats(): TransportStats {
    let invocations = 0;
    let handles = 0;
    for (const connection of this.#connections) {
      invocations += connection.size;
      handles += connection.resources?.size ?? 0;
    }
    return { invocations, connections: this.#connections.size, timers: this.timers.running, handles };
  }

  // What connections report

  /** Calls learn of it by their errors. */
  refused(): void {}

  ready(connection: SessionConnection): void {
    if (connection !== this.#current) return;
    this.#readyAt = performance.now();
    this.#change("ready");
  }

  draining(connection: SessionConnection): void {
    if (connection !== this.#current) return;
    this.#current = undefined;
    if (connection.size > 0) this.#change("draining");
  }

  released(connection: SessionConnection, failure: RpcError | undefined): void {
    this.#connections.delete(connection);
    if (connection === this.#current) this.#current = undefined;
    if (this.#closed !== undefined) {
      if (this.#connections.size === 0) this.#closed.resolve();
      return;
    }
    if (connection === this.#latest && failure !== undefined) this.#lost(failure);
    else if (this.#current === undefined && this.#connections.size === 0) this.#change("idle", failure);
  }

  #connect(): SessionConnection {
    // Whoever connects again may meet a server on its way out.
    const connection = new SessionConnection(this.#dial(), "client", this, this.#latest !== undefined);
    this.#connections.add(connection);
    this.#current = connection;
    this.#latest = connection;
    this.#readyAt = undefined;
    this.#retry?.stop();
    this.#change("connecting");
    connection.start();
    return connection;
  }

  #lost(failure: RpcError): void {
    const now = performance.now();
    const delay = this.#backoff.failed(this.#readyAt === undefined ? undefined : now - this.#readyAt);
    if (delay === 0) {
      this.#change("idle", failure);
      return;
    }
    this.#lastError = failure;
    this.#retryAt = now + delay;
    this.#change("backing-off", failure);
    this.#retry = this.timers.start(delay, () => this.#change("idle"), true);
  }

  /** @throws RpcError `unavailable` when no call can be made now */
  #checkOpen(): void {
    if (this.#closed !== undefined) {
      throw new RpcError("unavailable", "this transport was closed; open another one", { started: "no" });
    }
    if (this.#state !== "backing-off") return;
    const wait = Math.ceil(this.#retryAt - performance.now());
    // Timers may be late.
    if (wait <= 0) return;
    throw new RpcError("unavailable", `${this.#lastError?.message}; the next attempt is due in ${wait} ms`, {
      started: "no",
      retryAfter: wait,
      cause: this.#lastError,
    });
  }

  #change(state: SessionState, error?: RpcError): void {
    if (state === this.#state || this.#state === "closed") return;
    this.#state = state;
    try {
      this.onStateChange?.(state, error);
    } catch (thrown) {
      // Those who watch must not break what is under way.
      console.error("onStateChange of a session's transport threw:", thrown);
    }
  }
}
