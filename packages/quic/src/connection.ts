import { type Limits, RpcError } from "@witwire/rpc";
import type { Peer } from "@witwire/wit/values";
import { Liveness } from "./liveness.ts";
import { PeerStreams } from "./peer-streams.ts";
import { type HostPort, type QuicheConnection, StreamCode } from "./quiche.ts";
import { QuicStream, type StreamOwner } from "./stream.ts";

/** Largest datagram that is sent: what fits into every network (RFC 9000, 14.1), with the room that Ethernet leaves. */
export const DATAGRAM_BYTES = 1350;

/** Streams that are over, but perhaps not delivered, of which the connection keeps the numbers before it looks at them first. */
const FIRST_LOOK = 64;

/** Milliseconds that a connection which is closed in order waits for what it has sent to be acknowledged. */
const SETTLE_TIME = 500;

export interface ConnectionOwner {
  readonly limits: Limits;
  /** Sends a datagram to where the peer is. */
  send(datagram: Uint8Array, to: HostPort): void;
  /** The handshake is over. @returns why the peer is not accepted all the same */
  established(native: QuicheConnection): CloseReason | undefined;
  /** The peer has opened a stream. */
  opened(stream: QuicStream): void;
  /** The number of streams went from none to some, or back. */
  busy(isBusy: boolean): void;
  /** Says why a connection is gone. */
  explain(connection: QuicConnection, cause: CloseCause): RpcError;
  /** The connection is gone, and its streams with it. */
  closed(connection: QuicConnection, error: RpcError): void;
}

/** What a connection is closed with. */
export interface CloseReason {
  /** Whether the code is one of ours, and none of QUIC (RFC 9000, 20.1). */
  readonly isApp: boolean;
  readonly code: number;
}

/** What ended a connection. */
export type CloseCause = "closed" | "handshake-timeout" | "silence" | Error;

/**
 * A QUIC connection on either side: datagrams go into quiche and come out of it, streams in between.
 *
 * States: dialling (there is nothing to send with yet) -> handshaking -> established -> gone; any -> gone. What datagrams have brought is looked at once for all that
 * arrived in the same turn of the event loop, and what streams write leaves at the end of the turn.
 */
export class QuicConnection implements StreamOwner {
  readonly #owner: ConnectionOwner;
  readonly #isClient: boolean;
  readonly #peer: Peer;
  #native: QuicheConnection | undefined;
  #local: HostPort = { host: "::", port: 0 };
  readonly #streams = new Map<number, QuicStream>();
  /** Streams that were opened here and have no number yet, and those of them that have something to send, in order. */
  readonly #unnumbered = new Set<QuicStream>();
  readonly #waiting = new Set<QuicStream>();
  readonly #flushing = new Set<QuicStream>();
  /** Those that have more to send than the connection took. */
  readonly #blocked = new Set<QuicStream>();
  readonly #reading = new Set<QuicStream>();
  /** Streams that are over here, while quiche may still have to send their bytes again. */
  readonly #settling = new Set<number>();
  #nextLook = FIRST_LOOK;
  readonly #peerStreams: PeerStreams;
  readonly #liveness: Liveness;
  readonly #handshake: NodeJS.Timeout;
  #nextId = 0;
  #active = 0;
  #state: "dialling" | "handshaking" | "established" | "gone" = "dialling";
  #turnScheduled = false;
  #pumpScheduled = false;
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  #closing: CloseReason | undefined;
  #settleTimer: NodeJS.Timeout | undefined;
  #refusing = false;

  constructor(isClient: boolean, peer: Peer, owner: ConnectionOwner) {
    this.#isClient = isClient;
    this.#peer = peer;
    this.#owner = owner;
    this.#peerStreams = new PeerStreams(isClient ? 1 : 0);
    this.#liveness = new Liveness(owner.limits, {
      ping: () => this.#ping(),
      silent: () => this.#fail("silence"),
    });
    this.#handshake = setTimeout(() => this.#fail("handshake-timeout"), owner.limits.headerTimeout);
  }

  /** Quiche's side of it, from {@link QuicConnection.begin} on. */
  get native(): QuicheConnection | undefined {
    return this.#native;
  }

  get established(): boolean {
    return this.#state === "established";
  }

  get gone(): boolean {
    return this.#state === "gone";
  }

  /** Streams that are open, or wait to be. */
  get active(): number {
    return this.#active;
  }

  /** Begins the handshake; again, where the one that was begun reached nobody. */
  begin(native: QuicheConnection, local: HostPort): void {
    if (this.#state !== "dialling" && this.#state !== "handshaking") return;
    this.#native = native;
    this.#local = local;
    this.#state = "handshaking";
    this.#flush();
  }

  /** Whether no more streams can be opened. */
  get draining(): boolean {
    return this.#refusing || this.#closing !== undefined || this.#state === "gone";
  }

  /** Opens a stream, which may have to wait for the handshake, and until the peer allows one more. */
  open(): QuicStream {
    const stream = new QuicStream(this.#peer, this, true);
    this.#count(1);
    this.#unnumbered.add(stream);
    return stream;
  }

  /** Takes a datagram, which is changed. */
  receive(datagram: Uint8Array, from: HostPort): void {
    if (this.#native === undefined || this.gone) return;
    try {
      this.#native.recv(datagram, { from, to: this.#local });
      this.#liveness.heard();
    } catch {
      // What is none of this connection's is dropped; what is wrong has closed it, which is seen later.
    }
    if (this.#pumpScheduled) return;
    this.#pumpScheduled = true;
    setImmediate(() => this.#pump());
  }

  /** Ends it in order, once what was sent has arrived: streams that are open break. */
  close(reason: CloseReason = { isApp: true, code: StreamCode.none }): void {
    if (this.#state === "gone" || this.#closing !== undefined) return;
    this.#closing = reason;
    this.#settleTimer = setTimeout(() => this.#closeNow(), SETTLE_TIME);
    this.#closeWhenSettled();
  }

  /** Takes no more streams, and ends the connection in order once there are none. */
  drain(): void {
    this.#refusing = true;
    if (this.#active === 0) this.close();
  }

  /** Something outside has broken it. */
  fail(error: Error): void {
    this.#fail(error);
  }

  // What streams call

  flushSoon(stream: QuicStream): void {
    if (stream.id < 0) {
      if (this.#unnumbered.has(stream)) this.#waiting.add(stream);
    } else this.#flushing.add(stream);
    this.#scheduleTurn();
  }

  readSoon(stream: QuicStream): void {
    this.#reading.add(stream);
    this.#scheduleTurn();
  }

  refused(): void {
    this.drain();
  }

  released(stream: QuicStream): void {
    this.#unnumbered.delete(stream);
    this.#waiting.delete(stream);
    this.#flushing.delete(stream);
    this.#blocked.delete(stream);
    this.#reading.delete(stream);
    if (this.#streams.delete(stream.id) && !this.gone) {
      if (this.#settling.size >= this.#nextLook) {
        this.#forgetSettled();
        this.#nextLook = Math.max(FIRST_LOOK, 2 * this.#settling.size);
      }
      this.#settling.add(stream.id);
      this.#scheduleTurn();
    }
    this.#count(-1);
  }

  #count(change: 1 | -1): void {
    const wasBusy = this.#active > 0;
    this.#active += change;
    const isBusy = this.#active > 0;
    if (isBusy === wasBusy) return;
    this.#liveness.watch(isBusy && this.#state !== "gone");
    this.#owner.busy(isBusy);
    if (!isBusy && this.#refusing) this.#scheduleTurn();
  }

  #scheduleTurn(): void {
    if (this.#turnScheduled || this.#state === "gone") return;
    this.#turnScheduled = true;
    process.nextTick(() => this.#turn());
  }

  /** What streams asked for in this turn of the event loop. */
  #turn(): void {
    this.#turnScheduled = false;
    if (this.gone) return;
    for (const stream of this.#reading) {
      this.#reading.delete(stream);
      stream.read();
    }
    this.#flush();
    if (this.#refusing && this.#active === 0) this.close();
  }

  /** What datagrams have brought. */
  #pump(): void {
    this.#pumpScheduled = false;
    const native = this.#native;
    if (native === undefined || this.gone) return;
    if (this.#state === "handshaking" && native.isEstablished()) this.#establish(native);
    if (this.#state === "established" && !isOver(native)) {
      this.#readStreams(native);
      this.#writeStreams(native);
    }
    this.#flush();
    if (isOver(native)) this.#fail("closed");
    else this.#closeWhenSettled();
  }

  #establish(native: QuicheConnection): void {
    clearTimeout(this.#handshake);
    const refusal = this.#owner.established(native);
    if (refusal === undefined) this.#state = "established";
    else native.close(refusal.isApp, refusal.code, new Uint8Array(0));
  }

  #readStreams(native: QuicheConnection): void {
    for (const id of native.readable()) {
      const stream = this.#streams.get(id);
      if (stream !== undefined) stream.read();
      else if (this.#peerStreams.isNew(id)) this.#accept(native, id).read();
      else discard(native, id);
      if (this.gone) return;
    }
  }

  #accept(native: QuicheConnection, id: number): QuicStream {
    const stream = new QuicStream(this.#peer, this, false);
    stream.open(native, id);
    this.#streams.set(id, stream);
    this.#count(1);
    if (this.#refusing || this.#isClient) stream.refuse();
    else this.#owner.opened(stream);
    return stream;
  }

  #writeStreams(native: QuicheConnection): void {
    let some = false;
    for (const id of native.writable()) {
      some = true;
      const stream = this.#streams.get(id);
      if (stream === undefined) continue;
      if (stream.unsent) this.#flushing.add(stream);
      else stream.checkStopped();
    }
    // While the connection's window is used up quiche names none, not even those that the peer has stopped.
    if (!some && this.#blocked.size > 0) for (const stream of [...this.#streams.values()]) stream.checkStopped();
  }

  #openWaiting(native: QuicheConnection): void {
    if (this.#state !== "established" || this.#closing !== undefined) return;
    for (const stream of this.#waiting) {
      if (native.peerStreamsLeftBidi() === 0) return;
      this.#waiting.delete(stream);
      this.#unnumbered.delete(stream);
      stream.open(native, this.#nextId);
      this.#streams.set(this.#nextId, stream);
      this.#nextId += 4;
      this.#flushStream(stream);
    }
  }

  #flushStream(stream: QuicStream): void {
    stream.flush();
    if (stream.unsent) this.#blocked.add(stream);
    else this.#blocked.delete(stream);
  }

  #flush(): void {
    const native = this.#native;
    if (native === undefined || this.gone) return;
    this.#openWaiting(native);
    for (const stream of this.#flushing) {
      this.#flushing.delete(stream);
      this.#flushStream(stream);
    }
    if (this.gone) return;
    for (;;) {
      const datagram = Buffer.allocUnsafe(DATAGRAM_BYTES);
      const sent = native.send(datagram);
      if (sent === null) break;
      this.#owner.send(datagram.subarray(0, sent[0]), sent[1].to);
    }
    this.#setTimer(native.timeout());
  }

  #setTimer(wait: number | null): void {
    if (wait === null) return;
    const at = performance.now() + wait;
    // One that fires too early only finds that it is not time yet.
    if (at >= this.#timerAt) return;
    clearTimeout(this.#timer);
    this.#timerAt = at;
    this.#timer = setTimeout(() => this.#tick(), Math.max(1, Math.ceil(wait))).unref();
  }

  #tick(): void {
    this.#timerAt = Number.POSITIVE_INFINITY;
    const native = this.#native;
    if (native === undefined || this.gone) return;
    if (native.timeout() === 0) native.onTimeout();
    this.#flush();
    if (isOver(native)) this.#fail("closed");
  }

  #ping(): void {
    try {
      this.#native?.sendAckEliciting();
    } catch {
      // Then it is closing, and found out soon.
    }
    this.#flush();
  }

  #closeWhenSettled(): void {
    if (this.#closing === undefined || this.gone) return;
    this.#forgetSettled();
    if (this.#settling.size === 0) this.#closeNow();
  }

  #closeNow(): void {
    if (this.#closing === undefined || this.gone) return;
    try {
      this.#native?.close(this.#closing.isApp, this.#closing.code, new Uint8Array(0));
    } catch {
      // Then the peer was faster.
    }
    this.#flush();
    this.#fail("closed");
  }

  #forgetSettled(): void {
    for (const id of this.#settling) {
      try {
        this.#native?.streamCapacity(id);
      } catch {
        this.#settling.delete(id);
      }
    }
  }

  #fail(cause: CloseCause): void {
    if (this.#state === "gone") return;
    const error = this.#owner.explain(this, cause);
    this.#state = "gone";
    clearTimeout(this.#handshake);
    clearTimeout(this.#timer);
    clearTimeout(this.#settleTimer);
    this.#liveness.watch(false);
    for (const stream of [...this.#streams.values()]) stream.fail(error);
    const unsent = new RpcError("unavailable", error.message, {
      started: "no",
      retryable: error.retryable,
      cause: error,
    });
    for (const stream of [...this.#unnumbered]) stream.fail(error.started === "no" ? error : unsent);
    this.#owner.closed(this, error);
  }
}

function isOver(native: QuicheConnection): boolean {
  return native.isClosed() || native.isDraining() || native.localError() !== null;
}

const discarded = new Uint8Array(64 * 1024);

/** Takes what came for a stream that is over. */
function discard(native: QuicheConnection, id: number): void {
  try {
    while (native.streamRecv(id, discarded) !== null);
  } catch {
    // Then nothing of it is left.
  }
}
