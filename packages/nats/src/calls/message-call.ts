import type { Path } from "@witwire/rpc";
import { type Limits, RpcError } from "@witwire/rpc";
import {
  type Active,
  DataFlag,
  DEFAULT_SETTINGS,
  FrameReader,
  type FrameSink,
  fromWireFailure,
  type Header,
  type InvocationHost,
  LineWriter,
  type OpenFields,
  type OpenHead,
  OpenReader,
  type SessionBudget,
  type SessionInvocation,
  type Timers,
  toWireFailure,
  type WireFailure,
} from "@witwire/rpc/internal";
import type { Peer } from "@witwire/wit/values";
import type { BrokerMessage } from "../broker.ts";
import { LEFT, type LinkConnection, NO_RESPONDERS } from "../link-connection.ts";
import type { PeerWatch, WatchedCall } from "../peer-watch.ts";
import type { Receiver } from "../receiver.ts";
import { ReceivedMessages } from "./numbered-messages.ts";
import { SentMessages } from "./sent-messages.ts";

/** What both sides of a call need of those who made it. */
export interface MessageCallOptions {
  readonly limits: Limits;
  readonly timers: Timers;
  /** The function, which the subject says instead of a frame. */
  readonly target: Header;
  /** Called once, when nothing is left of the call. */
  readonly onReleased: () => void;
}

/** All frames belong to the one call that their subject is for. */
export const CALL_ID = 1;

/**
 * One call in messages, as far as both of its sides are alike: an invocation of a session whose frames travel in numbered
 * messages between two subjects.
 *
 * States: open -> over (nothing more is to be said; what was said last is on its way out) -> released.
 */
export abstract class MessageCall implements InvocationHost, FrameSink, Receiver, WatchedCall, Active {
  slot = -1;
  readonly limits: Limits;
  readonly timers: Timers;
  readonly sender: LineWriter;
  readonly peerWindow: number = DEFAULT_SETTINGS.initialWindow;
  /** Handles are those of plain wRPC, which belong to nobody. */
  readonly resources: undefined = undefined;
  readonly transport: undefined = undefined;
  abstract readonly peer: Peer;
  protected readonly options: MessageCallOptions;
  protected readonly messages: SentMessages;
  protected invocation: SessionInvocation | undefined;
  protected connection: LinkConnection | undefined;
  /** This side's subject. */
  protected own = "";
  /** The peer's subject, once it is known. */
  protected other: string | undefined;
  /** Whether everything was said, although the last of it may still be on its way out. */
  protected ended = false;
  #received = new ReceivedMessages();
  #reader: FrameReader;
  #watch: PeerWatch | undefined;
  #released = false;

  constructor(options: MessageCallOptions) {
    this.options = options;
    this.limits = options.limits;
    this.timers = options.timers;
    this.messages = new SentMessages(
      () => this.ended,
      () => this.release(),
    );
    this.sender = new LineWriter(
      this.messages,
      () => {},
      (error) => this.lost(RpcError.from(error)),
    );
    this.#reader = this.#newReader();
  }

  get budget(): SessionBudget {
    if (this.connection === undefined) throw new TypeError("a call has no connection yet");
    return this.connection.budget;
  }

  get countedBytes(): number {
    return this.invocation?.countedBytes ?? 0;
  }

  roundTrip(): number | undefined {
    return this.#watch?.roundTrip();
  }

  abstract number(): OpenFields;

  receive(rest: string, message: BrokerMessage): void {
    if (rest !== "" || this.ended) return;
    if (message.status === NO_RESPONDERS) this.unreachable();
    else if (message.status === LEFT.code && message.reply !== undefined && message.reply === this.other) {
      this.invocation?.fail(new RpcError("cancelled", "the caller has given the call up"));
    } else if (message.status === 0) this.receiveMessage(message);
  }

  refused(_subject: string, _error: Error): void {}

  lost(error: RpcError): void {
    this.fail(error);
    this.release();
  }

  /** The peer may only have been away, and has to learn then that nobody waits any more. */
  peerLost(error: RpcError): void {
    this.invocation?.breakOff(error);
  }

  relieve(error: RpcError): void {
    this.invocation?.breakOff(error);
  }

  tellFailure(id: number, error: RpcError): void {
    this.sender.tellFailure(id, toWireFailure(error));
  }

  /** The invocation has come to its end. What it said last is sent yet. */
  over(): void {
    this.ended = true;
    this.#unwatch();
    this.sender.end();
  }

  // What frames say

  onSettings(): void {}

  onOpen(_head: OpenHead, _bytes: Uint8Array, _halfEnd: boolean): void {
    throw new RpcError("protocol", "a call was opened where one is under way");
  }

  onData(id: number, path: Path, bytes: Uint8Array, flags: number): void {
    this.#check(id).receive(path, bytes, flags & (DataFlag.halfEnd | DataFlag.pathEnd));
    this.invocation?.settle();
  }

  onFailure(id: number, failure: WireFailure): void {
    this.#check(id).fail(fromWireFailure(failure));
  }

  onCancel(id: number, code: string): void {
    this.#check(id).fail(new RpcError(code, "the caller has given the call up"));
  }

  onCredit(id: number, path: Path, bytes: number): void {
    if (bytes === 0) throw new RpcError("protocol", "credit of no bytes");
    this.#check(id).receiveCredit(path, bytes);
  }

  onStop(id: number, path: Path): void {
    this.#check(id).receiveStop(path);
  }

  onPing(): void {}

  onGoAway(): void {}

  onDrop(): void {}

  onGive(): void {}

  /** Nobody is subscribed where something was sent to. */
  protected abstract unreachable(): void;

  /** A message that is of this call, as far as its subject goes. */
  protected abstract receiveMessage(message: BrokerMessage): void;

  /** Something in the messages was wrong; the peer is told where it can be. */
  protected abstract violated(error: RpcError): void;

  /** Reads frames. */
  protected read(data: Uint8Array): void {
    this.#watch?.heard();
    try {
      const bytes = this.#received.take(data);
      if (bytes !== undefined && !this.ended) this.#reader.push(bytes);
    } catch (error) {
      this.violated(RpcError.from(error, "protocol"));
    }
  }

  /** What came so far was of somebody who does not take the call; another one may begin anew. */
  protected readAnew(): void {
    this.#received = new ReceivedMessages();
    this.#reader = this.#newReader();
  }

  /** The peer's subject is known: from now on it is watched over. */
  protected watch(subject: string): void {
    this.other = subject;
    this.#watch = this.connection?.watch(subject, this);
  }

  protected get watched(): PeerWatch | undefined {
    return this.#watch;
  }

  /** The call has failed, and the peer cannot be told. */
  protected fail(error: RpcError): void {
    this.invocation?.fail(error);
    if (!this.ended) this.over();
  }

  protected release(): void {
    if (this.#released) return;
    this.#released = true;
    this.ended = true;
    this.#unwatch();
    this.sender.close();
    this.messages.close();
    if (this.own !== "") this.connection?.close(this.own);
    this.options.onReleased();
  }

  #newReader(): FrameReader {
    return new FrameReader(this, this.limits, new OpenReader(this.limits, this.options.target));
  }

  #unwatch(): void {
    this.#watch?.remove(this);
    this.#watch = undefined;
  }

  #check(id: number): SessionInvocation {
    if (id !== CALL_ID || this.invocation === undefined) {
      throw new RpcError(
        "protocol",
        `the peer speaks of call ${id}, but only ${CALL_ID} can be spoken of, once it is open`,
      );
    }
    return this.invocation;
  }
}
