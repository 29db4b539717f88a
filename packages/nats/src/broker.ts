/** A message as it arrives. */
export interface BrokerMessage {
  readonly subject: string;
  /** Where an answer is awaited. */
  readonly reply: string | undefined;
  /** Belongs to the receiver. */
  readonly data: Uint8Array;
  /** What the broker, or the sender, says instead of data: 503 when nobody is subscribed. 0 for ordinary messages. */
  readonly status: number;
  /** Words for the status. */
  readonly description: string;
  /** Headers with their values, in the order in which they came. */
  readonly headers: Iterable<readonly [name: string, value: string]>;
}

/** What a message can have besides subject and data. */
export interface MessageOptions {
  readonly reply?: string | undefined;
  readonly headers?: readonly (readonly [name: string, value: string])[] | undefined;
  readonly status?: { readonly code: number; readonly description: string } | undefined;
}

/** Why a subscription came to an end by itself. */
export type SubscriptionError = (error: Error) => void;

/**
 * One connection to a message broker that has subjects with wildcards, queue groups and an answer of its own where nobody is
 * subscribed: NATS. It is never made again by itself, so that nothing can wait in it for a connection that may come.
 */
export interface Broker {
  /** Longest data of a message, its headers included, in bytes. */
  readonly maxPayload: number;
  /** A subject for answers that nobody can guess. */
  createInbox(): string;
  /** Sends a message, whose data belongs to the broker from now on. Lost without a word once the connection is. */
  publish(subject: string, data: Uint8Array, options?: MessageOptions): void;
  /** @returns ends the subscription; messages under way may still come until the next {@link Broker.flush} */
  subscribe(
    subject: string,
    group: string | undefined,
    onMessage: (message: BrokerMessage) => void,
    onError: SubscriptionError,
  ): () => void;
  /** Resolves once the broker has taken everything so far. Rejects, or never settles, when the connection is lost. */
  flush(): Promise<void>;
  /** Told once when the connection is lost, or was closed. */
  onLost: ((error: Error | undefined) => void) | undefined;
  /** Told when the broker does not allow what was sent to a subject. */
  onRefused: ((subject: string, error: Error) => void) | undefined;
  close(): Promise<void>;
}
