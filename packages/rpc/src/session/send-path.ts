import { RpcError } from "../errors.ts";
import { Fifo } from "../fifo.ts";
import type { Path } from "../transport/invocation.ts";
import type { DataSource, FrameWriter } from "./frame-writer.ts";

/** Unsent bytes of a path beyond which its producer should wait, and below which it may go on. */
const HIGH_WATER_BYTES = 64 * 1024;
const LOW_WATER_BYTES = 32 * 1024;

/** Unsent bytes of all paths of a connection beyond which every producer waits until what it has made is sent. */
const BACKLOG_BYTES = 1024 * 1024;

/** Data of one frame. */
const FRAME_BYTES = 64 * 1024;

/** The last frame may be larger, rather than leave next to nothing for another one. */
const TAIL_BYTES = 4096;

/** Why a frame cannot be written of which the length was said already. */
const vanished =
  "bytes that wait to be sent are gone: after they were given to a stream, their memory was given elsewhere";

/** What sends the paths of a connection. */
export interface PathSender {
  /** Unsent bytes of all paths; kept by these. */
  backlog: number;
  /** Sends something of this path soon, when it is its turn. */
  schedule(path: SendPath): void;
}

/** What a path needs of its invocation. */
export interface SendPathOwner {
  /** Whether frames of the path can be sent yet. */
  mayEmit(path: SendPath): boolean;
  /** The path has something to send now, or no more; nothing is said twice. */
  pending(path: SendPath, pending: boolean): void;
  /** Writes the path's next frame. */
  emit(path: SendPath, writer: FrameWriter): void;
  /** Bytes of the path cannot be sent for lack of credit; `false` once they can be again, or are gone. */
  stalled(path: SendPath, stalled: boolean): void;
}

/**
 * What is to be sent on one path.
 *
 * States: open -> ended (nothing more will be written; bytes may still wait) -> finished (the end was sent). It stands in
 * line at the sender while it has something that it may send: bytes with credit for them, or nothing but the end.
 */
export class SendPath implements DataSource {
  readonly path: Path;
  readonly owner: SendPathOwner;
  /** Whether it stands in line; kept by the sender. */
  inLine = false;
  credit: number;
  #ended = false;
  #finished = false;
  #pending = false;
  readonly #sender: PathSender;
  /** The oldest chunk, less what was sent of it; further ones are behind it. Most paths only ever have one. */
  #first: Uint8Array | undefined;
  #more: Fifo<Uint8Array> | undefined;
  #queuedBytes = 0;
  #stalled = false;
  #drained: PromiseWithResolvers<void> | undefined;

  constructor(path: Path, owner: SendPathOwner, sender: PathSender, credit: number) {
    this.path = path;
    this.owner = owner;
    this.#sender = sender;
    this.credit = credit;
  }

  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** Whether something can be sent now. */
  get sendable(): boolean {
    return this.#queuedBytes > 0 ? this.credit > 0 : this.#ended && !this.#finished;
  }

  /** Bytes that the next frame should carry. */
  get frameBytes(): number {
    const most = Math.min(this.#queuedBytes, this.credit);
    return most <= FRAME_BYTES + TAIL_BYTES ? most : FRAME_BYTES;
  }

  /** @returns whether the producer may go on at once */
  write(bytes: Uint8Array): boolean {
    if (bytes.length > 0 && !this.#ended) {
      if (this.#first === undefined) this.#first = bytes;
      else {
        this.#more ??= new Fifo();
        this.#more.push(bytes);
      }
      this.#queuedBytes += bytes.length;
      this.#sender.backlog += bytes.length;
      this.#update();
      this.schedule();
    }
    return this.#ready;
  }

  /** Whether its producer may go on: what it has made does not pile up here, least of all while nothing can be sent. */
  get #ready(): boolean {
    const { backlog } = this.#sender;
    return backlog < BACKLOG_BYTES && this.#queuedBytes < HIGH_WATER_BYTES && this.#queuedBytes <= this.credit;
  }

  /** Nothing more will be written. */
  get ended(): boolean {
    return this.#ended;
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#update();
    this.schedule();
  }

  /** An end is to be sent, although one may have been. */
  endAgain(): void {
    this.#ended = true;
    this.#finished = false;
    this.#update();
    this.schedule();
  }

  /** The end was sent. */
  finish(): void {
    this.#ended = true;
    this.#finished = true;
    this.#update();
  }

  grant(bytes: number): void {
    this.credit += bytes;
    this.#setStalled(false);
    this.schedule();
  }

  /** What waits will not be sent; the end will. */
  discard(): void {
    this.#first = undefined;
    this.#more = undefined;
    this.#sender.backlog -= this.#queuedBytes;
    this.#queuedBytes = 0;
    this.#setStalled(false);
    this.#update();
    this.end();
    this.#resolveDrained();
  }

  /** Nothing will be sent any more, not even the end. */
  close(): void {
    this.finish();
    this.discard();
  }

  /** Resolves once the producer may go on. */
  drained(): Promise<void> {
    if (this.#ready || this.#queuedBytes === 0) return Promise.resolve();
    this.#drained ??= Promise.withResolvers();
    return this.#drained.promise;
  }

  /** Stands in line, or waits for credit. */
  schedule(): void {
    if (!this.owner.mayEmit(this)) return;
    if (this.sendable) this.#sender.schedule(this);
    else if (this.#queuedBytes > 0) this.#setStalled(true);
  }

  moveTo(writer: FrameWriter, count: number): void {
    this.credit -= count;
    this.#queuedBytes -= count;
    this.#sender.backlog -= count;
    for (let rest = count; rest > 0; ) {
      const chunk = this.#first;
      if (chunk === undefined || chunk.length === 0) throw new RpcError("internal", vanished);
      if (chunk.length <= rest) {
        // Its length is gone once it was released.
        rest -= chunk.length;
        writer.bytes(chunk);
        this.#first = this.#more?.shift();
      } else {
        writer.bytes(chunk.subarray(0, rest));
        this.#first = chunk.subarray(rest);
        rest = 0;
      }
    }
    this.#update();
    // What is left over for lack of credit is reason enough to wait.
    const goesOn = this.#queuedBytes < LOW_WATER_BYTES && this.#queuedBytes <= this.credit;
    if (this.#drained !== undefined && goesOn) this.#resolveDrained();
  }

  #update(): void {
    const pending = this.#queuedBytes > 0 || (this.#ended && !this.#finished);
    if (pending === this.#pending) return;
    this.#pending = pending;
    this.owner.pending(this, pending);
  }

  #resolveDrained(): void {
    this.#drained?.resolve();
    this.#drained = undefined;
  }

  #setStalled(stalled: boolean): void {
    if (this.#stalled === stalled) return;
    this.#stalled = stalled;
    this.owner.stalled(this, stalled);
  }
}
