import type { Broker, BrokerMessage, MessageOptions } from "../broker.ts";
import { NO_RESPONDERS } from "../link-connection.ts";

interface Subscription {
  readonly tokens: readonly string[];
  readonly group: string | undefined;
  readonly connection: MemoryConnection;
  readonly onMessage: (message: BrokerMessage) => void;
}

/** What passed the broker, as tests want to see it. */
export interface PassedMessage extends MessageOptions {
  readonly subject: string;
  readonly data: Uint8Array;
}

/**
 * Subjects, wildcards, queue groups and the answer where nobody is subscribed, as a NATS server has them, within the process:
 * so that what is sent can be tested without one.
 */
export class MemoryBroker {
  readonly maxPayload: number;
  /** Told of every message, before it is delivered. */
  onMessage: ((message: PassedMessage) => void) | undefined;
  readonly #subscriptions = new Set<Subscription>();
  readonly #connections = new Set<MemoryConnection>();
  #inboxes = 0;
  #turns = 0;

  constructor(maxPayload: number = 1024 * 1024) {
    this.maxPayload = maxPayload;
  }

  /** Number of subscriptions of all connections. */
  get subscriptions(): number {
    return this.#subscriptions.size;
  }

  connect(): MemoryConnection {
    const connection = new MemoryConnection(this);
    this.#connections.add(connection);
    return connection;
  }

  /** Breaks all connections, as a server does that goes away. */
  breakAll(): void {
    for (const connection of [...this.#connections]) connection.break(new Error("the broker is gone"));
  }

  createInbox(): string {
    return `_INBOX.${++this.#inboxes}`;
  }

  add(subscription: Subscription): void {
    this.#subscriptions.add(subscription);
  }

  remove(subscription: Subscription): void {
    this.#subscriptions.delete(subscription);
  }

  forget(connection: MemoryConnection): void {
    this.#connections.delete(connection);
    for (const subscription of this.#subscriptions) {
      if (subscription.connection === connection) this.#subscriptions.delete(subscription);
    }
  }

  /** Delivers a message to every subscription that is in no group, and to one member of each group. */
  route(subject: string, data: Uint8Array, options: MessageOptions, from: MemoryConnection): void {
    this.onMessage?.({ subject, data, ...options });
    const tokens = subject.split(".");
    const groups = new Map<string, Subscription[]>();
    let delivered = false;
    for (const subscription of this.#subscriptions) {
      if (!matches(subscription.tokens, tokens)) continue;
      delivered = true;
      if (subscription.group === undefined) deliver(subscription, subject, data, options);
      else groups.set(subscription.group, [...(groups.get(subscription.group) ?? []), subscription]);
    }
    for (const members of groups.values()) {
      deliver(members[this.#turns++ % members.length] as Subscription, subject, data, options);
    }
    if (delivered || options.reply === undefined) return;
    const status = { code: NO_RESPONDERS, description: "" };
    for (const subscription of this.#subscriptions) {
      const own = subscription.connection === from && matches(subscription.tokens, options.reply.split("."));
      if (own) deliver(subscription, options.reply, new Uint8Array(0), { status });
    }
  }
}

/** One connection to a {@link MemoryBroker}. Messages arrive later, in order. */
export class MemoryConnection implements Broker {
  readonly maxPayload: number;
  onLost: ((error: Error | undefined) => void) | undefined;
  onRefused: ((subject: string, error: Error) => void) | undefined;
  readonly #broker: MemoryBroker;
  readonly #inbox: (() => void)[] = [];
  #scheduled = false;
  #paused = false;
  #open = true;

  constructor(broker: MemoryBroker) {
    this.#broker = broker;
    this.maxPayload = broker.maxPayload;
  }

  createInbox(): string {
    return this.#broker.createInbox();
  }

  publish(subject: string, data: Uint8Array, options: MessageOptions = {}): void {
    if (!this.#open) return;
    if (data.length > this.maxPayload) throw new RangeError(`a message of ${data.length} bytes is too long`);
    this.#broker.route(subject, data.slice(), options, this);
  }

  subscribe(subject: string, group: string | undefined, onMessage: (message: BrokerMessage) => void): () => void {
    const subscription: Subscription = { tokens: subject.split("."), group, connection: this, onMessage };
    this.#broker.add(subscription);
    return () => this.#broker.remove(subscription);
  }

  flush(): Promise<void> {
    return new Promise((resolve) => this.deliver(resolve));
  }

  async close(): Promise<void> {
    this.break(undefined);
  }

  /** No message arrives until it is resumed, as with a process that is stopped. */
  set paused(paused: boolean) {
    this.#paused = paused;
    this.#schedule();
  }

  break(error: Error | undefined): void {
    if (!this.#open) return;
    this.#open = false;
    this.#broker.forget(this);
    queueMicrotask(() => this.onLost?.(error));
  }

  /** Runs something when everything before it has arrived. */
  deliver(arrival: () => void): void {
    this.#inbox.push(arrival);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled || this.#paused || this.#inbox.length === 0) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      for (const arrival of this.#inbox.splice(0)) if (this.#open) arrival();
    });
  }
}

function deliver(to: Subscription, subject: string, data: Uint8Array, options: MessageOptions): void {
  const { reply, status, headers = [] } = options;
  const { code = 0, description = "" } = status ?? {};
  to.connection.deliver(() => {
    to.onMessage({ subject, reply, data: data.slice(), status: code, description, headers });
  });
}

/** Whether a subject is one of those that a pattern with wildcards means. */
function matches(pattern: readonly string[], subject: readonly string[]): boolean {
  for (const [index, token] of pattern.entries()) {
    if (token === ">") return subject.length > index;
    if (subject[index] === undefined || (token !== "*" && token !== subject[index])) return false;
  }
  return pattern.length === subject.length;
}
