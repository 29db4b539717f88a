import type { Peer } from "@witwire/wit/values";
import type { RpcError } from "../errors.ts";
import type { Accompaniment, Duplex, DuplexEvents } from "../transport/duplex.ts";

/** Bytes that a Go peer takes from its connection at a time. */
const BURST_BYTES = 4096;

/** What such a peer gets to read a burst, in milliseconds. Nothing tells whether it has. */
const REST = 5;

/**
 * A byte stream that never sends more at once than a Go peer can hold, and then leaves it a moment to read. The peer has no
 * flow control, and corrupts what it has not read in time; this makes it likely that it has, and cannot make it certain.
 *
 * States: sending -> resting (a burst is full) or blocked (the stream below asks to wait) -> sending; any of them -> over.
 */
export class PacedDuplex implements Duplex {
  onDrain: (() => void) | undefined;
  readonly #inner: Duplex;
  /** Not sent yet, in order. Each is a frame. */
  #queue: Uint8Array[] = [];
  #burst = 0;
  #resting: ReturnType<typeof setTimeout> | undefined;
  #blocked = false;
  #writerWaits = false;
  #ended = false;
  #over = false;

  constructor(inner: Duplex) {
    this.#inner = inner;
    inner.onDrain = () => {
      this.#blocked = false;
      this.#send();
    };
  }

  get peer(): Peer {
    return this.#inner.peer;
  }

  get accompaniment(): Accompaniment | undefined {
    return this.#inner.accompaniment;
  }

  get refusal(): RpcError | undefined {
    return this.#inner.refusal;
  }

  start(events: DuplexEvents): void {
    this.#inner.start({
      data: (bytes) => events.data(bytes),
      end: () => events.end(),
      flushed: () => events.flushed(),
      error: (error) => {
        this.#stop();
        events.error(error);
      },
    });
  }

  pause(): void {
    this.#inner.pause();
  }

  resume(): void {
    this.#inner.resume();
  }

  write(chunks: readonly Uint8Array[]): boolean {
    if (this.#over || this.#ended) return true;
    this.#queue.push(...chunks);
    this.#send();
    const ready = this.#queue.length === 0 && !this.#blocked;
    if (!ready) this.#writerWaits = true;
    return ready;
  }

  end(): void {
    if (this.#over || this.#ended) return;
    this.#ended = true;
    if (this.#queue.length === 0) this.#inner.end();
  }

  abort(reason?: Error): void {
    this.#stop();
    this.#inner.abort(reason);
  }

  #send(): void {
    while (!this.#blocked && this.#resting === undefined) {
      const [next] = this.#queue;
      if (next === undefined) break;
      if (this.#burst > 0 && this.#burst + next.length > BURST_BYTES) this.#rest();
      else {
        this.#queue.shift();
        this.#burst += next.length;
        this.#blocked = !this.#inner.write([next], true);
      }
    }
    if (this.#queue.length > 0 || this.#over) return;
    if (this.#ended) this.#inner.end();
    this.#drained();
  }

  #rest(): void {
    this.#resting = setTimeout(() => {
      this.#resting = undefined;
      this.#burst = 0;
      this.#send();
    }, REST);
  }

  #drained(): void {
    if (!this.#writerWaits || this.#blocked) return;
    this.#writerWaits = false;
    this.onDrain?.();
  }

  #stop(): void {
    this.#over = true;
    this.#queue = [];
    clearTimeout(this.#resting);
  }
}
