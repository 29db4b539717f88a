import type { Limits } from "../limits.ts";
import { FrameReader, type FrameSink } from "./frame-reader.ts";
import type { HeadReader } from "./open-reader.ts";

/** Frames that are read at a time. */
const FRAMES_PER_TURN = 16;

const noBytes = new Uint8Array(0);

/** Takes frames, and hears of what became of a turn. */
export interface TurnOwner extends FrameSink {
  /** Whether anything that was received still matters. */
  readonly listening: boolean;
  /** Some frames were read, and there may be more. */
  turnRead(): void;
  /** What was received is wrong; nothing more of it is read. */
  violated(error: unknown): void;
}

/**
 * Reads received frames a few at a time and lets the calls that they belong to go on in between. So the first answers of
 * many leave while the last calls are still being read, and both peers work at the same time; reading all of them first
 * would leave one of the two idle at any time.
 *
 * All turns come within one task of the event loop: nothing else that the byte stream reports comes in between.
 */
export class TurnReader {
  readonly #owner: TurnOwner;
  readonly #reader: FrameReader;
  #bytes: Uint8Array = noBytes;
  #at = 0;
  readonly #nextTurn = (): void => this.#read(FRAMES_PER_TURN);
  // Calls go on in microtasks that are queued by now, and many of them in one that these queue.
  readonly #yield = (): void => queueMicrotask(this.#nextTurn);

  /** @param heads reads what calls of the peer are opened with */
  constructor(owner: TurnOwner, limits: Limits, heads: HeadReader) {
    this.#owner = owner;
    this.#reader = new FrameReader(owner, limits, heads);
  }

  /** Reads the bytes from an offset on: the first frames at once, the others soon. */
  push(bytes: Uint8Array, offset: number): void {
    // Byte streams that are no sockets may bring more before the turns are over.
    this.finish();
    this.#keep(bytes, offset);
    this.#read(FRAMES_PER_TURN);
  }

  /** Reads at once what was received and not read yet. */
  finish(): void {
    this.#read(Number.POSITIVE_INFINITY);
  }

  #read(frames: number): void {
    const bytes = this.#bytes;
    let at = this.#at;
    if (at === bytes.length) return;
    this.#keep(noBytes, 0);
    if (!this.#owner.listening) return;
    try {
      at = this.#reader.push(bytes, at, frames);
    } catch (error) {
      this.#owner.violated(error);
      return;
    }
    if (at < bytes.length) {
      this.#keep(bytes, at);
      queueMicrotask(this.#yield);
    }
    this.#owner.turnRead();
  }

  #keep(bytes: Uint8Array, at: number): void {
    this.#bytes = bytes;
    this.#at = at;
  }
}
