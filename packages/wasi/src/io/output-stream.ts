import { type CallContext, sync } from "@witwire/wit/values";
import { Scope } from "../scope.ts";
import { type ByteOutput, toByteSink } from "./byte-sink.ts";
import { InputStream, type StreamOptions } from "./input-stream.ts";
import { OutputPipe } from "./output-pipe.ts";
import { Pollable } from "./pollable.ts";
import { after, wait } from "./wait.ts";

/** As much as `blocking-write-and-flush` and `blocking-write-zeroes-and-flush` may be given. */
const BLOCKING_WRITE = 4096;

/**
 * `wasi:io/streams` `output-stream`. Every method that fails throws a `WitError` with a `stream-error`; a guest that
 * writes more than it was permitted traps.
 */
export class OutputStream implements Disposable {
  readonly #scope: Scope;
  readonly #pipe: OutputPipe;
  readonly #onDrop: (() => void) | undefined;
  readonly #isShared: boolean;
  /** What is left of what `check-write` permitted. */
  #permit = 0;
  #dropped = false;

  /**
   * Most code wants {@link OutputStream.to}.
   *
   * @param isShared others write to the pipe too, so it stays open when this stream is dropped
   * @throws WasiLimitError where the guest has too many streams
   */
  constructor(pipe: OutputPipe, options: StreamOptions = {}, isShared = false) {
    this.#pipe = pipe;
    this.#scope = options.scope ?? new Scope();
    this.#onDrop = options.onDrop;
    this.#isShared = isShared;
    try {
      this.#scope.add("streams", this);
    } catch (error) {
      if (!isShared) pipe.abort();
      throw error;
    }
  }

  /** A stream for a guest, to anywhere; it takes as much ahead as the limit `maxBufferedBytes` says. */
  static to(output: ByteOutput, options: StreamOptions = {}): OutputStream {
    const scope = options.scope ?? new Scope();
    return new OutputStream(new OutputPipe(toByteSink(output), scope.limits.maxBufferedBytes), { ...options, scope });
  }

  /** Bytes that the next writes may have; 0 while a flush is under way. */
  checkWrite(): bigint {
    this.#pipe.assertOpen();
    this.#permit = this.#pipe.room;
    return BigInt(this.#permit);
  }

  /** @throws RangeError where `check-write` has not permitted as much, which is a trap */
  write(contents: Uint8Array): void {
    this.#usePermit(contents.length);
    this.#pipe.assertOpen();
    this.#pipe.write(contents);
  }

  writeZeroes(len: bigint): void {
    this.#usePermit(len);
    this.#pipe.assertOpen();
    this.#pipe.write(new Uint8Array(Number(len)));
  }

  /** Takes no more until everything has arrived. */
  flush(): void {
    this.#pipe.assertOpen();
    this.#pipe.flush();
  }

  blockingFlush(context?: CallContext): Promise<void> | undefined {
    this.flush();
    return this.#thenCheck(context);
  }

  /** @throws RangeError for more than 4,096 bytes, which is a trap */
  blockingWriteAndFlush(contents: Uint8Array, context?: CallContext): Promise<void> | undefined {
    assertBlockingWrite(contents.length);
    return this.#writeAll(contents, context);
  }

  /** @throws RangeError for more than 4,096 bytes, which is a trap */
  blockingWriteZeroesAndFlush(len: bigint, context?: CallContext): Promise<void> | undefined {
    assertBlockingWrite(len);
    return this.#writeAll(new Uint8Array(Number(len)), context);
  }

  /** Ready when there is room, or nothing can be written any more. */
  subscribe(): Pollable {
    return new Pollable(this.#scope, this.#pipe);
  }

  /** Passes on what is there, as much as there is room for. */
  splice(from: InputStream, len: bigint): bigint {
    const room = this.checkWrite();
    const bytes = from.read(len < room ? len : room);
    this.write(bytes);
    return BigInt(bytes.length);
  }

  async blockingSplice(from: InputStream, len: bigint, context?: CallContext): Promise<bigint> {
    await this.#wait(context);
    await wait([InputStream.pipeOf(from)], context, this.#scope.turn);
    return this.splice(from, len);
  }

  /** What was written still arrives. */
  [Symbol.dispose](): void {
    if (this.#dropped) return;
    this.#dropped = true;
    if (!this.#isShared) this.#pipe.end();
    this.#scope.delete("streams", this);
    this.#onDrop?.();
  }

  /** @internal */
  settled(): Promise<void> | undefined {
    return this.#pipe.settled();
  }

  #usePermit(length: number | bigint): void {
    if (length > this.#permit) {
      throw new RangeError(`${length} bytes were written where check-write permitted ${this.#permit}`);
    }
    this.#permit -= Number(length);
  }

  #wait(context: CallContext | undefined): Promise<void> | undefined {
    return wait([this.#pipe], context, this.#scope.turn);
  }

  /** Answers at once where the destination is never busy. */
  #writeAll(bytes: Uint8Array, context: CallContext | undefined): Promise<void> | undefined {
    let rest = bytes;
    const step = (): Promise<void> | undefined => {
      while (rest.length > 0) {
        const room = Number(this.checkWrite());
        const waiting = room === 0 ? this.#wait(context) : undefined;
        if (waiting !== undefined) return waiting.then(step);
        this.write(rest.subarray(0, room));
        rest = rest.subarray(room);
      }
      this.flush();
      return this.#thenCheck(context);
    };
    return step();
  }

  /** Waits for a flush to end, and fails where it has. */
  #thenCheck(context: CallContext | undefined): Promise<void> | undefined {
    const check = (): undefined => {
      this.checkWrite();
    };
    return after<undefined>(this.#wait(context), check);
  }

  static {
    const { checkWrite, write, writeZeroes, flush, subscribe, splice } = OutputStream.prototype;
    for (const method of [checkWrite, write, writeZeroes, flush, subscribe, splice]) sync(method);
  }
}

function assertBlockingWrite(length: number | bigint): void {
  if (length <= BLOCKING_WRITE) return;
  throw new RangeError(`${length} bytes were given to a blocking write, which takes at most ${BLOCKING_WRITE}`);
}
