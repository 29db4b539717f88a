import { type Limits, RpcError } from "@witwire/rpc";
import { Backoff, type RunningTimer, roundOf, Timers } from "@witwire/rpc/internal";
import type { Broker } from "./broker.ts";
import { LinkConnection } from "./link-connection.ts";

/**
 * How a link to NATS stands.
 *
 * - `idle`: there is no connection; the next call makes one
 * - `connecting`: a connection is being made; calls leave with it, under their deadlines
 * - `ready`
 * - `backing-off`: connecting failed, or the connection was lost; until the next attempt is due, calls fail at once
 * - `closed`: by this side
 */
export type NatsLinkState = "idle" | "connecting" | "ready" | "backing-off" | "closed";

/** What uses a link: a transport, or a listener. */
export interface LinkUser {
  /** Whether a connection that is lost should be made again at once, rather than with the next call. */
  readonly persistent: boolean;
  connected(connection: LinkConnection): void;
  /** There will be no connection now: it could not be made, or it is lost. */
  disconnected(error: RpcError): void;
}

/** A connection to NATS that transports and listeners share, and that is made again when it is lost. */
export interface NatsLink extends AsyncDisposable {
  readonly state: NatsLinkState;
  /** Told of every change of the state, with the error that led to it if there was one. */
  onStateChange: ((state: NatsLinkState, error: RpcError | undefined) => void) | undefined;
  /** Closes the connection. Calls that are under way on it fail. */
  close(): Promise<void>;
}

/**
 * States: see {@link NatsLinkState}. idle -> connecting -> ready -> idle or backing-off -> connecting. All of them lead
 * to closed.
 */
export class Link implements NatsLink {
  readonly limits: Limits;
  /** What to call it in errors. */
  readonly where: string;
  onStateChange: ((state: NatsLinkState, error: RpcError | undefined) => void) | undefined;
  readonly #dial: () => Promise<Broker>;
  readonly #timers = new Timers(roundOf);
  readonly #backoff = new Backoff();
  readonly #users = new Set<LinkUser>();
  #state: NatsLinkState = "idle";
  #connection: LinkConnection | undefined;
  #readyAt: number | undefined;
  #error: RpcError | undefined;
  #retryAt = 0;
  #retry: RunningTimer | undefined;

  constructor(dial: () => Promise<Broker>, limits: Limits, where: string) {
    this.#dial = dial;
    this.limits = limits;
    this.where = where;
  }

  get state(): NatsLinkState {
    return this.#state;
  }

  get connection(): LinkConnection | undefined {
    return this.#connection;
  }

  use(user: LinkUser): void {
    this.#users.add(user);
  }

  leave(user: LinkUser): void {
    this.#users.delete(user);
  }

  /**
   * Makes a connection where there is none.
   *
   * @throws RpcError `unavailable` when none can be made now
   */
  connect(): void {
    if (this.#state === "closed") {
      throw new RpcError("unavailable", `the link to ${this.where} was closed; open another one`, { started: "no" });
    }
    if (this.#state === "backing-off") {
      const wait = Math.max(0, Math.ceil(this.#retryAt - performance.now()));
      throw new RpcError("unavailable", `${this.#error?.message}; the next attempt is due in ${wait} ms`, {
        started: "no",
        cause: this.#error,
      });
    }
    if (this.#state === "idle") this.#connect();
  }

  async close(): Promise<void> {
    if (this.#state === "closed") return;
    const connection = this.#connection;
    this.#connection = undefined;
    this.#retry?.stop();
    this.#change("closed");
    connection?.fail(new RpcError("cancelled", `the link to ${this.where} was closed`));
    this.#disconnected(new RpcError("unavailable", `the link to ${this.where} was closed`, { started: "no" }));
    if (connection !== undefined) await this.#closeBroker(connection.broker);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #connect(): void {
    this.#change("connecting");
    this.#dial().then(
      (broker) => this.#connected(broker),
      (cause: unknown) => this.#failed(cause),
    );
  }

  #connected(broker: Broker): void {
    if (this.#state !== "connecting") {
      void this.#closeBroker(broker);
      return;
    }
    const connection = new LinkConnection(broker, this.limits, this.#timers);
    this.#connection = connection;
    this.#readyAt = performance.now();
    broker.onLost = (cause) => this.#lost(connection, cause);
    connection.start((cause) => {
      this.#lost(connection, cause);
      void this.#closeBroker(broker);
    });
    this.#change("ready");
    for (const user of [...this.#users]) user.connected(connection);
  }

  #failed(cause: unknown): void {
    if (this.#state !== "connecting") return;
    const why = cause instanceof Error ? cause.message : String(cause);
    const error = new RpcError("unavailable", `cannot connect to ${this.where}: ${why}`, { started: "no", cause });
    this.#backOff(error, this.#backoff.failed(undefined));
    this.#disconnected(error);
  }

  #lost(connection: LinkConnection, cause: Error | undefined): void {
    if (connection !== this.#connection) return;
    this.#connection = undefined;
    const why = cause === undefined ? "" : `: ${cause.message}`;
    const error = new RpcError("unavailable", `the connection to ${this.where} was lost${why}`, { cause });
    const lasted = this.#readyAt === undefined ? undefined : performance.now() - this.#readyAt;
    // Before calls learn of it, so that those who make another one at once find it as it is now.
    this.#backOff(error, this.#backoff.failed(lasted));
    connection.fail(error);
    this.#disconnected(error);
  }

  #backOff(error: RpcError, delay: number): void {
    this.#error = error;
    if (delay === 0) this.#again(error);
    else {
      this.#retryAt = performance.now() + delay;
      this.#change("backing-off", error);
      this.#retry = this.#timers.start(delay, () => this.#again(), !this.#hasPersistent);
    }
  }

  #again(error?: RpcError): void {
    this.#change("idle", error);
    if (this.#hasPersistent) this.#connect();
  }

  get #hasPersistent(): boolean {
    for (const { persistent } of this.#users) if (persistent) return true;
    return false;
  }

  #disconnected(error: RpcError): void {
    for (const user of [...this.#users]) user.disconnected(error);
  }

  #change(state: NatsLinkState, error?: RpcError): void {
    if (state === this.#state || this.#state === "closed") return;
    this.#state = state;
    try {
      this.onStateChange?.(state, error);
    } catch (thrown) {
      // Those who watch must not break what is under way.
      console.error("onStateChange of a link to NATS threw:", thrown);
    }
  }

  /** What was sent should leave before the connection does, if it can. */
  async #closeBroker(broker: Broker): Promise<void> {
    let timer: RunningTimer | undefined;
    const late = new Promise<void>((resolve) => {
      timer = this.#timers.start(this.limits.lingerTimeout, resolve);
      broker.onLost = () => resolve();
    });
    await Promise.race([broker.flush().catch(() => {}), late]);
    timer?.stop();
    await broker.close();
  }
}
