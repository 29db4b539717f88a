import type { PathPattern } from "@witwire/codec";
import { type IncomingPath, type Invocation, type Limits, type Path, RpcError } from "@witwire/rpc";
import {
  type Active,
  type PathOwner,
  PathQueue,
  PathTable,
  pathSetOf,
  ReadBudget,
  type RunningTimer,
  SendGate,
  type Timers,
} from "@witwire/rpc/internal";
import type { Peer } from "@witwire/wit/values";
import type { BrokerMessage, MessageOptions } from "../broker.ts";
import { LEFT, type LinkConnection, NO_RESPONDERS } from "../link-connection.ts";
import type { Receiver } from "../receiver.ts";

export interface PlainInvocationOptions {
  readonly limits: Limits;
  readonly timers: Timers;
  readonly peer: Peer;
  /** The paths besides the root on which the peer may send. */
  readonly declared: readonly PathPattern[];
  /** Whether the peer reads strings, floats, handles and flags from one message each, as those in Go do. */
  readonly readsOnce: boolean;
  /** Called once, when nothing is left of the invocation. */
  readonly onReleased: () => void;
}

/** What encoded some bytes, and knows where they can be cut. */
export type Encoded = Parameters<Invocation["write"]>[2];

/** The status with which a server says that a call has failed. */
const FAILED = { code: 500, description: "the call has failed" };

/** Statuses from here on say that something is wrong. */
const LEAST_FAILURE = 300;

const noBytes = new Uint8Array(0);

/**
 * One invocation of plain wRPC over NATS, as far as both of its sides are alike: a subject for each path and direction, whose
 * messages are a byte stream that an empty one ends.
 *
 * States: open -> over (all that was wanted has arrived and was sent, or it broke) -> released, at once.
 */
export abstract class PlainInvocation implements Invocation, PathOwner, Receiver, Active {
  slot = -1;
  onFailure: ((error: RpcError) => void) | undefined;
  /** Called for all paths at once, when a server has enough; there is no message for a single one. */
  onStop: ((path: Path) => void) | undefined;
  readonly stopsPaths = false;
  readonly joinsWrites = false;
  readonly handles = undefined;
  readonly peerTransport = undefined;
  readonly budget: ReadBudget;
  abstract readonly begun: boolean;
  protected readonly options: PlainInvocationOptions;
  protected readonly gate: SendGate;
  protected connection: LinkConnection | undefined;
  /** This side's subject. */
  protected own = "";
  protected failure: RpcError | undefined;
  readonly #root: PathQueue;
  readonly #onDrained = (): void => this.gate.open();
  #paths: PathTable | undefined;
  /** Paths on which something was sent, and that are not ended. */
  readonly #sending = new Set<string>();
  /** Streams and futures of the peer whose ends have not come, and ends that came before the values that announce them. */
  readonly #awaited = new Set<string>();
  readonly #endedEarly = new Set<string>();
  #rootEnded = false;
  #ended = false;
  #over = false;
  #linger: RunningTimer | undefined;

  constructor(options: PlainInvocationOptions) {
    this.options = options;
    this.budget = new ReadBudget(options.limits);
    this.gate = new SendGate(options.timers, options.limits.stallTimeout, (error) => this.break(error));
    this.#root = new PathQueue([], this);
  }

  get peer(): Peer {
    return this.options.peer;
  }

  get timers(): Timers {
    return this.options.timers;
  }

  get countedBytes(): number {
    return this.budget.buffered;
  }

  protected get isOver(): boolean {
    return this.#over;
  }

  write(path: Path, bytes: Uint8Array, codec?: Encoded): boolean {
    if (this.#over || this.#ended) return true;
    if (path.length === 0) {
      if (bytes.length > 0) this.sendRoot(bytes, codec);
    } else {
      const suffix = suffixOf(path);
      this.#sending.add(suffix);
      if (bytes.length > 0) this.send(suffix, bytes, codec);
    }
    if (this.#over || !this.mustWait) return true;
    this.gate.shut();
    this.connection?.whenDrained(this.#onDrained);
    return false;
  }

  drained(): Promise<void> {
    return this.gate.passed();
  }

  endPath(path: Path): void {
    if (this.#over || this.#ended) return;
    if (path.length === 0) this.#endRoot();
    else {
      const suffix = suffixOf(path);
      this.#sending.delete(suffix);
      this.send(suffix, noBytes);
    }
  }

  end(): void {
    if (this.#over || this.#ended) return;
    this.#endRoot();
    this.#ended = true;
    for (const suffix of this.#sending) this.send(suffix, noBytes);
    this.#sending.clear();
  }

  incoming(path: Path): IncomingPath {
    if (path.length === 0) return this.#root;
    const suffix = suffixOf(path);
    if (!this.#endedEarly.has(suffix)) this.#awaited.add(suffix);
    return this.#pathTable().claim(path);
  }

  close(): void {
    if (this.#over) return;
    this.end();
    this.#over = true;
    this.#root.discard();
    this.#paths?.discardAll();
    if (this.#awaited.size === 0 || !this.lingers) this.#release();
    else this.#linger = this.timers.guard(this.options.limits.lingerTimeout, () => this.#stopLingering());
  }

  abort(error: RpcError): void {
    this.onFailure = undefined;
    this.break(error);
  }

  // What the connection says

  abstract receive(rest: string, message: BrokerMessage): void;

  refused(_subject: string, _error: Error): void {}

  lost(error: RpcError): void {
    if (this.#linger === undefined) this.broken(error);
    else this.#release();
  }

  relieve(error: RpcError): void {
    this.break(error);
  }

  regulate(): void {
    if (this.#over || this.budget.verdict !== "exhausted") return;
    const { buffered } = this.budget;
    const largest = [this.#root, ...(this.#paths?.queues ?? [])].reduce((one, other) =>
      other.bufferedBytes > one.bufferedBytes ? other : one,
    );
    this.break(
      new RpcError(
        "resource-exhausted",
        `${buffered} received bytes are unread, most of them on path [${largest.path.join()}], and plain wRPC over NATS ` +
          "cannot hold its peer up: read faster, or raise the limit maxBufferedBytes",
      ),
    );
  }

  forget(path: Path): void {
    this.#paths?.forget(path);
  }

  /** Sends bytes of the root. */
  protected abstract sendRoot(bytes: Uint8Array, codec: Encoded): void;

  /** The root's bytes are complete. */
  protected abstract endRoot(): void;

  /** Sends bytes of a path, or its end where there are none. */
  protected abstract send(suffix: string, bytes: Uint8Array, codec?: Encoded): void;

  /** The peer should learn that this side breaks off. */
  protected abstract tell(): void;

  /** Whether a peer that still sends when everything was wanted has come is waited for, and told in the end. */
  protected readonly lingers: boolean = false;

  /** The peer should stop sending. */
  protected tellEnough(): void {}

  /** Whether writers should wait. */
  protected get mustWait(): boolean {
    return this.connection?.congested === true;
  }

  /** Paths on which something was sent, and that are not ended, as ends of subjects. */
  protected get sending(): Iterable<string> {
    return this.#sending;
  }

  /** Publishes bytes in as many messages as they need; breaks the call off where the peer could not read those. */
  protected publish(subject: string, bytes: Uint8Array, options?: MessageOptions, codec?: Encoded): void {
    const { connection } = this;
    if (connection === undefined) return;
    const most = connection.broker.maxPayload;
    if (bytes.length <= most) {
      connection.publish(subject, bytes, options);
      return;
    }
    const pieces = this.cut(bytes, most, codec);
    if (pieces instanceof RpcError) this.break(pieces);
    else for (const piece of pieces) connection.publish(subject, piece, options);
  }

  /** Cuts bytes into pieces of at most `most`, where the peer can read on; or says why that cannot be. */
  protected cut(bytes: Uint8Array, most: number, codec: Encoded): readonly Uint8Array[] | RpcError {
    if (this.options.readsOnce) {
      const pieces = codec?.split?.(bytes, most) ?? [bytes];
      const largest = Math.max(...pieces.map(({ length }) => length));
      return largest <= most ? pieces : tooLong(largest, most);
    }
    const count = Math.ceil(bytes.length / most);
    return Array.from({ length: count }, (_, index) => bytes.subarray(index * most, (index + 1) * most));
  }

  /**
   * Takes what came on a path.
   *
   * @param rest `.results` or `.params`, and what is behind it
   * @param root which of them the peer sends
   */
  protected receivePath(rest: string, root: string, message: BrokerMessage): void {
    if (rest !== root && !rest.startsWith(`${root}.`)) return;
    const { data, status } = message;
    const suffix = rest.slice(root.length);
    if (this.#over) {
      this.#receiveLate(suffix, data);
      return;
    }
    if (status >= LEAST_FAILURE) {
      if (rest !== root || status === NO_RESPONDERS) return;
      if (status === ENOUGH) this.onStop?.([]);
      else this.broken(this.explain(message));
      return;
    }
    const path = parsePath(suffix.slice(1), this.options.limits.maxPathDepth);
    if (path === undefined) return;
    try {
      if (path.length === 0) this.receiveRoot(data);
      else if (data.length === 0) this.#receiveEnd(path, suffix);
      else this.#pathTable().receive(path, data);
    } catch (error) {
      this.break(RpcError.from(error, "protocol"));
      return;
    }
    this.#bound();
  }

  /** Takes bytes of the root, or its end. */
  protected receiveRoot(data: Uint8Array): void {
    if (data.length === 0) this.#root.close();
    else this.#root.push(data);
  }

  /** What a status of the peer means. */
  protected abstract explain(message: BrokerMessage): RpcError;

  /** This side breaks off, and tells the peer. */
  protected break(error: RpcError): void {
    if (this.#over) return;
    this.tell();
    this.broken(error);
  }

  /** It broke. */
  protected broken(error: RpcError): void {
    if (this.#over) return;
    this.#over = true;
    this.failure = error;
    this.gate.close(() => error);
    this.#root.close(error);
    this.#paths?.close(error);
    this.onFailure?.(error);
    this.#release();
  }

  /** Peers in Rust also end paths that only lie on the way to others. */
  #receiveEnd(path: Path, suffix: string): void {
    if (!pathSetOf(this.options.declared).has(path)) return;
    const awaited = this.#awaited.delete(suffix);
    if (!awaited && this.#endedEarly.size < this.options.limits.maxOpenPaths) this.#endedEarly.add(suffix);
    this.#pathTable().receiveEnd(path);
  }

  /** Nothing more is wanted, but a peer that goes on sending has to be told. */
  #receiveLate(suffix: string, data: Uint8Array): void {
    if (this.#linger === undefined) return;
    if (data.length > 0 && this.#awaited.has(suffix)) this.#stopLingering();
    else if (data.length === 0 && this.#awaited.delete(suffix) && this.#awaited.size === 0) this.#release();
  }

  #stopLingering(): void {
    this.tellEnough();
    this.#release();
  }

  #endRoot(): void {
    if (this.#rootEnded) return;
    this.#rootEnded = true;
    this.endRoot();
  }

  #pathTable(): PathTable {
    if (this.#paths === undefined) {
      this.#paths = new PathTable(this, this.options.declared, this.options.limits.maxOpenPaths);
      if (this.#over) this.#paths.close(this.failure);
    }
    return this.#paths;
  }

  /** There is no way to hold the peer up, so what is not read is bounded by breaking off. */
  #bound(): void {
    const { maxBufferedBytes } = this.options.limits;
    if (this.budget.buffered < maxBufferedBytes) this.regulate();
    else {
      this.break(
        new RpcError(
          "resource-exhausted",
          `${this.budget.buffered} received bytes are unread, and plain wRPC over NATS cannot hold its peer up: read ` +
            "faster, or raise the limit maxBufferedBytes",
        ),
      );
    }
  }

  #release(): void {
    this.#linger?.stop();
    this.#linger = undefined;
    this.gate.close(() => new RpcError("cancelled", "the call is over"));
    this.connection?.forgetDrained(this.#onDrained);
    if (this.own !== "") this.connection?.close(this.own);
    this.options.onReleased();
  }
}

function tooLong(bytes: number, most: number): RpcError {
  return new RpcError(
    "resource-exhausted",
    `a string or handle of ${bytes} bytes does not fit into a message of NATS (${most}), and a Go peer cannot read it from ` +
      "several: pass it in parts, as list<u8> or as stream<u8>, or raise max_payload of the NATS server",
    { started: "no" },
  );
}

/** A client's subject or a server's gets a path's numbers behind it. */
function suffixOf(path: Path): string {
  return `.${path.join(".")}`;
}

/** Numbers with dots between them. `undefined` where there is something else, or there are too many. */
function parsePath(text: string, maxDepth: number): Path | undefined {
  if (text === "") return [];
  const parts = text.split(".", maxDepth + 1);
  if (parts.length > maxDepth) return undefined;
  return parts.every((part) => /^(0|[1-9]\d{0,9})$/.test(part)) ? parts.map(Number) : undefined;
}

/** What a server that fails a call says where its client would look for the result. */
export const failed: MessageOptions = { status: FAILED };

/** The status with which a server says that it reads no more of the parameters. */
export const ENOUGH = 410;

/** What such a server says where its client would look for the result. */
export const enough: MessageOptions = { status: { code: ENOUGH, description: "nothing more is read" } };

/** What a client that leaves says where its server would look for parameters. */
export const left: MessageOptions = { status: LEFT };
