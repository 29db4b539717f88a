import { isIP } from "node:net";
import {
  connect,
  createInbox,
  headers,
  type Msg,
  type MsgHdrs,
  type NatsConnection,
  type NodeConnectionOptions,
  PermissionViolationError,
} from "@nats-io/transport-node";
import type { Limits } from "@witwire/rpc";
import type { Broker, BrokerMessage, MessageOptions, SubscriptionError } from "./broker.ts";

/** How to connect to NATS: credentials, TLS, a name. What `@nats-io/transport-node` takes, less what is decided here. */
export type NatsOptions = Omit<
  NodeConnectionOptions,
  | "servers"
  | "port"
  | "reconnect"
  | "maxReconnectAttempts"
  | "reconnectTimeWait"
  | "waitOnFirstConnect"
  | "noEcho"
  | "pingInterval"
  | "maxPingOut"
>;

/** Connects to one of several servers. @throws the client's error when none of them can be had */
export async function dialNats(servers: readonly string[], limits: Limits, options: NatsOptions = {}): Promise<Broker> {
  const connection = await connect({
    timeout: limits.headerTimeout,
    ...options,
    ...(options.tls ? { tls: { ...checkedHost(servers), ...options.tls } } : {}),
    servers: [...servers],
    // A connection that is lost is made again by us, so that what was under way can fail and nothing is sent late.
    reconnect: false,
    noEcho: false,
    pingInterval: limits.keepaliveInterval,
    maxPingOut: 1,
  });
  return new NatsBroker(connection, options.inboxPrefix);
}

/**
 * The client lets Node check certificates for the names of servers, but not for IP addresses. Where there is but one server,
 * Node can be told.
 */
function checkedHost(servers: readonly string[]): { readonly host?: string } {
  const [host = ""] = servers.map((server) => server.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1"));
  return servers.length === 1 && isIP(host) !== 0 ? { host } : {};
}

class NatsBroker implements Broker {
  readonly maxPayload: number;
  onLost: ((error: Error | undefined) => void) | undefined;
  onRefused: ((subject: string, error: Error) => void) | undefined;
  readonly #connection: NatsConnection;
  readonly #inboxPrefix: string | undefined;
  #open = true;

  constructor(connection: NatsConnection, inboxPrefix: string | undefined) {
    this.#connection = connection;
    this.#inboxPrefix = inboxPrefix;
    this.maxPayload = connection.info?.max_payload ?? 1024 * 1024;
    void connection.closed().then((error) => {
      this.#open = false;
      this.onLost?.(error ?? undefined);
    });
    void this.#watch();
  }

  createInbox(): string {
    return createInbox(this.#inboxPrefix);
  }

  publish(subject: string, data: Uint8Array, { reply, headers: entries, status }: MessageOptions = {}): void {
    if (!this.#open || this.#connection.isClosed()) return;
    if (reply === undefined && entries === undefined && status === undefined) this.#connection.publish(subject, data);
    else {
      this.#connection.publish(subject, data, {
        ...(reply === undefined ? {} : { reply }),
        ...(entries === undefined && status === undefined ? {} : { headers: encodeHeaders(entries, status) }),
      });
    }
  }

  subscribe(
    subject: string,
    group: string | undefined,
    onMessage: (message: BrokerMessage) => void,
    onError: SubscriptionError,
  ): () => void {
    const subscription = this.#connection.subscribe(subject, {
      ...(group === undefined ? {} : { queue: group }),
      callback: (error, message) => {
        if (error !== null) onError(error);
        else onMessage(new NatsMessage(message));
      },
    });
    // Those that were under way when a subscription ends are calls, too, so it is not ended before they have come.
    return () => {
      if (!subscription.isClosed() && !this.#connection.isClosed()) subscription.drain().catch(() => {});
    };
  }

  flush(): Promise<void> {
    return this.#connection.flush();
  }

  async close(): Promise<void> {
    this.#open = false;
    await this.#connection.close();
  }

  async #watch(): Promise<void> {
    for await (const status of this.#connection.status()) {
      if (status.type !== "error" || !(status.error instanceof PermissionViolationError)) continue;
      const { operation, subject } = status.error;
      if (operation === "publish") this.onRefused?.(subject, status.error);
    }
  }
}

/** A message whose fields are read at once where the client keeps them for this message only, and late where it does not. */
class NatsMessage implements BrokerMessage {
  readonly subject: string;
  readonly reply: string | undefined;
  readonly data: Uint8Array;
  readonly #headers: MsgHdrs | undefined;

  constructor(message: Msg) {
    this.subject = message.subject;
    this.reply = message.reply === "" ? undefined : message.reply;
    this.data = message.data;
    this.#headers = message.headers;
  }

  get status(): number {
    return this.#headers?.code ?? 0;
  }

  get description(): string {
    return this.#headers?.description ?? "";
  }

  get headers(): Iterable<readonly [string, string]> {
    return [...(this.#headers ?? [])].flatMap(([name, values]) => values.map((value) => [name, value] as const));
  }
}

function encodeHeaders(entries: MessageOptions["headers"], status: MessageOptions["status"]): MsgHdrs {
  const encoded = headers(status?.code, status?.description);
  for (const [name, value] of entries ?? []) encoded.append(name, value);
  return encoded;
}
