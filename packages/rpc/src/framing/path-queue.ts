import type { RpcError } from "../errors.ts";
import type { IncomingPath, Path } from "../transport/invocation.ts";
import { ChunkQueue, unpinned } from "./chunk-queue.ts";
import type { ReadBudget } from "./read-budget.ts";

/** What a {@link PathQueue} needs of its invocation. */
export interface PathOwner {
  readonly budget: ReadBudget;
  /** Bytes were consumed, or a consumer became hungry: reading may have to go on. */
  regulate(): void;
  /** Nothing more is wanted of a path. */
  forget(path: Path): void;
}

/**
 * The received bytes of one path, in order.
 *
 * States: open -> ended (perhaps with bytes still to be read), or -> failed, or -> discarded.
 */
export class PathQueue implements IncomingPath {
  readonly path: Path;
  /** Whether a value that was received waits for these bytes; before that they have merely arrived early. */
  claimed = false;
  readonly #owner: PathOwner;
  /** The oldest piece; further ones are behind it. Most paths only ever have one. */
  #first: Uint8Array | undefined;
  #more: ChunkQueue | undefined;
  #buffered = 0;
  #closed = false;
  #failure: RpcError | undefined;
  #discarded = false;
  #callback: (() => void) | undefined;
  #hungry = false;

  constructor(path: Path, owner: PathOwner) {
    this.path = path;
    this.#owner = owner;
  }

  get bufferedBytes(): number {
    return this.#buffered;
  }

  /** Whether a consumer waits for bytes that are not there. */
  get starving(): boolean {
    return this.#hungry;
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
    this.#count(-chunk.length);
    this.#owner.regulate();
    return chunk;
  }

  whenReadable(callback: () => void, hungry: boolean): void {
    if (this.#first !== undefined || this.#closed) {
      callback();
      return;
    }
    this.#callback = callback;
    if (hungry) this.setHungry();
  }

  setHungry(): void {
    if (this.#hungry || this.#callback === undefined) return;
    this.#hungry = true;
    this.#owner.budget.hungrier();
    this.#owner.regulate();
  }

  discard(): void {
    if (this.#discarded) return;
    this.#discarded = true;
    this.#callback = undefined;
    this.#sate();
    this.#drop();
    this.#owner.forget(this.path);
    this.#owner.regulate();
  }

  /** Bytes arrived. */
  push(bytes: Uint8Array): void {
    if (this.#discarded || this.#closed || bytes.length === 0) return;
    // Afterwards they may be empty, since what was copied is freed.
    this.#count(bytes.length);
    if (this.#first === undefined) this.#first = unpinned(bytes);
    else {
      this.#more ??= new ChunkQueue();
      this.#more.push(bytes);
    }
    this.#notify();
  }

  /** No more bytes will arrive. A failure drops those that were not read yet. */
  close(failure?: RpcError): void {
    if (this.#closed || this.#discarded) return;
    this.#closed = true;
    this.#failure = failure;
    if (failure !== undefined) this.#drop();
    this.#notify();
  }

  #drop(): void {
    this.#count(-this.#buffered);
    this.#first = undefined;
    this.#more = undefined;
  }

  #count(bytes: number): void {
    this.#buffered += bytes;
    this.#owner.budget.add(bytes);
  }

  #notify(): void {
    const callback = this.#callback;
    this.#callback = undefined;
    this.#sate();
    callback?.();
  }

  #sate(): void {
    if (!this.#hungry) return;
    this.#hungry = false;
    this.#owner.budget.lessHungry();
  }
}
