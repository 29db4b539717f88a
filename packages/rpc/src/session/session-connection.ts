import type { Metadata, Peer } from "@witwire/wit/values";
import type { Active } from "../active-set.ts";
import { isRpcError, RpcError } from "../errors.ts";
import type { Header } from "../framing/header.ts";
import type { Limits } from "../limits.ts";
import type {
  AnsweringCall,
  Arrived,
  ConnectionResources,
  ResourceOwner,
  SessionResources,
} from "../resources/connection-resources.ts";
import type { RunningTimer, Timers } from "../timers.ts";
import type { Duplex, DuplexEvents } from "../transport/duplex.ts";
import type { InvocationTransport, OpenRequest, Path, TransportStats } from "../transport/invocation.ts";
import { ConnectionTransport } from "./connection-transport.ts";
import type { Cursor } from "./cursor.ts";
import type { WireFailure } from "./frame-reader.ts";
import type { OpenFields } from "./frame-writer.ts";
import { Futility } from "./futility.ts";
import { IdTable } from "./id-table.ts";
import { Keepalive, type KeepaliveOwner } from "./keepalive.ts";
import { LineWriter } from "./line-writer.ts";
import { encodeMetadata } from "./metadata.ts";
import type { HeadReader, OpenHead } from "./open-reader.ts";
import { OwnCalls } from "./own-calls.ts";
import type { PeerCalls } from "./peer-calls.ts";
import { PrefaceReader } from "./preface.ts";
import { SessionBudget } from "./session-budget.ts";
import { type InvocationHost, type OutgoingRequest, SessionInvocation } from "./session-invocation.ts";
import { DEFAULT_SETTINGS, readSettings, type Settings, settingPairs } from "./settings.ts";
import { SentTargets } from "./target-table.ts";
import { type TurnOwner, TurnReader } from "./turn-reader.ts";
import { PREFACE, SESSION_VERSION } from "./wire.ts";
import { fromWireFailure } from "./wire-failure.ts";

/** A call that the peer has opened. */
export interface OpenedCall {
  readonly target: Header;
  readonly metadata: Metadata;
  /** On the clock of `performance.now()`; `Infinity` where the caller set none. */
  readonly deadline: number;
  readonly invocation: SessionInvocation;
}

/** What a connection needs of those who own it. */
export interface SessionOwner {
  readonly limits: Limits;
  readonly timers: Timers;
  /** Makes what keeps the resources of a connection; absent where there are to be none. */
  readonly makeResources: SessionResources | undefined;
  /** Makes what takes the peer's calls; absent where none are answered. */
  readonly makePeerCalls: ((connection: SessionConnection) => PeerCalls) | undefined;
  /** A call was not taken. */
  refused(error: RpcError, target: Header | undefined, connection: SessionConnection): void;
  /** Both sides have introduced themselves. */
  ready(connection: SessionConnection): void;
  /** The peer takes no more calls. */
  draining(connection: SessionConnection): void;
  /** The byte stream is free. `failure` says why, unless it ended in order. */
  released(connection: SessionConnection, failure: RpcError | undefined): void;
}

/** Bytes of frames without data that may wait to be sent before the peer is no longer read from. */
const MAX_WAITING_BYTES = 1024 * 1024;

/**
 * One byte stream with many invocations on it, opened by either side.
 *
 * States: greeting (the peer's preface and settings have not come; this side sends what it likes under the default
 * settings) -> ready -> draining (one side has said that it takes no more calls; those under way go on) -> ending (all
 * are over, the byte stream is ended) -> released. A violation of the protocol goes from any state to ending at once,
 * with a GOAWAY that says why; a byte stream that breaks, and a peer that is silent for too long, to released.
 */
export class SessionConnection
  implements TurnOwner, InvocationHost, DuplexEvents, KeepaliveOwner, ResourceOwner, HeadReader, Active
{
  slot = -1;
  readonly owner: SessionOwner;
  readonly limits: Limits;
  readonly timers: Timers;
  readonly budget: SessionBudget;
  readonly sender: LineWriter;
  readonly resources: ConnectionResources | undefined;
  /** Calls to the peer on this connection, and on no other. */
  readonly transport: InvocationTransport = new ConnectionTransport(this);
  readonly #duplex: Duplex;
  readonly #isClient: boolean;
  readonly #preface: PrefaceReader;
  readonly #reader: TurnReader;
  readonly #keepalive: Keepalive;
  readonly #futility: Futility;
  readonly #invocations = new IdTable<SessionInvocation>();
  readonly #own: OwnCalls;
  /** Absent where no calls of the peer are answered. */
  readonly #peerCalls: PeerCalls | undefined;
  readonly #targets = new SentTargets();
  #state: "greeting" | "ready" | "draining" | "ending" | "released" = "greeting";
  #peerSettings: Settings = DEFAULT_SETTINGS;
  #heardSettings = false;
  /** What the next OPEN or DATA begins to give away. */
  #given: Arrived[] | undefined;
  /** The last number of the peer's that was used. Those of a client are odd, those of a server even. */
  #peerLastId: number;
  /** Why a server takes no calls, although it has not been greeted yet. */
  #drainWhenReady: RpcError | undefined;
  /** Why the peer went away, where it said so. */
  #farewell: RpcError | undefined;
  #failure: RpcError | undefined;
  #receivedEnd = false;
  #flushed = false;
  #paused = false;
  /** For the peer's greeting first, then for its end. */
  #guard: RunningTimer | undefined;
  #blockedGuard: RunningTimer | undefined;

  /**
   * The side that opened the byte stream speaks first.
   *
   * @param patient whether calls of this side wait until the peer has introduced itself. Until then nobody can tell a
   * connection that a server took from one that it never saw, so calls that left would be lost without a word about
   * whether they ran. Default `false`: they leave at once, a round trip earlier
   */
  constructor(duplex: Duplex, role: "client" | "server", owner: SessionOwner, patient = false) {
    this.owner = owner;
    this.limits = owner.limits;
    this.timers = owner.timers;
    this.#duplex = duplex;
    this.#isClient = role === "client";
    const room = patient ? 0 : DEFAULT_SETTINGS.maxInvocations;
    this.#own = new OwnCalls(this.#isClient, room, this.limits.maxQueuedCalls);
    this.#peerLastId = this.#isClient ? 0 : -1;
    this.budget = new SessionBudget(this.limits);
    this.sender = new LineWriter(
      duplex,
      (blocked) => this.#blocked(blocked),
      (error) => this.abort(RpcError.from(error)),
    );
    this.resources = owner.makeResources?.(this);
    this.#peerCalls = owner.makePeerCalls?.(this);
    this.#preface = new PrefaceReader();
    this.#reader = new TurnReader(this, this.limits, this.#peerCalls ?? this);
    this.#keepalive = new Keepalive(this);
    this.#futility = new Futility(this.limits);
  }

  get peer(): Peer {
    return this.#duplex.peer;
  }

  get peerWindow(): number {
    return this.#peerSettings.initialWindow;
  }

  get peerHandles(): number {
    return this.#peerSettings.maxHandles;
  }

  /** Whether calls can be opened on it. */
  get accepting(): boolean {
    return this.#state === "greeting" || this.#state === "ready";
  }

  /** Whether the peer has introduced itself. */
  get isReady(): boolean {
    return this.#state === "ready";
  }

  /** Calls that are under way or wait for room. */
  get size(): number {
    return this.#invocations.size + this.#own.size;
  }

  stats(): TransportStats {
    return {
      invocations: this.size,
      connections: this.#state === "released" ? 0 : 1,
      timers: 0,
      handles: this.resources?.size ?? 0,
    };
  }

  /** A client greets at once, a server once it was greeted. */
  start(): void {
    this.#guard = this.timers.guard(this.limits.headerTimeout, () => this.#late());
    if (this.#isClient) {
      this.#duplex.start(this);
      this.#greet();
    }
  }

  /**
   * Opens a call. It waits where the peer has no room for it.
   *
   * @throws RpcError `resource-exhausted` when too many wait already, or the metadata is too large for the peer;
   * `unavailable` when the connection takes no more; `invalid-argument` for metadata that is none
   */
  open(request: OpenRequest): SessionInvocation {
    if (!this.accepting) throw this.#gone();
    const invocation = new SessionInvocation(this, this.#outgoing(request), request.asyncPaths);
    this.#own.add(invocation);
    return invocation;
  }

  /** Takes no more calls of either side and ends once those under way are over. */
  drain(reason: RpcError): void {
    if (!this.accepting) return;
    if (this.#state === "greeting" && !this.#isClient) {
      // Calls may be on their way, and their caller has to learn that they were not taken.
      this.#drainWhenReady ??= reason;
      return;
    }
    this.#state = "draining";
    this.sender.frames.goAway(Math.max(this.#peerLastId, 0), reason.code, reason.message);
    this.sender.wake();
    this.#endWhenIdle();
  }

  /** Breaks everything off. */
  abort(reason: RpcError): void {
    if (this.#state === "released") return;
    this.#duplex.abort(reason);
    this.#release(reason);
  }

  /** An implementation has come to its end. */
  vacate(invocation: SessionInvocation): void {
    this.#peerCalls?.vacate(invocation);
  }

  // What those need who take the peer's calls

  /** A call of the peer was taken. */
  adopt(invocation: SessionInvocation): void {
    this.#invocations.add(invocation);
  }

  /** The peer has asked for something that is of no use to it. @throws RpcError where it does so again and again */
  countFutile(): void {
    this.#futility.count();
  }

  // What its invocations ask for

  tellFailure(id: number, error: RpcError): void {
    this.#peerCalls?.tellFailure(id, error);
  }

  roundTrip(): number | undefined {
    return this.#keepalive.roundTrip();
  }

  number(invocation: SessionInvocation): OpenFields {
    const { target, deadline, metadata } = invocation.request as OutgoingRequest;
    invocation.id = this.#own.number(invocation);
    this.#invocations.add(invocation);
    const remaining = deadline - performance.now();
    const timeout = remaining <= 0 ? 0 : Math.ceil(remaining * 1000);
    return { target: this.#targets.refer(target), timeout, metadata };
  }

  over(invocation: SessionInvocation): void {
    if (invocation.request === undefined) {
      this.#invocations.delete(invocation);
      this.#peerCalls?.over(invocation);
    } else {
      if (invocation.begun) this.#invocations.delete(invocation);
      this.#own.over(invocation);
    }
    this.#endWhenIdle();
  }

  answering(call: number): AnsweringCall | undefined {
    const invocation = this.#invocations.get(call);
    return invocation?.answers === true ? invocation.handles : undefined;
  }

  sendDrop(numbers: readonly number[]): void {
    this.sender.frames.drop(numbers);
    this.sender.wake();
  }

  sendPing(bytes: Uint8Array): void {
    this.sender.frames.ping(bytes, false);
    this.sender.wake();
  }

  lost(): void {
    const { keepaliveInterval, keepaliveTimeout } = this.limits;
    this.abort(
      new RpcError(
        "unavailable",
        `the peer was silent for ${keepaliveInterval} ms, and has not answered a ping for ${keepaliveTimeout} ms more ` +
          "(limits keepaliveInterval, keepaliveTimeout)",
      ),
    );
  }

  // What the byte stream reports

  data(bytes: Uint8Array): void {
    if (!this.listening) return;
    this.#keepalive.heard();
    if (this.#preface.complete) this.#reader.push(bytes, 0);
    else this.#greeted(bytes);
  }

  end(): void {
    this.#reader.finish();
    this.#receivedEnd = true;
    if (this.#state === "released") return;
    if (this.#state === "ending") {
      this.#releaseWhenEnded();
      return;
    }
    if (this.size > 0 || !this.#heardSettings) {
      this.#failure ??= this.#farewell ?? new RpcError("unavailable", this.#describeEnd());
      this.#failAll(this.#failure);
    }
    this.#end();
  }

  flushed(): void {
    this.#flushed = true;
    if (this.#state === "ending") this.#releaseWhenEnded();
  }

  error(error: Error): void {
    this.#reader.finish();
    if (this.#state === "released") return;
    this.#release(this.#farewell ?? this.#failure ?? lossOf(error));
  }

  /** Some of the received frames were read. */
  turnRead(): void {
    if (this.budget.full) this.#relieve();
    if (this.sender.frames.length > MAX_WAITING_BYTES) this.#pause();
  }

  get listening(): boolean {
    return this.#state !== "ending" && this.#state !== "released";
  }

  // What frames say

  onSettings(cursor: Cursor): void {
    const settings = readSettings(cursor, this.#peerSettings);
    if (this.#heardSettings) {
      this.#peerSettings = { ...this.#peerSettings, maxInvocations: settings.maxInvocations };
    } else {
      this.#peerSettings = settings;
      this.#heardSettings = true;
      this.#guard?.stop();
      if (this.#state === "greeting") this.#state = "ready";
      this.#keepalive.start();
      this.owner.ready(this);
      if (this.#drainWhenReady !== undefined) this.drain(this.#drainWhenReady);
    }
    this.#own.makeRoom(this.#peerSettings.maxInvocations);
  }

  onOpen(head: OpenHead, bytes: Uint8Array, halfEnd: boolean): void {
    this.#peerCalls?.open(head, bytes, halfEnd, this.#nextPeerCall(head.id));
  }

  /** Refuses a call where nothing is answered. */
  read(id: number): undefined {
    const given = this.#nextPeerCall(id);
    if (given !== undefined) this.resources?.letGo(given);
    if (this.#state === "ready") this.sender.tellFailure(id, notAnswered);
  }

  onData(id: number, path: Path, bytes: Uint8Array, flags: number): void {
    const given = this.#takeGiven();
    const invocation = this.#find(id);
    if (given !== undefined) this.#deliver(given, invocation, path);
    if (invocation === undefined) return;
    invocation.receive(path, bytes, flags);
    invocation.settle();
  }

  onFailure(id: number, failure: WireFailure): void {
    const invocation = this.#find(id);
    if (invocation === undefined) return;
    if (invocation.request === undefined) throw new RpcError("protocol", `the opener of call ${id} answered it`);
    invocation.fail(fromWireFailure(failure));
  }

  onCancel(id: number, code: string): void {
    const invocation = this.#find(id);
    if (invocation === undefined) return;
    if (invocation.request !== undefined) throw new RpcError("protocol", `call ${id} was cancelled by its answerer`);
    invocation.fail(new RpcError(code, "the caller has given the call up"));
  }

  onCredit(id: number, path: Path, bytes: number): void {
    if (bytes === 0) throw new RpcError("protocol", "credit of no bytes");
    this.#find(id)?.receiveCredit(path, bytes);
  }

  onStop(id: number, path: Path): void {
    this.#find(id)?.receiveStop(path);
  }

  onPing(bytes: Uint8Array, ack: boolean): void {
    this.#checkGreeted();
    if (ack) {
      this.#keepalive.answered(bytes);
      return;
    }
    this.#futility.count();
    this.sender.frames.ping(bytes, true);
    this.sender.wake();
  }

  onGoAway(lastId: number, code: string, message: string): void {
    this.#farewell = new RpcError(code, message);
    if (this.accepting) {
      this.#state = "draining";
      this.owner.draining(this);
    }
    if (this.#heardSettings) this.#guard?.stop();
    const refused = new RpcError("unavailable", `the peer takes no more calls: ${message} [${code}]`, {
      started: "no",
    });
    for (const invocation of this.#own.snapshot()) invocation.fail(refused);
    for (const invocation of this.#invocations.snapshot()) {
      if (invocation.request !== undefined && invocation.id > lastId) invocation.fail(refused);
    }
    this.#endWhenIdle();
  }

  onDrop(numbers: readonly number[]): void {
    this.#checkGreeted();
    // Those that this side has freed may still be dropped, but not again and again.
    if (!this.#resources().dropped(numbers)) this.#futility.count();
  }

  onGive(handles: readonly number[]): void {
    this.#checkGreeted();
    const arrived = this.#resources().receive(handles);
    if (this.#given === undefined) this.#given = arrived;
    else for (const each of arrived) this.#given.push(each);
  }

  /** @throws RpcError `protocol` where there are none, as the peer was told */
  #resources(): ConnectionResources {
    if (this.resources === undefined) throw new RpcError("protocol", "the peer speaks of resources, and may give none");
    return this.resources;
  }

  #takeGiven(): Arrived[] | undefined {
    const given = this.#given;
    if (given !== undefined) this.#given = undefined;
    return given;
  }

  /** Resources that the next bytes of a call's path hold. More than this side is willing to have fail the call. */
  #deliver(given: Arrived[], invocation: SessionInvocation | undefined, path: Path): void {
    if (invocation === undefined) this.resources?.letGo(given);
    else invocation.receiveHandles(path, given);
    const crowded = this.resources?.crowded;
    if (crowded === undefined) return;
    this.#futility.count();
    invocation?.breakOff(crowded);
  }

  /** Why no call can be opened. */
  #gone(): RpcError {
    const why =
      this.#state === "draining"
        ? "the session takes no more calls"
        : "the session has ended, and the resources that lived in it: get others";
    return new RpcError("unavailable", why, { started: "no", cause: this.#failure });
  }

  #greet(): void {
    this.sender.frames.bytes(PREFACE);
    this.sender.frames.settings(
      settingPairs(this.resources === undefined ? { ...this.limits, maxHandles: 0 } : this.limits),
    );
    this.sender.wake();
  }

  /** Reads what introduces the peer, and what may follow it. */
  #greeted(bytes: Uint8Array): void {
    try {
      const at = this.#preface.push(bytes);
      if (!this.#preface.complete) return;
      if (!this.#isClient) this.#greet();
      else if (this.#preface.version > SESSION_VERSION) {
        const { version } = this.#preface;
        throw new RpcError("protocol", `the peer wants to speak version ${version}, which was not offered`);
      }
      this.#reader.push(bytes, at);
    } catch (error) {
      this.violated(error);
    }
  }

  #outgoing({ instance, name, metadata, timeout }: OpenRequest): OutgoingRequest {
    const encoded = encodeMetadata(metadata);
    const { maxMetadataBytes } = this.#peerSettings;
    if (encoded !== undefined && encoded.length > maxMetadataBytes) {
      throw new RpcError(
        "resource-exhausted",
        `metadata of ${encoded.length} bytes; the peer takes ${maxMetadataBytes}`,
        {
          started: "no",
        },
      );
    }
    return { target: { instance, name }, deadline: performance.now() + timeout, metadata: encoded };
  }

  /** Takes note of the number of a call that the peer opens. @returns the resources that come with it */
  #nextPeerCall(id: number): Arrived[] | undefined {
    this.#checkGreeted();
    if (id <= this.#peerLastId || id % 2 !== Math.abs(this.#peerLastId % 2)) {
      throw new RpcError(
        "protocol",
        `the peer opened call ${id} after ${this.#peerLastId}: not the next of its numbers`,
      );
    }
    this.#peerLastId = id;
    return this.#takeGiven();
  }

  /** The invocation of a number; `undefined` when it is over. @throws RpcError `protocol` when it never was */
  #find(id: number): SessionInvocation | undefined {
    const invocation = this.#invocations.get(id);
    if (invocation !== undefined) return invocation;
    const { lastId } = this.#own;
    const own = Math.abs(lastId % 2) === id % 2;
    if (id > 0 && id <= (own ? lastId : this.#peerLastId)) return undefined;
    throw new RpcError("protocol", `the peer speaks of call ${id}, which nobody has opened`);
  }

  #checkGreeted(): void {
    if (!this.#heardSettings) throw new RpcError("protocol", "the first frame of a peer has to be its settings");
  }

  /** Fails the call that holds the most, so that the others can go on. */
  #relieve(): void {
    let largest: SessionInvocation | undefined;
    let most = DEFAULT_SETTINGS.initialWindow;
    for (const invocation of this.#invocations.snapshot()) {
      const bytes = invocation.countedBytes;
      if (bytes < most) continue;
      largest = invocation;
      most = bytes;
    }
    largest?.breakOff(
      new RpcError(
        "resource-exhausted",
        `${this.budget.buffered} received bytes of the connection are unread, ${most} of them of this call, the most of ` +
          "all: read its streams at the same time, or raise the limit maxBufferedBytes",
      ),
    );
  }

  #blocked(blocked: boolean): void {
    this.#blockedGuard?.stop();
    if (blocked) {
      const { stallTimeout } = this.limits;
      this.#blockedGuard = this.timers.guard(stallTimeout, () => {
        this.abort(new RpcError("unavailable", `the peer has not read for ${stallTimeout} ms (limit stallTimeout)`));
      });
    } else if (this.#paused) {
      this.#paused = false;
      this.#duplex.resume();
    }
  }

  /** A peer that does not read its answers gets no more of them. */
  #pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    this.#duplex.pause();
  }

  #late(): void {
    const { headerTimeout } = this.limits;
    const error = new RpcError(
      this.#isClient ? "unavailable" : "deadline-exceeded",
      `the peer has not introduced itself as a session within ${headerTimeout} ms (limit headerTimeout)`,
    );
    if (!this.#isClient) this.owner.refused(error, undefined, this);
    this.abort(error);
  }

  /** The peer has broken the protocol, or a limit that protects the connection. */
  violated(cause: unknown): void {
    const error = RpcError.from(cause, "protocol");
    this.owner.refused(error, undefined, this);
    if (!this.#preface.complete) {
      this.abort(error);
      return;
    }
    this.#failure = error;
    if (this.accepting) this.owner.draining(this);
    this.#state = "draining";
    this.sender.frames.goAway(Math.max(this.#peerLastId, 0), error.code, error.message);
    this.#failAll(error);
    this.#end();
  }

  /** Fails all calls, those that the peer has not heard of with the assurance that nothing has happened. */
  #failAll(error: RpcError): void {
    const unheard =
      error.started === "no" ? error : new RpcError("unavailable", error.message, { started: "no", cause: error });
    for (const invocation of this.#own.snapshot()) invocation.fail(unheard);
    for (const invocation of this.#invocations.snapshot()) invocation.fail(error);
  }

  #endWhenIdle(): void {
    if (this.#state === "draining" && this.size === 0) this.#end();
  }

  #end(): void {
    if (this.#state === "ending" || this.#state === "released") return;
    if (this.accepting) this.owner.draining(this);
    this.#state = "ending";
    this.#keepalive.stop();
    this.#guard?.stop();
    this.#guard = this.timers.guard(this.limits.lingerTimeout, () => {
      this.#duplex.abort();
      this.#release(this.#failure);
    });
    if (this.#paused) this.#duplex.resume();
    this.sender.end();
    this.#releaseWhenEnded();
  }

  #releaseWhenEnded(): void {
    if (this.#receivedEnd && this.#flushed) this.#release(this.#failure);
  }

  #release(failure: RpcError | undefined): void {
    if (this.#state === "released") return;
    this.#state = "released";
    this.#own.makeRoom(0);
    this.#guard?.stop();
    this.#blockedGuard?.stop();
    this.#keepalive.stop();
    this.sender.close();
    this.resources?.end();
    this.#failAll(failure ?? new RpcError("unavailable", "the connection was closed"));
    this.owner.released(this, failure);
  }

  #describeEnd(): string {
    if (this.#heardSettings || !this.#isClient) return "the peer ended the connection";
    const { address, transport } = this.peer;
    const where = address ?? `a ${transport} stream`;
    return (
      `the peer at ${where} ended the connection before it introduced itself as a session: if it speaks plain wRPC, ` +
      `use wrpc+${address ?? "tcp://…"}`
    );
  }
}

/** What callers are told where nothing is answered. */
const notAnswered: WireFailure = {
  code: "unimplemented",
  started: 0,
  retryable: false,
  message: "this client answers no calls",
};

/** What calls are told when their byte stream breaks. */
function lossOf(error: Error): RpcError {
  if (isRpcError(error) && (error.code === "unavailable" || error.started === "no")) return error;
  return new RpcError("unavailable", error.message, { cause: error });
}
