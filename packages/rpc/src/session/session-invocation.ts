import type { PathPattern } from "@witwire/codec";
import type { Peer } from "@witwire/wit/values";
import type { Active } from "../active-set.ts";
import { RpcError } from "../errors.ts";
import type { Header } from "../framing/header.ts";
import type { Limits } from "../limits.ts";
import type { Arrived, ConnectionResources } from "../resources/connection-resources.ts";
import type { HandleCall, SessionHandles } from "../resources/session-handles.ts";
import type { RunningTimer, Timers } from "../timers.ts";
import type { AwaitedAnswer } from "../transport/call-handles.ts";
import type { IncomingPath, Invocation, InvocationTransport, Path } from "../transport/invocation.ts";
import type { FrameWriter, OpenFields } from "./frame-writer.ts";
import { ReceivePath, type ReceivePathOwner } from "./receive-path.ts";
import { ReceivePaths } from "./receive-paths.ts";
import { type PathSender, SendPath, type SendPathOwner } from "./send-path.ts";
import type { SessionBudget } from "./session-budget.ts";
import { DataFlag, MAX_WINDOW } from "./wire.ts";

/** What an opener says about its call in the first frame. */
export interface OutgoingRequest {
  readonly target: Header;
  /** On the clock of `performance.now()`; `Infinity` to say nothing. */
  readonly deadline: number;
  readonly metadata: Uint8Array | undefined;
}

/** What the invocations of a connection share. */
export interface InvocationHost {
  readonly peer: Peer;
  readonly timers: Timers;
  readonly limits: Limits;
  readonly budget: SessionBudget;
  /** Absent where handles are those of plain wRPC, which belong to no connection. */
  readonly resources: ConnectionResources | undefined;
  /** Calls to the peer on this connection, where there can be any. */
  readonly transport: InvocationTransport | undefined;
  readonly sender: PathSender & {
    /** For frames without data. */
    readonly frames: FrameWriter;
    /** Something was written to `frames`. */
    wake(): void;
  };
  /** The peer's first window of a path. */
  readonly peerWindow: number;
  roundTrip(): number | undefined;
  /** Gives an invocation of this side its number, when its first frame is about to be written. */
  number(invocation: SessionInvocation): OpenFields;
  /** Tells the peer that a call of its own has failed. */
  tellFailure(id: number, error: RpcError): void;
  /** The invocation is over, as far as the connection is concerned. */
  over(invocation: SessionInvocation): void;
}

const ROOT: Path = [];

/**
 * One invocation of a session, as its opener or its answerer has it.
 *
 * States: queued (an opener's, before its first frame) -> open -> closing (all that was wanted has arrived; the peer was
 * asked to end its half, for which it has a while) -> over. From any of them it is over at once by an error, by being
 * cancelled, or with its connection. An invocation is also over when both halves have ended.
 */
export class SessionInvocation implements Invocation, SendPathOwner, ReceivePathOwner, HandleCall, Active {
  slot = -1;
  /** 0 while it is queued. */
  id = 0;
  readonly stopsPaths = true;
  readonly joinsWrites = true;
  /** What the opener asks for. */
  readonly request: OutgoingRequest | undefined;
  onFailure: ((error: RpcError) => void) | undefined;
  onStop: ((path: Path) => void) | undefined;
  /** Whether an implementation runs for it, which makes it count although it may be over. */
  occupied = false;
  readonly #host: InvocationHost;
  readonly #declared: readonly PathPattern[];
  readonly #sendRoot: SendPath;
  readonly #receiveRoot: ReceivePath;
  /** Absent until there is a stream or future: most calls have none. */
  #sendPaths: Map<string, SendPath> | undefined;
  #receivePaths: ReceivePaths | undefined;
  #state: "queued" | "open" | "closing" | "over";
  #admitted = false;
  /** Number of paths with something to send. */
  #pending = 0;
  #ending = false;
  #sentEnd = false;
  #receivedEnd = false;
  #failure: RpcError | undefined;
  #linger: RunningTimer | undefined;
  #stall: RunningTimer | undefined;
  #stalledPaths = 0;
  /** Absent until there is a resource. */
  #handles: SessionHandles | undefined;

  /**
   * @param origin what is asked of the peer, for an opener; the number that the opener gave it, for an answerer
   * @param declared the paths besides the root on which the peer may send
   */
  constructor(host: InvocationHost, origin: OutgoingRequest | number, declared: readonly PathPattern[]) {
    this.#host = host;
    this.request = typeof origin === "number" ? undefined : origin;
    this.id = typeof origin === "number" ? origin : 0;
    this.#state = typeof origin === "number" ? "open" : "queued";
    this.#declared = declared;
    this.#sendRoot = new SendPath(ROOT, this, host.sender, host.peerWindow);
    this.#receiveRoot = new ReceivePath(ROOT, this);
  }

  get peer(): Peer {
    return this.#host.peer;
  }

  get timers(): Timers {
    return this.#host.timers;
  }

  get budget(): SessionBudget {
    return this.#host.budget;
  }

  get maxWindow(): number {
    return this.#host.limits.maxWindowBytes;
  }

  get handles(): SessionHandles | undefined {
    const { resources } = this.#host;
    if (resources !== undefined) this.#handles ??= resources.ofCall(this);
    return this.#handles;
  }

  get peerTransport(): InvocationTransport | undefined {
    return this.#host.transport;
  }

  get answers(): boolean {
    return this.request === undefined && this.#state === "open";
  }

  get awaited(): AwaitedAnswer | undefined {
    return this.#handles?.awaited;
  }

  get begun(): boolean {
    return this.id > 0;
  }

  get isOver(): boolean {
    return this.#state === "over";
  }

  /** Received bytes that count against the connection's budget. */
  get countedBytes(): number {
    let bytes = this.#receiveRoot.countedBytes;
    for (const path of this.#receivePaths?.open ?? []) bytes += path.countedBytes;
    return bytes;
  }

  roundTrip(): number | undefined {
    return this.#host.roundTrip();
  }

  /** The connection has room for it: its first frame may be sent. */
  admit(): void {
    this.#admitted = true;
    this.#sendRoot.schedule();
  }

  write(path: Path, bytes: Uint8Array): boolean {
    if (this.#state === "over" || this.#ending) return true;
    return this.#sendPath(path).write(bytes);
  }

  drained(path?: Path): Promise<void> {
    if (path !== undefined) return this.#existing(path)?.drained() ?? Promise.resolve();
    const sending = [this.#sendRoot, ...(this.#sendPaths?.values() ?? [])];
    return Promise.all(sending.map((one) => one.drained())).then(() => {});
  }

  endPath(path: Path): void {
    if (this.#state !== "over" && !this.#ending) this.#sendPath(path).end();
  }

  end(): void {
    if (this.#state === "over" || this.#ending) return;
    this.#ending = true;
    // The last path that has something to send says that this is all; where there is none, the root does.
    if (this.#pending === 0) this.#sendRoot.endAgain();
  }

  incoming(path: Path): IncomingPath {
    return path.length === 0 ? this.#receiveRoot : this.#paths().claim(path);
  }

  queuedBytes(path: Path): number | undefined {
    if (this.#state === "over" || this.#ending) return undefined;
    const sending = this.#existing(path);
    if (sending === undefined) return 0;
    return sending.ended ? undefined : sending.queuedBytes;
  }

  close(): void {
    this.#handles?.close();
    if (this.#state === "over" || this.#state === "closing") return;
    this.#state = "closing";
    this.end();
    this.#receiveRoot.discard();
    this.#receivePaths?.discardAll();
    if (this.#receivedEnd) {
      this.#overWhenEnded();
      return;
    }
    this.#host.sender.frames.stop(this.id, ROOT);
    this.#host.sender.wake();
    this.#linger = this.timers.guard(this.#host.limits.lingerTimeout, () => this.#stopLingering());
  }

  abort(error: RpcError): void {
    this.#handles?.close();
    if (this.#state === "over") return;
    this.onFailure = undefined;
    this.breakOff(error);
  }

  // What its paths ask for

  mayEmit(path: SendPath): boolean {
    return this.#state === "queued" ? this.#admitted && path === this.#sendRoot : this.#state !== "over";
  }

  pending(_path: SendPath, pending: boolean): void {
    this.#pending += pending ? 1 : -1;
  }

  emit(path: SendPath, writer: FrameWriter): void {
    const count = path.frameBytes;
    const last = (path.ended || this.#ending) && count === path.queuedBytes;
    const halfEnd = last && this.#ending && this.#pending === 1;
    const leaving = this.#handles?.leaving(path.path, count);
    if (leaving !== undefined) writer.give(leaving);
    if (this.#state === "queued") this.#emitOpen(writer, count, halfEnd);
    else writer.data(this.id, path.path, path, count, halfEnd ? DataFlag.halfEnd : last ? DataFlag.pathEnd : 0);
    if (last) this.#finish(path);
    if (halfEnd) this.#endSent();
  }

  stalled(_path: SendPath, stalled: boolean): void {
    this.#stalledPaths += stalled ? 1 : -1;
    this.#stall?.stop();
    const { stallTimeout } = this.#host.limits;
    this.#stall =
      this.#stalledPaths === 0 || this.#state === "over"
        ? undefined
        : this.timers.guard(stallTimeout, () => {
            this.breakOff(
              new RpcError("resource-exhausted", `the peer has not read for ${stallTimeout} ms (limit stallTimeout)`),
            );
          });
  }

  grant(path: ReceivePath, bytes: number): void {
    if (this.#state !== "open") return;
    this.#host.sender.frames.credit(this.id, path.path, bytes);
    this.#host.sender.wake();
  }

  discarded(path: ReceivePath): void {
    if (path === this.#receiveRoot) return;
    this.#handles?.discard(path.path);
    this.#receivePaths?.forget(path);
    if (this.#state !== "open" || path.closed) return;
    this.#host.sender.frames.stop(this.id, path.path);
    this.#host.sender.wake();
  }

  // What the peer says

  /**
   * Bytes arrived on a path.
   *
   * @param flags those of {@link DataFlag} that hold behind them
   * @throws RpcError `protocol`, which ends the connection
   */
  receive(path: Path, bytes: Uint8Array, flags: number): void {
    if (this.#receivedEnd) throw new RpcError("protocol", `data came for call ${this.id}, whose half had ended`);
    const halfEnd = (flags & DataFlag.halfEnd) !== 0;
    const ended = halfEnd || (flags & DataFlag.pathEnd) !== 0;
    this.#receivedEnd = halfEnd;
    if (path.length > 0) this.#receiveOnPath(path, bytes, ended);
    else if (bytes.length > 0 || !this.#receiveRoot.closed) this.#receiveRoot.receive(bytes, ended);
    if (halfEnd) this.#endReceived();
  }

  /** Resources came, which the bytes behind them on a path hold. */
  receiveHandles(path: Path, arrived: readonly Arrived[]): void {
    if (this.#state === "closing" || this.#state === "over") this.#host.resources?.letGo(arrived);
    else this.handles?.arrived(path, arrived);
  }

  /** Those who read at once have read. */
  settle(): void {
    this.#receiveRoot.settle();
  }

  /** The peer may be sent more. */
  receiveCredit(path: Path, bytes: number): void {
    const sending = this.#existing(path);
    // A path that is finished may have been forgotten, and so may one that was stopped.
    if (sending === undefined) return;
    if (sending.credit + bytes > MAX_WINDOW) throw new RpcError("protocol", `a window exceeds ${MAX_WINDOW} bytes`);
    sending.grant(bytes);
  }

  /** The peer wants nothing more of a path, or of all where that is the root. */
  receiveStop(path: Path): void {
    if (path.length > 0) {
      const stopped = this.#sendPaths?.get(path.join());
      if (stopped === undefined || stopped.ended) return;
      stopped.discard();
      this.#handles?.stopGiving(path);
    } else {
      this.#handles?.stopGiving();
      this.#sendRoot.discard();
      for (const sending of this.#sendPaths?.values() ?? []) sending.discard();
    }
    this.onStop?.(path);
    if (path.length === 0) this.end();
  }

  /** It failed: the peer says so, or the connection broke. */
  fail(error: RpcError): void {
    if (this.#state === "over") return;
    this.#over(error);
  }

  /** It cannot go on, which the peer is told. */
  breakOff(error: RpcError): void {
    if (this.#state === "over") return;
    if (this.id > 0) {
      if (this.request === undefined) this.#host.tellFailure(this.id, error);
      else {
        this.#host.sender.frames.cancel(this.id, error.code);
        this.#host.sender.wake();
      }
    }
    this.#over(error);
  }

  #receiveOnPath(path: Path, bytes: Uint8Array, ended: boolean): void {
    if (this.#state === "closing") return;
    let receiving: ReceivePath | undefined;
    try {
      receiving = this.#paths().expect(path);
    } catch (error) {
      this.breakOff(RpcError.from(error, "protocol"));
      return;
    }
    if (receiving === undefined) {
      this.#handles?.discard(path);
      return;
    }
    receiving.receive(bytes, ended);
    receiving.settle();
  }

  #finish(path: SendPath): void {
    path.finish();
    if (path !== this.#sendRoot) this.#sendPaths?.delete(path.path.join());
  }

  #emitOpen(writer: FrameWriter, count: number, halfEnd: boolean): void {
    const fields = this.#host.number(this);
    this.#state = "open";
    writer.open(this.id, fields, this.#sendRoot, count, halfEnd);
    this.#handles?.numbered();
    for (const path of this.#sendPaths?.values() ?? []) path.schedule();
  }

  #existing(path: Path): SendPath | undefined {
    return path.length === 0 ? this.#sendRoot : this.#sendPaths?.get(path.join());
  }

  #sendPath(path: Path): SendPath {
    if (path.length === 0) return this.#sendRoot;
    const key = path.join();
    this.#sendPaths ??= new Map();
    let sending = this.#sendPaths.get(key);
    if (sending === undefined) {
      sending = new SendPath([...path], this, this.#host.sender, this.#host.peerWindow);
      this.#sendPaths.set(key, sending);
    }
    return sending;
  }

  #paths(): ReceivePaths {
    if (this.#receivePaths === undefined) {
      this.#receivePaths = new ReceivePaths(this, this.#declared, this.#host.limits.maxOpenPaths);
      if (this.#receivedEnd || this.#state === "over") this.#receivePaths.close(this.#failure);
    }
    return this.#receivePaths;
  }

  #endSent(): void {
    this.#sentEnd = true;
    this.#overWhenEnded();
  }

  #endReceived(): void {
    this.#receiveRoot.close();
    this.#receivePaths?.close();
    this.#overWhenEnded();
  }

  #overWhenEnded(): void {
    if (this.#sentEnd && this.#receivedEnd && this.#state !== "over") this.#over();
  }

  /** A peer that does not end its half is told that nobody waits for that any more. */
  #stopLingering(): void {
    this.breakOff(new RpcError("cancelled", "the call is over"));
  }

  #over(failure?: RpcError): void {
    this.#state = "over";
    this.#failure = failure;
    this.#linger?.stop();
    this.#stall?.stop();
    this.#sendRoot.close();
    for (const path of this.#sendPaths?.values() ?? []) path.close();
    this.#handles?.stopGiving();
    this.#handles?.numbered();
    this.#host.over(this);
    if (failure === undefined) return;
    this.#handles?.close();
    const { onFailure } = this;
    this.onFailure = undefined;
    this.onStop = undefined;
    this.#receiveRoot.close(failure);
    this.#receivePaths?.close(failure);
    onFailure?.(failure);
  }
}
