import { type CallHost, type CallSource, RpcError, type Server } from "@witwire/rpc";
import { type Active, ActiveSet, type Header } from "@witwire/rpc/internal";
import type { BrokerMessage } from "./broker.ts";
import type { Link, LinkUser } from "./link.ts";
import { isAnswerable, type LinkConnection } from "./link-connection.ts";

/** A call of the other side, whatever it speaks. */
export interface ServedCall extends Active {
  /** Takes the message with which it came. */
  begin(data: Uint8Array): void;
  /** Breaks off what is left of it, once its implementation was told. */
  breakOff(error: RpcError): void;
}

/** What a call is made with. */
export interface ServedCallSetup {
  readonly host: CallHost;
  readonly target: Header;
  readonly message: BrokerMessage;
  /** Where its client takes answers. */
  readonly client: string;
  readonly connection: LinkConnection;
  readonly onReleased: () => void;
}

/** What is spoken on the subjects of a listener. */
export interface ServedProtocol {
  /** The subject of a function. @throws RpcError for names that have none */
  subjectOf(target: Header): string;
  /** Makes a call of a message to a function's subject; `undefined` where it cannot be taken. */
  create(setup: ServedCallSetup): ServedCall | undefined;
}

export interface CallListenerOptions {
  readonly server: Server;
  readonly link: Link;
  /** Whether the link ends with the listener. */
  readonly ownsLink: boolean;
  readonly protocol: ServedProtocol;
  readonly group: string | undefined;
  readonly onError: (error: Error) => void;
}

interface Subscription {
  readonly target: Header;
  readonly end: (() => void) | undefined;
}

/**
 * Takes calls for a server from the subjects of its functions.
 *
 * States: listening (it subscribes with every connection that the link has) -> draining (it has unsubscribed; what was under
 * way by then, and calls that run, go on) -> detached.
 */
export class CallListener implements CallSource, LinkUser {
  readonly persistent = true;
  readonly #options: CallListenerOptions;
  readonly #host: CallHost;
  readonly #calls = new ActiveSet<ServedCall>();
  /** Calls by their clients' subjects, so that a message that comes twice is one call. */
  readonly #clients = new Set<string>();
  readonly #subscriptions = new Map<string, Subscription>();
  #targets: readonly Header[] = [];
  #state: "listening" | "draining" | "detached" = "listening";
  #unsubscribed = false;
  readonly #detached = Promise.withResolvers<void>();

  constructor(options: CallListenerOptions) {
    this.#options = options;
    options.link.use(this);
    this.#host = options.server.attach(this);
  }

  /** Whether the server is for peers that speak plain wRPC only. */
  get wantsPlain(): boolean {
    return this.#host.care !== undefined;
  }

  /** Resolves once calls of all that is served now arrive here; rejects when the connection is lost before. */
  async settled(): Promise<void> {
    const { connection } = this.#options.link;
    if (connection === undefined) throw new RpcError("unavailable", "there is no connection to NATS now");
    await Promise.race([connection.broker.flush(), connection.whenLost]);
  }

  /** Takes no more calls. @returns resolves when none can come any more; those that run go on */
  async close(): Promise<void> {
    if (this.#state === "listening") await this.#drain();
  }

  /** Resolves once the listener has nothing more to do. */
  get detached(): Promise<void> {
    return this.#detached.promise;
  }

  serve(targets: readonly Header[]): void {
    this.#targets = targets;
    const { connection } = this.#options.link;
    if (this.#state === "listening" && connection !== undefined) this.#subscribe(connection);
  }

  drop(): void {
    void this.close();
  }

  breakOff(error: RpcError): void {
    for (const call of this.#calls.snapshot()) call.breakOff(error);
    void this.close();
  }

  connected(connection: LinkConnection): void {
    if (this.#state === "listening") this.#subscribe(connection);
  }

  disconnected(): void {
    this.#subscriptions.clear();
    this.#endWhenIdle();
  }

  #subscribe(connection: LinkConnection): void {
    const wanted = new Map<string, Header>();
    for (const target of this.#targets) {
      try {
        wanted.set(this.#options.protocol.subjectOf(target), target);
      } catch (error) {
        this.#options.onError(error as Error);
      }
    }
    for (const [subject, { end }] of this.#subscriptions) {
      if (wanted.has(subject)) continue;
      this.#subscriptions.delete(subject);
      end?.();
    }
    for (const [subject, target] of wanted) {
      if (this.#subscriptions.has(subject)) continue;
      const end = connection.broker.subscribe(
        subject,
        this.#options.group,
        (message) => this.#receive(connection, target, message),
        (error) => this.#refused(subject, error),
      );
      this.#subscriptions.set(subject, { target, end });
    }
  }

  #refused(subject: string, cause: Error): void {
    // It stays in the table, so that it is not tried again with every function that comes and goes.
    this.#options.onError(new Error(`cannot subscribe to ${subject}: ${cause.message}`, { cause }));
  }

  #receive(connection: LinkConnection, target: Header, message: BrokerMessage): void {
    const { reply, status } = message;
    if (this.#state === "detached" || reply === undefined || status !== 0 || !isAnswerable(reply)) return;
    const { limits } = this.#host;
    if (this.#clients.has(reply) || this.#calls.size >= limits.maxConnections) return;
    const call = this.#options.protocol.create({
      host: this.#host,
      target,
      message,
      client: reply,
      connection,
      onReleased: () => this.#released(reply, call),
    });
    if (call === undefined) return;
    this.#clients.add(reply);
    this.#calls.add(call);
    call.begin(message.data);
  }

  #released(client: string, call: ServedCall | undefined): void {
    this.#clients.delete(client);
    if (call !== undefined) this.#calls.delete(call);
    this.#endWhenIdle();
  }

  /** Those that were sent before the broker knew of it still come, and are served. */
  async #drain(): Promise<void> {
    this.#state = "draining";
    for (const { end } of this.#subscriptions.values()) end?.();
    this.#subscriptions.clear();
    const { connection } = this.#options.link;
    if (connection !== undefined) {
      await Promise.race([connection.broker.flush(), connection.whenLost]).catch(() => {});
    }
    this.#unsubscribed = true;
    this.#endWhenIdle();
  }

  #endWhenIdle(): void {
    if (this.#state !== "draining" || !this.#unsubscribed || this.#calls.size > 0) return;
    this.#state = "detached";
    const { link, ownsLink, server } = this.#options;
    link.leave(this);
    // The last answers have to leave before a process may end.
    const { connection } = link;
    const flushed = ownsLink
      ? link.close()
      : Promise.race([connection?.broker.flush(), connection?.whenLost]).catch(() => {});
    void flushed.then(() => {
      server.detach(this);
      this.#detached.resolve();
    });
  }
}
