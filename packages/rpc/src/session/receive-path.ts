import { RpcError } from "../errors.ts";
import { ChunkQueue, ownCopy } from "../framing/chunk-queue.ts";
import type { IncomingPath, Path } from "../transport/invocation.ts";
import type { SessionBudget } from "./session-budget.ts";
import { DEFAULT_SETTINGS } from "./settings.ts";

/** How often credit is given while one window is read: seldom enough to cost nothing, often enough to keep the peer going. */
const GRANTS_PER_WINDOW = 4;

/** What a {@link ReceivePath} needs of its invocation. */
export interface ReceivePathOwner {
  readonly budget: SessionBudget;
  /** Largest window, in bytes. */
  readonly maxWindow: number;
  /** Milliseconds there and back, `undefined` while that is not known. */
  roundTrip(): number | undefined;
  /** The peer may send so many more bytes. */
  grant(path: ReceivePath, bytes: number): void;
  /** Nothing more is wanted of the path. */
  discarded(path: ReceivePath): void;
}

/**
 * The received bytes of one path, and the window that the peer may fill.
 *
 * States: open -> ended (perhaps with bytes still to be read), or -> failed, or -> discarded.
 *
 * The peer gets credit back when a quarter of the window was read, so that it need not stop while that is under way. A
 * window that was used up faster than four times the way there and back, by a consumer that keeps up, is what holds the
 * stream up, and is doubled as far as the budget goes.
 */
export class ReceivePath implements IncomingPath {
  readonly path: Path;
  /** Whether a value that was received waits for these bytes; before that they have merely arrived early. */
  claimed = false;
  readonly #owner: ReceivePathOwner;
  /** Bytes of a root belong to a value that is in the making after they were read, so they count until it is done. */
  readonly #isRoot: boolean;
  #first: Uint8Array | undefined;
  #more: ChunkQueue | undefined;
  #counted = 0;
  #window = DEFAULT_SETTINGS.initialWindow;
  /** What the peer may still send. */
  #credit = DEFAULT_SETTINGS.initialWindow;
  /** What was read and not granted again. */
  #owed = 0;
  #lastGrant = Number.NEGATIVE_INFINITY;
  #closed = false;
  #failure: RpcError | undefined;
  #isDiscarded = false;
  #callback: (() => void) | undefined;

  constructor(path: Path, owner: ReceivePathOwner) {
    this.path = path;
    this.#owner = owner;
    this.#isRoot = path.length === 0;
  }

  /** Bytes that count against the budget because of this path. */
  get countedBytes(): number {
    return this.#counted;
  }

  /** Whether the peer has said that nothing more comes. */
  get closed(): boolean {
    return this.#closed;
  }

  get ended(): boolean {
    return this.#closed && this.#failure === undefined && this.#first === undefined;
  }

  get error(): RpcError | undefined {
    return this.#first === undefined ? this.#failure : undefined;
  }

  read(): Uint8Array | undefined {
    const chunk = this.#first;
    if (chunk === undefined) return undefined;
    this.#first = this.#more?.shift();
    if (!this.#isRoot) this.#count(-chunk.length);
    this.#owed += chunk.length;
    if (GRANTS_PER_WINDOW * this.#owed >= this.#window) this.#grantAgain();
    return chunk;
  }

  whenReadable(callback: () => void): void {
    if (this.#first !== undefined || this.#closed) callback();
    else this.#callback = callback;
  }

  /** Paths do not hold each other up, so nothing changes. */
  setHungry(): void {}

  discard(): void {
    if (this.#isDiscarded) return;
    this.#isDiscarded = true;
    this.#callback = undefined;
    this.#free();
    this.#owner.discarded(this);
  }

  /**
   * Bytes arrived, the last ones where `ended`.
   *
   * @throws RpcError `protocol` for more than the window, or bytes behind the end; both end the connection
   */
  receive(bytes: Uint8Array, ended: boolean): void {
    if (this.#closed) throw new RpcError("protocol", `data came behind the end of path [${this.path.join()}]`);
    if (bytes.length > this.#credit) {
      throw new RpcError("protocol", `the peer sent more on path [${this.path.join()}] than its window of credit`);
    }
    this.#credit -= bytes.length;
    if (ended) this.#closed = true;
    if (this.#isDiscarded) return;
    const hasCome = bytes.length > 0;
    if (hasCome) this.#push(bytes);
    if (hasCome || ended) this.#notify();
  }

  /** Those who read at once have read: what is left will wait, and should not keep other bytes alive meanwhile. */
  settle(): void {
    const bytes = this.#first;
    if (bytes !== undefined && 4 * bytes.length < bytes.buffer.byteLength) this.#first = ownCopy(bytes);
  }

  /** No more bytes will arrive. A failure drops those that were not read yet. */
  close(failure?: RpcError): void {
    if (this.#closed && failure === undefined) return;
    this.#closed = true;
    if (this.#isDiscarded) return;
    this.#failure ??= failure;
    if (failure !== undefined) this.#free();
    this.#notify();
  }

  #push(bytes: Uint8Array): void {
    this.#count(bytes.length);
    if (this.#first === undefined) this.#first = bytes;
    else {
      this.#more ??= new ChunkQueue();
      this.#more.push(bytes);
    }
  }

  #grantAgain(): void {
    if (this.#closed || this.#isDiscarded) return;
    let bytes = this.#owed;
    this.#owed = 0;
    const now = performance.now();
    if (this.#first === undefined && this.#holdsUp(now) && this.#owner.budget.grow(this.#window)) {
      bytes += this.#window;
      this.#window *= 2;
    }
    this.#lastGrant = now;
    this.#credit += bytes;
    this.#owner.grant(this, bytes);
  }

  /** Whether the window is what holds the stream up. */
  #holdsUp(now: number): boolean {
    const roundTrip = this.#owner.roundTrip();
    return (
      roundTrip !== undefined &&
      2 * this.#window <= this.#owner.maxWindow &&
      GRANTS_PER_WINDOW * (now - this.#lastGrant) < 4 * roundTrip
    );
  }

  #count(bytes: number): void {
    this.#counted += bytes;
    this.#owner.budget.add(bytes);
  }

  /** Lets go of the bytes, and of what the window has grown by. */
  #free(): void {
    this.#first = undefined;
    this.#more = undefined;
    if (this.#counted > 0) this.#count(-this.#counted);
    const grown = this.#window - DEFAULT_SETTINGS.initialWindow;
    if (grown > 0) this.#owner.budget.shrink(grown);
    this.#window = DEFAULT_SETTINGS.initialWindow;
  }

  #notify(): void {
    const callback = this.#callback;
    this.#callback = undefined;
    callback?.();
  }
}
