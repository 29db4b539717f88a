import { type Limits, RpcError } from "@witwire/rpc";
import { SessionBudget, type Timers } from "@witwire/rpc/internal";
import type { Broker, BrokerMessage, MessageOptions } from "./broker.ts";
import { PeerWatch, type PeerWatchOwner, type WatchedCall } from "./peer-watch.ts";
import type { Receiver } from "./receiver.ts";

/** Bytes between two questions to the broker whether it has taken what was sent. */
const BARRIER_BYTES = 256 * 1024;

/** Bytes that the broker has not confirmed, beyond which senders should wait. */
const CONGESTED_BYTES = 4 * 1024 * 1024;

/** What a message costs besides its data, about. */
const MESSAGE_BYTES = 128;

/** Answers to messages for calls that are over, in 10 s. */
const PERIOD = 10_000;

/** Longest payload of a ping that is answered. */
const MAX_PING_BYTES = 8;

const noBytes = new Uint8Array(0);

/** The status with which a caller says that it has left; docs/protocol.md, "NATS". */
export const LEFT: { readonly code: number; readonly description: string } = {
  code: 499,
  description: "the caller has left",
};

/** The status with which NATS says that nobody is subscribed. */
export const NO_RESPONDERS = 503;

/**
 * One connection to the broker, with an inbox that all calls share: `<inbox>.<token>` is a call's subject. Nothing is left
 * of it when it is lost.
 */
export class LinkConnection implements PeerWatchOwner {
  readonly limits: Limits;
  readonly timers: Timers;
  readonly budget: SessionBudget;
  readonly broker: Broker;
  /** Rejects once the connection is lost. */
  readonly whenLost: Promise<never>;
  readonly #lose: (error: RpcError) => void;
  readonly #inbox: string;
  readonly #receivers = new Map<string, Receiver>();
  readonly #watches = new Map<string, PeerWatch>();
  /** Watches by the numbers in the subjects at which answers to their pings arrive. */
  readonly #pongs = new Map<string, PeerWatch>();
  readonly #pongOf = new Map<string, string>();
  readonly #drained = new Set<() => void>();
  #tokens = 0;
  #unconfirmed = 0;
  #asking = false;
  #lost = false;
  #answers = 0;
  #answersSince = 0;

  constructor(broker: Broker, limits: Limits, timers: Timers) {
    this.broker = broker;
    this.limits = limits;
    this.timers = timers;
    this.budget = new SessionBudget(limits);
    const { promise, reject } = Promise.withResolvers<never>();
    promise.catch(() => {});
    this.whenLost = promise;
    this.#lose = reject;
    this.#inbox = broker.createInbox();
    broker.onRefused = (subject, error) => {
      for (const receiver of [...this.#receivers.values()]) receiver.refused(subject, error);
    };
  }

  /** @param onError told when the inbox is not allowed */
  start(onError: (error: Error) => void): void {
    this.broker.subscribe(`${this.#inbox}.>`, undefined, (message) => this.#receive(message), onError);
  }

  /** Whether senders should wait for {@link LinkConnection.whenDrained}. */
  get congested(): boolean {
    return this.#unconfirmed >= CONGESTED_BYTES;
  }

  /** A new subject for a call. */
  open(receiver: Receiver): string {
    const token = String(this.#tokens++);
    this.#receivers.set(token, receiver);
    return `${this.#inbox}.${token}`;
  }

  /** Frees the subject of a call. What still comes there is not for anybody. */
  close(subject: string): void {
    this.#receivers.delete(subject.slice(this.#inbox.length + 1));
  }

  publish(subject: string, data: Uint8Array, options?: MessageOptions): void {
    if (this.#lost) return;
    this.broker.publish(subject, data, options);
    this.#unconfirmed += data.length + MESSAGE_BYTES;
    if (this.#unconfirmed >= BARRIER_BYTES && !this.#asking) this.#ask();
  }

  /** Calls back once, when senders may go on. */
  whenDrained(callback: () => void): void {
    this.#drained.add(callback);
  }

  forgetDrained(callback: () => void): void {
    this.#drained.delete(callback);
  }

  /** Watches over the peer to which a subject belongs, for a call. */
  watch(subject: string, call: WatchedCall): PeerWatch {
    const peer = inboxOf(subject);
    let watch = this.#watches.get(peer);
    if (watch === undefined) {
      watch = new PeerWatch(peer, this);
      this.#watches.set(peer, watch);
    }
    watch.add(call);
    return watch;
  }

  ping(peer: string, bytes: Uint8Array): void {
    let pong = this.#pongOf.get(peer);
    const watch = this.#watches.get(peer);
    if (watch === undefined) return;
    if (pong === undefined) {
      pong = String(this.#tokens++);
      this.#pongOf.set(peer, pong);
      this.#pongs.set(pong, watch);
    }
    this.publish(`${peer}.ping`, bytes, { reply: `${this.#inbox}.pong.${pong}` });
  }

  unwatched(peer: string): void {
    this.#watches.delete(peer);
    this.#pongs.delete(this.#pongOf.get(peer) ?? "");
    this.#pongOf.delete(peer);
  }

  /** The connection is lost, and every call with it. */
  fail(error: RpcError): void {
    if (this.#lost) return;
    this.#lost = true;
    this.#lose(error);
    for (const receiver of [...this.#receivers.values()]) receiver.lost(error);
    this.#receivers.clear();
    this.#release();
  }

  #receive(message: BrokerMessage): void {
    const rest = message.subject.slice(this.#inbox.length + 1);
    const dot = rest.indexOf(".");
    const token = dot < 0 ? rest : rest.slice(0, dot);
    const receiver = this.#receivers.get(token);
    if (receiver !== undefined) {
      receiver.receive(rest.slice(token.length), message);
      if (this.budget.full) this.#relieve();
    } else if (rest === "ping") this.#answerPing(message);
    else if (token === "pong") this.#receivePong(rest.slice(token.length + 1), message);
    else if (dot < 0) this.#answerLate(message);
  }

  #answerPing({ reply, data }: BrokerMessage): void {
    if (reply === undefined || !isAnswerable(reply) || data.length > MAX_PING_BYTES || !this.#mayAnswer()) return;
    this.publish(reply, data);
  }

  #receivePong(token: string, { status, data }: BrokerMessage): void {
    const watch = this.#pongs.get(token);
    if (status === NO_RESPONDERS) watch?.fail("the peer's connection to NATS is gone");
    else if (data.length === MAX_PING_BYTES) watch?.answered(data);
  }

  /** A first answer to a call that its caller has left by now: whoever sent it should stop. */
  #answerLate({ subject, reply, data, status }: BrokerMessage): void {
    if (reply === undefined || status !== 0 || !isAnswerable(reply)) return;
    const isFirst = data.length === 0 || data[0] === 0;
    if (!isFirst || !this.#mayAnswer()) return;
    this.publish(data.length === 0 ? `${reply}.params` : reply, noBytes, { reply: subject, status: LEFT });
  }

  /** Strangers must not have us send messages without end. */
  #mayAnswer(): boolean {
    const now = performance.now();
    if (now - this.#answersSince > PERIOD) {
      this.#answersSince = now;
      this.#answers = 0;
    }
    return ++this.#answers <= this.limits.maxFutileFrames;
  }

  /** Fails the call that holds the most, so that the others can go on. */
  #relieve(): void {
    let largest: Receiver | undefined;
    let most = 0;
    for (const receiver of this.#receivers.values()) {
      if (receiver.countedBytes <= most) continue;
      largest = receiver;
      most = receiver.countedBytes;
    }
    largest?.relieve(
      new RpcError(
        "resource-exhausted",
        `${this.budget.buffered} received bytes of the connection are unread, ${most} of them of this call, the most of ` +
          "all: read its streams at the same time, or raise the limit maxBufferedBytes",
      ),
    );
  }

  #ask(): void {
    this.#asking = true;
    const asked = this.#unconfirmed;
    this.broker.flush().then(
      () => this.#confirmed(asked),
      () => {},
    );
  }

  #confirmed(bytes: number): void {
    if (this.#lost) return;
    this.#asking = false;
    this.#unconfirmed -= bytes;
    if (this.#unconfirmed >= BARRIER_BYTES) this.#ask();
    if (!this.congested) this.#release();
  }

  #release(): void {
    const waiting = [...this.#drained];
    this.#drained.clear();
    for (const callback of waiting) callback();
  }
}

/** What the subjects of all calls of a connection begin with. */
function inboxOf(subject: string): string {
  return subject.slice(0, Math.max(0, subject.lastIndexOf(".")));
}

/** Subjects with a dollar sign belong to NATS itself, and nobody may have us speak to it. */
export function isAnswerable(subject: string): boolean {
  return !subject.startsWith("$");
}
