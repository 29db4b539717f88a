import { RpcError } from "@witwire/rpc";
import type { LinkEvents, MessageLink } from "./message-link.ts";

/** What is used of a `ReadableStream` and a `WritableStream`, whoever declares them. */
export interface StreamPair {
  readonly readable: { getReader(): StreamReader };
  readonly writable: { getWriter(): StreamWriter };
}

export interface StreamReader {
  read(): Promise<{ readonly done: boolean; readonly value?: unknown }>;
  cancel(reason?: unknown): Promise<void>;
}

export interface StreamWriter {
  /** Rejects when the other end wants no more, even while nothing is written. */
  readonly closed: Promise<unknown>;
  write(chunk: Uint8Array): Promise<void>;
  close(): Promise<void>;
  abort(reason?: unknown): Promise<void>;
}

/** What it means when streams of a kind break, and what they are broken off with. */
export interface StreamFailures {
  explain(reason: unknown): RpcError;
  /** Whether the other end wants no more because it has all that it needs, which is no failure. */
  isEnough(reason: unknown): boolean;
  /** What the streams are cancelled and aborted with. */
  abortReason(): unknown;
}

const anyStream: StreamFailures = {
  explain: (reason) => {
    const said = reason instanceof Error ? reason.message : String(reason);
    return new RpcError("unknown", `the stream broke: ${said}`, { cause: reason });
  },
  isEnough: () => false,
  abortReason: () => new Error("the other side aborted"),
};

/**
 * Chunks that are read in microtasks between two that go through the event loop: two sides in one process that answer each
 * other at once would otherwise never let a timer run, deadlines among them.
 */
const READS_PER_TASK = 128;

/** Counted over all streams, since a call that follows another one has a new stream. */
let reads = 0;

function nextTask(): Promise<void> {
  const { setImmediate } = globalThis as { setImmediate?: (callback: () => void) => void };
  return new Promise((resolve) => {
    if (setImmediate === undefined) setTimeout(resolve, 0);
    else setImmediate(resolve);
  });
}

/** A pair of WHATWG streams: closing the writable is the end, aborting it and cancelling the readable is breaking off. */
export class StreamPairLink implements MessageLink {
  /** Whoever reads the other end of a stream gets the very chunk that was written. */
  readonly handsOver = true;
  readonly #reader: StreamReader;
  readonly #writer: StreamWriter;
  #events: LinkEvents | undefined;
  #backlog = 0;
  #isHeld = false;
  #isReading = false;
  /** The other end has said that it wants no more. */
  #isEnough = false;
  readonly #failures: StreamFailures;
  readonly #onFailure = (reason: unknown): void => {
    this.#events?.lost(this.#failures.explain(reason));
  };
  readonly #onWriterFailure = (reason: unknown): void => {
    if (this.#failures.isEnough(reason)) this.#stop();
    else this.#onFailure(reason);
  };

  constructor({ readable, writable }: StreamPair, failures: StreamFailures = anyStream) {
    this.#failures = failures;
    this.#reader = readable.getReader();
    this.#writer = writable.getWriter();
  }

  get backlog(): number {
    return this.#backlog;
  }

  start(events: LinkEvents): void {
    this.#events = events;
    this.#writer.closed.catch(this.#onWriterFailure);
    events.connected();
    this.release();
  }

  send(message: Uint8Array): void {
    if (this.#isEnough) return;
    // Whoever reads it may have given its memory away by the time that it counts as written.
    const { length } = message;
    this.#backlog += length;
    this.#writer.write(message).then(() => {
      this.#backlog -= length;
      this.#events?.progressed();
    }, this.#onWriterFailure);
  }

  sendEnd(): void {
    this.#writer.close().then(() => this.#events?.endLeft(), this.#onWriterFailure);
  }

  watch(): void {}

  hold(): void {
    this.#isHeld = true;
  }

  release(): void {
    this.#isHeld = false;
    if (!this.#isReading) this.#read().catch(this.#onFailure);
  }

  taken(): void {}

  close(): void {
    this.#events = undefined;
  }

  breakOff(): void {
    this.#events = undefined;
    const reason = this.#failures.abortReason();
    // Either may have ended or failed already, which is as good.
    this.#reader.cancel(reason).catch(() => {});
    this.#writer.abort(reason).catch(() => {});
  }

  /** What waits is for nobody, and what the other end still sends counts. */
  #stop(): void {
    if (this.#isEnough) return;
    this.#isEnough = true;
    this.#backlog = 0;
    this.#events?.endLeft();
    this.#events?.progressed();
  }

  async #read(): Promise<void> {
    this.#isReading = true;
    while (!this.#isHeld && this.#events !== undefined) {
      const { done, value } = await this.#reader.read();
      if (done) {
        this.#events?.receivedEnd();
        return;
      }
      if (!(value instanceof Uint8Array)) {
        this.#events?.lost(new RpcError("protocol", "the stream gave something that is no Uint8Array"));
        return;
      }
      reads = (reads + 1) % READS_PER_TASK;
      // Before it is delivered, since what follows from that may be spoken on other streams.
      if (reads === 0) await nextTask();
      this.#events?.received(value);
    }
    this.#isReading = false;
  }
}
