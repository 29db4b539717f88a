import { type Duplex, type DuplexEvents, RpcError } from "@witwire/rpc";
import type { Peer } from "@witwire/wit/values";
import { type QuicheConnection, READ, StreamCode, streamErrorCode, WRITE } from "./quiche.ts";

/** What a stream asks of its connection. */
export interface StreamOwner {
  /** Has {@link QuicStream.flush} called, in this turn of the event loop but not now. */
  flushSoon(stream: QuicStream): void;
  /** The same for {@link QuicStream.read}. */
  readSoon(stream: QuicStream): void;
  /** The peer takes no more streams. */
  refused(): void;
  /** Neither half is used any more. */
  released(stream: QuicStream): void;
}

/** Bytes that wait to be sent, above which a producer is asked to wait too. */
const HIGH_WATER = 64 * 1024;

/** Small chunks are handed over together, up to this many bytes. */
const GATHER_BYTES = 16 * 1024;

const nothing = new Uint8Array(0);

/** Where streams are read to before it is known how much there is. */
const scratch = new Uint8Array(64 * 1024);

/**
 * A bidirectional stream of a QUIC connection as a byte stream.
 *
 * States: waiting (for the connection, or until the peer allows another stream) -> open -> over. Each half of an open one
 * ends on its own, with a FIN; RESET_STREAM and STOP_SENDING break both.
 */
export class QuicStream implements Duplex {
  readonly peer: Peer;
  onDrain: (() => void) | undefined;
  /** Its number; -1 while it waits. One that was never written to gets none, since peers count those that are skipped. */
  id = -1;
  readonly #owner: StreamOwner;
  /** Whether this side has opened it. */
  readonly #opener: boolean;
  #native: QuicheConnection | undefined;
  #events: DuplexEvents | undefined;
  #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #full = false;
  #paused = false;
  #endRequested = false;
  #sending = true;
  #receiving = true;
  #heard = false;
  #over = false;

  constructor(peer: Peer, owner: StreamOwner, opener: boolean) {
    this.peer = peer;
    this.#owner = owner;
    this.#opener = opener;
  }

  /** Whether there is nothing more to do with it. */
  get over(): boolean {
    return this.#over;
  }

  /** Whether {@link QuicStream.flush} has something to do. */
  get unsent(): boolean {
    return !this.#over && this.#sending && (this.#queue.length > 0 || this.#endRequested);
  }

  start(events: DuplexEvents): void {
    this.#events = events;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    if (this.#native !== undefined && !this.#over) this.#owner.readSoon(this);
  }

  write(chunks: readonly Uint8Array[]): boolean {
    if (this.#over || !this.#sending || this.#endRequested) return true;
    for (const chunk of chunks) {
      if (chunk.length === 0) continue;
      this.#queue.push(chunk);
      this.#queuedBytes += chunk.length;
    }
    this.#owner.flushSoon(this);
    if (this.#queuedBytes >= HIGH_WATER) this.#full = true;
    return !this.#full;
  }

  end(): void {
    if (this.#over || this.#endRequested) return;
    this.#endRequested = true;
    if (this.#sending) this.#owner.flushSoon(this);
  }

  abort(): void {
    this.#events = undefined;
    this.#breakOff(StreamCode.aborted);
  }

  // What the connection calls

  /** It can be used from now on. */
  open(native: QuicheConnection, id: number): void {
    this.#native = native;
    this.id = id;
  }

  /** Tells the peer that nothing will be done. */
  refuse(): void {
    this.#events = undefined;
    this.#breakOff(StreamCode.refused);
  }

  /** Its connection is gone. */
  fail(error: RpcError): void {
    if (this.#over) return;
    const events = this.#events;
    this.#native = undefined;
    this.#finish();
    events?.error(error);
  }

  /** Hands over what the connection can take. */
  flush(): void {
    const native = this.#native;
    if (native === undefined || !this.unsent) return;
    try {
      while (this.#queue.length > 0) {
        const chunk = this.#next();
        const last = this.#queue.length === 0;
        const sent = native.streamSend(this.id, chunk, last && this.#endRequested) ?? 0;
        this.#queuedBytes -= sent;
        if (sent < chunk.length) {
          this.#queue.unshift(chunk.subarray(sent));
          return;
        }
        if (last && this.#endRequested) {
          this.#sent();
          return;
        }
      }
      if (this.#endRequested) {
        if (native.streamSend(this.id, nothing, true) !== null) this.#sent();
        return;
      }
    } catch (error) {
      this.#sendingFailed(error);
      return;
    }
    this.#drained();
  }

  /** Notices when the peer wants no more. Called when the stream may be written to. */
  checkStopped(): void {
    if (this.#native === undefined) return;
    try {
      this.#native.streamCapacity(this.id);
    } catch (error) {
      this.#sendingFailed(error);
    }
  }

  /** Delivers what has arrived. */
  read(): void {
    while (this.#native !== undefined && this.#receiving && !this.#paused && !this.#over) {
      let received: [number, boolean] | null;
      try {
        received = this.#native.streamRecv(this.id, scratch);
      } catch (error) {
        this.#receivingFailed(error);
        return;
      }
      if (received === null) return;
      const [length, ended] = received;
      this.#heard = true;
      if (ended) this.#receiving = false;
      if (length > 0) this.#events?.data(scratch.slice(0, length));
      if (ended) {
        this.#events?.end();
        this.#finishWhenDone();
        return;
      }
    }
  }

  /** The next chunk, or several small ones as one. */
  #next(): Uint8Array {
    const first = this.#queue.shift() as Uint8Array;
    let size = first.length;
    let count = 0;
    for (const chunk of this.#queue) {
      if (size + chunk.length > GATHER_BYTES) break;
      size += chunk.length;
      count++;
    }
    if (count === 0) return first;
    const joined = new Uint8Array(size);
    joined.set(first);
    let at = first.length;
    for (const chunk of this.#queue.splice(0, count)) {
      joined.set(chunk, at);
      at += chunk.length;
    }
    return joined;
  }

  #drained(): void {
    if (!this.#full) return;
    this.#full = false;
    this.onDrain?.();
  }

  /** Everything is handed over, the end included. */
  #sent(): void {
    this.#sending = false;
    this.#events?.flushed();
    this.#finishWhenDone();
  }

  #sendingFailed(error: unknown): void {
    if (this.#native === undefined) return;
    // A stream that was stopped is reset by quiche, and forgotten as soon as the peer knows, perhaps before anybody looks.
    const forgotten = streamErrorCode(error, "InvalidStreamState") === undefined ? undefined : this.#stopOfForgotten;
    const code = streamErrorCode(error, "StreamStopped") ?? forgotten;
    if (code === undefined) return;
    // Until then it would count as one that can be written to.
    shut(this.#native, this.id, WRITE, code);
    if (code !== StreamCode.done && !(this.#opener && code === StreamCode.none)) {
      this.#broken(code);
      return;
    }
    if (!this.#sending) return;
    // A receiver that has what it wants: the rest is for nobody, and what it answers still counts.
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#endRequested = true;
    this.#full = false;
    this.onDrain?.();
    this.#sent();
  }

  /** Servers that have answered to the end want no more; clients that stop an answer break the call off. */
  get #stopOfForgotten(): number {
    return this.#opener ? StreamCode.done : StreamCode.aborted;
  }

  #receivingFailed(error: unknown): void {
    const code = streamErrorCode(error, "StreamReset");
    if (code !== undefined) {
      this.#receiving = false;
      this.#broken(code);
    }
  }

  /** The peer has broken it off. */
  #broken(code: number): void {
    const events = this.#events;
    const refused = code === StreamCode.refused && this.#opener && !this.#heard;
    this.#breakOff(StreamCode.aborted);
    if (refused) this.#owner.refused();
    const where = this.peer.address ?? "the peer";
    events?.error(
      refused
        ? new RpcError("unavailable", `${where} takes no more calls: it is being shut down`, { started: "no" })
        : new RpcError("unknown", `the peer at ${where} broke the call off (code ${code})`),
    );
  }

  #breakOff(code: number): void {
    if (this.#over) return;
    if (this.#native !== undefined) {
      shut(this.#native, this.id, READ, code);
      shut(this.#native, this.id, WRITE, code);
    }
    this.#finish();
  }

  #finishWhenDone(): void {
    if (!this.#sending && !this.#receiving) this.#finish();
  }

  #finish(): void {
    if (this.#over) return;
    this.#over = true;
    this.#events = undefined;
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#owner.released(this);
  }
}

/** Says once that a half is not used any more. */
function shut(native: QuicheConnection, id: number, direction: typeof READ | typeof WRITE, code: number): void {
  try {
    native.streamShutdown(id, direction as number, code);
  } catch {
    // It is over already, or was never used.
  }
}
