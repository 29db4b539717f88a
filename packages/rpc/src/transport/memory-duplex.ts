import type { Peer } from "@witwire/wit/values";
import { Fifo } from "../fifo.ts";
import type { Duplex, DuplexEvents } from "./duplex.ts";

/** Bytes under way in one direction beyond which `write` asks to wait. */
const HIGH_WATER_BYTES = 256 * 1024;

/** Deliveries in microtasks between two that go through the event loop. */
const TURNS_PER_TASK = 64;

/** Lets the event loop go round. `setTimeout` waits for a millisecond at least, so it is the second choice. */
const afterTask: (callback: () => void) => void =
  typeof setImmediate === "function" ? setImmediate : (callback) => setTimeout(callback, 0);

/** Counted over all streams, since a call that follows another one has a new stream. */
let turns = 0;

/**
 * Two byte streams that are each other's peer, within one process. They behave as sockets do: chunks arrive later, in
 * order, with backpressure, half-close and abort.
 */
export function createMemoryDuplexPair(): [Duplex, Duplex] {
  const left = new MemoryDuplex();
  const right = new MemoryDuplex();
  left.connect(right);
  right.connect(left);
  return [left, right];
}

class MemoryDuplex implements Duplex {
  readonly peer: Peer = { transport: "memory" };
  onDrain: (() => void) | undefined;
  #other: MemoryDuplex | undefined;
  #events: DuplexEvents | undefined;
  /** Arrived and not delivered; `undefined` stands for the end. */
  readonly #inbox = new Fifo<Uint8Array | undefined>();
  #inboxBytes = 0;
  #paused = false;
  #scheduled = false;
  #ended = false;
  #broken = false;
  #writerWaits = false;

  connect(other: MemoryDuplex): void {
    this.#other = other;
  }

  start(events: DuplexEvents): void {
    this.#events = events;
    this.#schedule();
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#schedule();
  }

  write(chunks: readonly Uint8Array[]): boolean {
    if (this.#ended || this.#broken || this.#other === undefined) return true;
    return this.#other.accept(chunks);
  }

  end(): void {
    if (this.#ended || this.#broken) return;
    this.#ended = true;
    this.#other?.accept([undefined]);
  }

  abort(): void {
    if (this.#broken) return;
    this.#broken = true;
    this.#inbox.clear();
    const other = this.#other;
    queueMicrotask(() => other?.breakOff());
  }

  /** Takes chunks from the other side; `undefined` is its end. */
  accept(chunks: readonly (Uint8Array | undefined)[]): boolean {
    if (this.#broken) return true;
    for (const chunk of chunks) {
      if (chunk?.length === 0) continue;
      this.#inbox.push(chunk);
      this.#inboxBytes += chunk?.length ?? 0;
    }
    this.#schedule();
    // Once a writer was asked to wait it has to be told when to go on, whatever others have written since.
    if (this.#inboxBytes >= HIGH_WATER_BYTES) this.#writerWaits = true;
    return !this.#writerWaits;
  }

  #schedule(): void {
    if (this.#scheduled || this.#paused || this.#events === undefined || this.#inbox.length === 0) return;
    this.#scheduled = true;
    const deliver = (): void => {
      this.#scheduled = false;
      this.#deliver();
    };
    // Two sides that answer each other at once would otherwise never let a timer run, deadlines among them.
    turns = (turns + 1) % TURNS_PER_TASK;
    if (turns === 0) afterTask(deliver);
    else queueMicrotask(deliver);
  }

  #deliver(): void {
    while (this.#inbox.length > 0 && !this.#paused && !this.#broken) {
      const chunk = this.#inbox.shift();
      if (chunk === undefined) {
        this.#events?.end();
        this.#other?.sentEnd();
      } else {
        this.#inboxBytes -= chunk.length;
        this.#events?.data(chunk);
      }
    }
    if (this.#writerWaits && this.#inboxBytes < HIGH_WATER_BYTES / 2) {
      this.#writerWaits = false;
      this.#other?.onDrain?.();
    }
  }

  /** The other side has taken the end, and everything before it. */
  sentEnd(): void {
    if (!this.#broken) this.#events?.flushed();
  }

  /** The other side aborted. */
  breakOff(): void {
    if (this.#broken) return;
    this.#broken = true;
    this.#inbox.clear();
    this.#events?.error(new Error("the other side aborted"));
  }
}
