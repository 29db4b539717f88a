import { isPromiseLike } from "@witwire/wit/values";
import type { ByteSink } from "./byte-sink.ts";
import { IoError } from "./io-error.ts";
import { DestinationClosed, lastOperationFailed, streamClosed } from "./stream-error.ts";
import { type Waitable, Waiters } from "./waitable.ts";

/**
 * What is behind an output stream: bytes on their way to a sink, at most as many as its capacity.
 *
 * `open` until the destination breaks (`failed`), will take nothing more or nobody writes any more (`closed`). A failure is
 * told once, and from then on it is `closed`. While a flush is under way it takes no bytes.
 */
export class OutputPipe implements Waitable {
  readonly #sink: ByteSink;
  readonly #capacity: number;
  readonly #waiters = new Waiters();
  #queue: Uint8Array[] = [];
  /** Bytes in the queue and those that the sink is busy with. */
  #buffered = 0;
  #busy = false;
  #flushing = false;
  #ending = false;
  #state: "open" | "failed" | "closed" = "open";
  #failure: IoError | undefined;

  /** @param capacity bytes */
  constructor(sink: ByteSink, capacity: number) {
    this.#sink = sink;
    this.#capacity = capacity;
  }

  isReady(): boolean {
    return this.#state !== "open" || this.room > 0;
  }

  onWake(wake: () => void): () => void {
    return this.#waiters.add(wake);
  }

  /** Bytes that may be written now. */
  get room(): number {
    return this.#flushing ? 0 : Math.max(0, this.#capacity - this.#buffered);
  }

  /** @throws WitError a `stream-error` where nothing can be written any more */
  assertOpen(): void {
    if (this.#state === "open" && !this.#ending) return;
    const failure = this.#failure;
    this.#failure = undefined;
    if (this.#state === "failed") this.#state = "closed";
    throw failure === undefined ? streamClosed() : lastOperationFailed(failure);
  }

  /** Takes bytes, which may not change afterwards. The caller has looked for room. */
  write(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#buffered += bytes.length;
    this.#queue.push(bytes);
    this.#pump();
  }

  flush(): void {
    if (this.#flushing || (this.#sink.flush === undefined && this.#buffered === 0)) return;
    this.#flushing = true;
    this.#pump();
  }

  /** Nobody writes any more: what was written still arrives, and then the sink ends. */
  end(): void {
    if (this.#ending) return;
    this.#ending = true;
    this.#pump();
  }

  /** Nobody writes any more, and what has not arrived is lost. */
  abort(): void {
    if (this.#state === "open") this.#sink.abort?.();
    this.#close("closed");
  }

  /** Fulfilled when nothing is on its way any more; nothing where that is so already. */
  settled(): Promise<void> | undefined {
    if (!this.#busy) return undefined;
    return new Promise((resolve) => {
      const release = this.#waiters.add(() => {
        if (this.#busy) return;
        release();
        resolve();
      });
    });
  }

  /** Hands the sink one thing after the other, until it is busy or there is nothing to do. */
  #pump(): void {
    while (this.#state === "open" && !this.#busy) {
      const step = this.#nextStep();
      if (step === undefined) return;
      let outcome: unknown;
      try {
        outcome = step.run();
      } catch (error) {
        this.#fail(error);
        return;
      }
      if (!isPromiseLike(outcome)) {
        step.done();
        continue;
      }
      this.#busy = true;
      const settle = (end: () => void): void => {
        this.#busy = false;
        end();
        this.#pump();
        this.#waiters.wake();
      };
      outcome.then(
        () => settle(step.done),
        (error: unknown) => settle(() => this.#fail(error)),
      );
    }
  }

  #nextStep(): { readonly run: () => unknown; readonly done: () => void } | undefined {
    if (this.#queue.length > 0) {
      const bytes = this.#takeQueue();
      return {
        run: () => this.#sink.write(bytes),
        done: () => {
          this.#buffered -= bytes.length;
        },
      };
    }
    if (this.#flushing) {
      return {
        run: () => this.#sink.flush?.(),
        done: () => {
          this.#flushing = false;
        },
      };
    }
    return this.#ending ? { run: () => this.#sink.end?.(), done: () => this.#close("closed") } : undefined;
  }

  /** Many small writes become one. */
  #takeQueue(): Uint8Array {
    const [first, ...rest] = this.#queue;
    this.#queue = [];
    if (first === undefined || rest.length === 0) return first ?? new Uint8Array(0);
    return Buffer.concat([first, ...rest]);
  }

  #fail(error: unknown): void {
    if (this.#state !== "open") return;
    if (!(error instanceof DestinationClosed)) this.#failure = IoError.from(error);
    this.#close(error instanceof DestinationClosed ? "closed" : "failed");
    this.#sink.abort?.();
  }

  #close(state: "failed" | "closed"): void {
    this.#state = state;
    this.#queue = [];
    this.#buffered = 0;
    this.#flushing = false;
    this.#waiters.wake();
  }
}
