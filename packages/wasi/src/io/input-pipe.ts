import { isPromiseLike, Stream } from "@witwire/wit/values";
import type { ByteSource } from "./byte-source.ts";
import { IoError } from "./io-error.ts";
import { lastOperationFailed, streamClosed } from "./stream-error.ts";
import { type Waitable, Waiters } from "./waitable.ts";

/** How much to ask a source for when nobody has said yet how much is wanted. */
const readAhead = 64 * 1024;

/**
 * What is behind an input stream: a source, and one chunk of it that the guest has not read to its end. Asks for the next
 * chunk only when somebody looks for bytes, and for one at a time.
 *
 * `open` until the source ends (`ended`), breaks (`failed`) or nobody wants more (`closed`). A failure is told once, and
 * from then on it is `ended`.
 */
export class InputPipe implements Waitable {
  readonly #source: ByteSource;
  readonly #waiters = new Waiters();
  #state: "open" | "ended" | "failed" | "closed" = "open";
  #chunk: Uint8Array | undefined;
  /** Whether somebody may hold on to a part of the chunk. */
  #isKept = false;
  #failure: IoError | undefined;
  #pending = false;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  isReady(): boolean {
    this.#pull(readAhead);
    return this.#chunk !== undefined || this.#state !== "open";
  }

  onWake(wake: () => void): () => void {
    return this.#waiters.add(wake);
  }

  /** Sees to it that bytes come; the source learns how many are wanted. */
  request(wanted: number): void {
    this.#pull(wanted === 0 ? readAhead : wanted);
  }

  /**
   * Bytes that are there, at most `limit`; none when there are none yet.
   *
   * @param isCopied whether whoever takes them has copied them by the time that it takes more
   * @throws WitError a `stream-error`
   */
  take(limit: number, isCopied = false): Uint8Array {
    this.request(limit);
    const chunk = this.#chunk;
    if (chunk === undefined) return this.#nothing();
    this.#isKept ||= !isCopied;
    if (limit >= chunk.length) {
      this.#chunk = undefined;
      if (!this.#isKept) this.#source.reuse?.(chunk);
      return chunk;
    }
    this.#chunk = chunk.subarray(limit);
    return chunk.subarray(0, limit);
  }

  /** Everything that is still to come; whoever asks for it must be the only one who takes from this pipe. */
  toStream(): Stream<Uint8Array, Uint8Array> {
    return new Stream<Uint8Array, Uint8Array>({ next: () => this.#next(), cancel: () => this.close() });
  }

  /** Nobody wants more. */
  close(): void {
    const wasOpen = this.#state === "open";
    this.#state = "closed";
    this.#chunk = undefined;
    if (wasOpen) this.#source.cancel();
    this.#waiters.wake();
  }

  #nothing(): Uint8Array {
    if (this.#state === "open") return new Uint8Array(0);
    const failure = this.#failure;
    if (this.#state !== "failed" || failure === undefined) throw streamClosed();
    this.#state = "ended";
    this.#failure = undefined;
    throw lastOperationFailed(failure);
  }

  #pull(wanted: number): void {
    while (this.#state === "open" && !this.#pending && this.#chunk === undefined) {
      let next: Uint8Array | undefined | PromiseLike<Uint8Array | undefined>;
      try {
        next = this.#source.next(wanted);
      } catch (error) {
        this.#fail(error);
        return;
      }
      if (isPromiseLike(next)) this.#await(next);
      else this.#receive(next);
    }
  }

  #await(next: PromiseLike<Uint8Array | undefined>): void {
    this.#pending = true;
    next.then(
      (chunk) => {
        this.#pending = false;
        this.#receive(chunk);
        this.#waiters.wake();
      },
      (error: unknown) => {
        this.#pending = false;
        this.#fail(error);
        this.#waiters.wake();
      },
    );
  }

  #receive(chunk: Uint8Array | undefined): void {
    if (this.#state !== "open") return;
    if (chunk === undefined) this.#state = "ended";
    else if (chunk.length > 0) this.#chunk = chunk;
    this.#isKept = false;
  }

  #fail(error: unknown): void {
    if (this.#state !== "open") return;
    this.#state = "failed";
    this.#failure = IoError.from(error);
  }

  /** The whole chunk that is there, or the next one. */
  #next(): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    if (this.isReady()) return this.#rest();
    return new Promise((resolve, reject) => {
      const release = this.#waiters.add(() => {
        if (!this.isReady()) return;
        release();
        try {
          resolve(this.#rest());
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  #rest(): Uint8Array | undefined {
    const chunk = this.#chunk;
    this.#chunk = undefined;
    if (chunk === undefined && this.#failure !== undefined) throw this.#failure;
    return chunk;
  }
}
