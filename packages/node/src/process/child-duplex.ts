import type { Duplex, DuplexEvents } from "@witwire/rpc";
import type { Peer } from "@witwire/wit/values";
import type { Child } from "./child.ts";

/** Milliseconds from the end of its byte stream until a process that is about to end has done so. */
const EXIT_WAIT = 1000;

/**
 * The byte stream to a child. When it ends before this side has ended it, the process most likely has: then the error
 * says how, and what it printed last. A process whose byte stream is over has to end.
 */
export class ChildDuplex implements Duplex {
  readonly peer: Peer;
  readonly #inner: Duplex;
  readonly #child: Child;
  #events: DuplexEvents | undefined;
  #ending = false;

  constructor(child: Child) {
    this.#child = child;
    this.#inner = child.channel();
    this.peer = this.#inner.peer;
  }

  get onDrain(): (() => void) | undefined {
    return this.#inner.onDrain;
  }

  set onDrain(callback: (() => void) | undefined) {
    this.#inner.onDrain = callback;
  }

  start(events: DuplexEvents): void {
    this.#events = events;
    this.#inner.start({
      data: (bytes) => this.#events?.data(bytes),
      flushed: () => this.#events?.flushed(),
      end: () => {
        this.#child.stop();
        if (this.#ending) this.#events?.end();
        else this.#explain(() => this.#events?.end());
      },
      error: (error) => {
        this.#child.stop();
        this.#explain(() => this.#events?.error(error));
      },
    });
    void this.#child.ended.then(() => {
      // One that could not be started has no byte stream that would say so.
      const failure = this.#child.pid === undefined ? this.#child.failure("no") : undefined;
      if (failure !== undefined) this.#fail(failure);
    });
  }

  pause(): void {
    this.#inner.pause();
  }

  resume(): void {
    this.#inner.resume();
  }

  write(chunks: readonly Uint8Array[], apart?: boolean): boolean {
    return this.#inner.write(chunks, apart);
  }

  end(): void {
    this.#ending = true;
    this.#inner.end();
  }

  abort(reason?: Error): void {
    this.#events = undefined;
    this.#inner.abort(reason);
    this.#child.stop();
  }

  /** Reports how the process ended; what the byte stream said, where it has not. */
  #explain(otherwise: () => void): void {
    const timer = setTimeout(otherwise, EXIT_WAIT);
    void this.#child.ended.then(() => {
      clearTimeout(timer);
      const failure = this.#child.failure("maybe");
      if (failure !== undefined) this.#fail(failure);
    });
  }

  #fail(error: Error): void {
    const events = this.#events;
    this.#events = undefined;
    this.#inner.abort();
    events?.error(error);
  }
}
