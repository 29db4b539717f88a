import { Fifo } from "../fifo.ts";
import type { Duplex } from "../transport/duplex.ts";
import type { WireFailure } from "./frame-reader.ts";
import { FrameWriter } from "./frame-writer.ts";
import type { PathSender, SendPath } from "./send-path.ts";

/** The sending half of a byte stream. */
export type LineDuplex = Pick<Duplex, "write" | "end" | "onDrain">;

/** Bytes that are handed to the byte stream at a time. */
const WRITE_BYTES = 256 * 1024;

/**
 * Sends for all invocations of a connection. Whatever is written in one turn of the event loop leaves together; paths that
 * have something to send stand in line and send one frame when it is their turn, so that a large one does not hold up
 * others. Frames without data (credit, errors, pings) go in front.
 *
 * States: idle -> scheduled (something is to be sent) -> idle; or -> blocked (the byte stream does not keep up)
 * -> scheduled; any of them -> closed.
 */
export class LineWriter implements PathSender {
  backlog = 0;
  /** For frames without data; call {@link LineWriter.wake} behind writing to it. */
  readonly frames: FrameWriter = new FrameWriter();
  readonly #duplex: LineDuplex;
  readonly #onBlocked: (blocked: boolean) => void;
  readonly #onFailure: (error: unknown) => void;
  readonly #line = new Fifo<SendPath>();
  #scheduled = false;
  #blocked = false;
  #closed = false;
  /** Whether the byte stream is to be ended behind everything. */
  #ending = false;
  readonly #flush = (): void => {
    this.#scheduled = false;
    this.#write();
  };

  /**
   * @param onBlocked told when the byte stream stops to keep up, and when it does again
   * @param onFailure told when something could not be written, with a frame left incomplete
   */
  constructor(duplex: LineDuplex, onBlocked: (blocked: boolean) => void, onFailure: (error: unknown) => void) {
    this.#duplex = duplex;
    this.#onBlocked = onBlocked;
    this.#onFailure = onFailure;
    duplex.onDrain = () => this.#drained();
  }

  schedule(path: SendPath): void {
    if (path.inLine || this.#closed) return;
    path.inLine = true;
    this.#line.push(path);
    this.wake();
  }

  /** There is something to be sent. */
  wake(): void {
    if (this.#scheduled || this.#blocked || this.#closed) return;
    this.#scheduled = true;
    queueMicrotask(this.#flush);
  }

  /** Tells the peer how an invocation failed. */
  tellFailure(id: number, failure: WireFailure): void {
    this.frames.failure(id, failure);
    this.wake();
  }

  /** Ends the byte stream behind what is to be sent now. */
  end(): void {
    this.#ending = true;
    this.wake();
  }

  /** Sends nothing more. */
  close(): void {
    this.#closed = true;
    for (let path = this.#line.shift(); path !== undefined; path = this.#line.shift()) path.inLine = false;
  }

  /** Sends now what is to be sent, if the byte stream takes it. */
  flush(): void {
    if (!this.#blocked && !this.#closed) this.#write();
  }

  #write(): void {
    try {
      this.#writeAll();
    } catch (error) {
      this.close();
      this.#onFailure(error);
    }
  }

  #writeAll(): void {
    while (!this.#closed && this.#fill()) {
      if (this.#duplex.write(this.frames.take())) continue;
      this.#blocked = true;
      this.#onBlocked(true);
      return;
    }
    if (this.#ending && !this.#closed) {
      this.#closed = true;
      this.#duplex.end();
    }
  }

  /** Writes frames up to what is handed over at a time. `false` when there is nothing to send. */
  #fill(): boolean {
    while (this.frames.length < WRITE_BYTES) {
      const path = this.#line.shift();
      if (path === undefined) break;
      path.inLine = false;
      // It may have been discarded, or ended together with another path, while it stood in line.
      if (path.sendable) path.owner.emit(path, this.frames);
      path.schedule();
    }
    return this.frames.length > 0;
  }

  #drained(): void {
    if (!this.#blocked) return;
    this.#blocked = false;
    this.#onBlocked(false);
    this.wake();
  }
}
