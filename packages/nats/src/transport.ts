import {
  type Invocation,
  type InvocationTransport,
  type Limits,
  type OpenRequest,
  RpcError,
  type TransportStats,
} from "@witwire/rpc";
import { type Active, ActiveSet, roundOf, Timers } from "@witwire/rpc/internal";
import type { Peer } from "@witwire/wit/values";
import type { Link, LinkUser } from "./link.ts";
import type { LinkConnection } from "./link-connection.ts";

/** A call of this side, whatever it speaks. */
export interface ClientCall extends Active {
  readonly invocation: Invocation;
  /** There is a connection. */
  begin(connection: LinkConnection): void;
  /** There will be none. */
  abandon(error: RpcError): void;
}

/** What a call is made with. */
export interface ClientCallSetup {
  readonly request: OpenRequest;
  readonly declared: OpenRequest["asyncPaths"];
  readonly limits: Limits;
  readonly timers: Timers;
  readonly peer: Peer;
  readonly onReleased: () => void;
}

export interface NatsTransportOptions {
  readonly link: Link;
  /** Whether the link ends with the transport. */
  readonly ownsLink: boolean;
  readonly limits: Limits;
  readonly peer: Peer;
  /** The value encoding that the server reads. `undefined`: that of the specification. */
  readonly codec: InvocationTransport["codec"];
  /** Makes a call. @throws RpcError when it cannot be one */
  readonly create: (setup: ClientCallSetup) => ClientCall;
}

/** Calls over a link to NATS. They wait for a connection that is being made, and fail with one that is lost. */
export class NatsTransport implements InvocationTransport, LinkUser {
  readonly persistent = false;
  readonly #options: NatsTransportOptions;
  readonly #timers = new Timers(roundOf);
  readonly #calls = new ActiveSet<ClientCall>();
  readonly #waiting = new Set<ClientCall>();
  #closed: PromiseWithResolvers<void> | undefined;

  constructor(options: NatsTransportOptions) {
    this.#options = options;
    options.link.use(this);
  }

  get codec(): InvocationTransport["codec"] {
    return this.#options.codec;
  }

  open(request: OpenRequest): Invocation {
    const { link, limits, peer, create } = this.#options;
    if (this.#closed !== undefined) {
      throw new RpcError("unavailable", "this transport was closed; open another one", { started: "no" });
    }
    const { connection } = link;
    if (connection === undefined) link.connect();
    if (this.#waiting.size >= limits.maxQueuedCalls) {
      const message = `${this.#waiting.size} calls wait for a connection already (limit maxQueuedCalls)`;
      throw new RpcError("resource-exhausted", message, { started: "no" });
    }
    const call = create({
      request,
      declared: request.asyncPaths,
      limits,
      timers: this.#timers,
      peer,
      onReleased: () => this.#released(call),
    });
    this.#calls.add(call);
    if (connection !== undefined) call.begin(connection);
    else this.#waiting.add(call);
    return call.invocation;
  }

  async close(options: { readonly force?: boolean } = {}): Promise<void> {
    this.#closed ??= Promise.withResolvers<void>();
    if (options.force === true) {
      for (const { invocation } of this.#calls.snapshot()) {
        const error = new RpcError("cancelled", "the transport was closed");
        invocation.onFailure?.(error);
        invocation.abort(error);
      }
    }
    this.#endWhenIdle();
    await this.#closed.promise;
  }

  stats(): TransportStats {
    const connections = this.#options.ownsLink && this.#options.link.connection !== undefined ? 1 : 0;
    return { invocations: this.#calls.size, connections, timers: this.#timers.running, handles: 0 };
  }

  connected(connection: LinkConnection): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const call of waiting) call.begin(connection);
  }

  disconnected(error: RpcError): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const call of waiting) {
      call.abandon(new RpcError(error.code, error.message, { started: "no", cause: error.cause }));
    }
  }

  #released(call: ClientCall): void {
    this.#calls.delete(call);
    this.#waiting.delete(call);
    this.#endWhenIdle();
  }

  #endWhenIdle(): void {
    const closed = this.#closed;
    if (closed === undefined || this.#calls.size > 0) return;
    const { link, ownsLink } = this.#options;
    link.leave(this);
    closed.resolve(ownsLink ? link.close() : undefined);
  }
}
