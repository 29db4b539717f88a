import { type CallContext, type Stream, sync } from "@witwire/wit/values";
import { Scope } from "../scope.ts";
import { type ByteInput, chunkSource, toByteSource } from "./byte-source.ts";
import { InputPipe } from "./input-pipe.ts";
import { Pollable } from "./pollable.ts";
import { after, wait } from "./wait.ts";

/** What a stream may be told besides where its bytes come from or go to. */
export interface StreamOptions {
  /** The instance to which it is given: its limits apply, and it ends with it. Default: one of its own. */
  readonly scope?: Scope;
  /** Called once when the guest drops it. */
  readonly onDrop?: () => void;
}

/**
 * `wasi:io/streams` `input-stream`. Every method that fails throws a `WitError` with a `stream-error`.
 */
export class InputStream implements Disposable {
  readonly #scope: Scope;
  readonly #onDrop: (() => void) | undefined;
  readonly #isShared: boolean;
  #pipe: InputPipe;
  #dropped = false;

  /**
   * Most code wants {@link InputStream.from}.
   *
   * @param isShared others read from the pipe too, so it stays open when this stream is dropped
   * @throws WasiLimitError where the guest has too many streams
   */
  constructor(pipe: InputPipe, options: StreamOptions = {}, isShared = false) {
    this.#pipe = pipe;
    this.#scope = options.scope ?? new Scope();
    this.#onDrop = options.onDrop;
    this.#isShared = isShared;
    try {
      this.#scope.add("streams", this);
    } catch (error) {
      if (!isShared) pipe.close();
      throw error;
    }
  }

  /** A stream for a guest, of bytes from anywhere. */
  static from(input: ByteInput, options?: StreamOptions): InputStream {
    return new InputStream(new InputPipe(toByteSource(input)), options);
  }

  /** What is there, at most `len` bytes, and never more than the limit `maxReadBytes`; empty where there is nothing yet. */
  read(len: bigint, context?: CallContext): Uint8Array {
    return this.#pipe.take(this.#clamp(len), context?.copiesAnswer);
  }

  /** Bytes, once there are any. */
  blockingRead(len: bigint, context?: CallContext): Uint8Array | Promise<Uint8Array> {
    this.#pipe.request(this.#clamp(len));
    return after(this.#wait(context), () => this.read(len, context));
  }

  /** As {@link read}, for how many bytes that is. */
  skip(len: bigint): bigint {
    return BigInt(this.#pipe.take(this.#clamp(len), true).length);
  }

  blockingSkip(len: bigint, context?: CallContext): bigint | Promise<bigint> {
    this.#pipe.request(this.#clamp(len));
    return after(this.#wait(context), () => this.skip(len));
  }

  /** Ready when there are bytes, or none will come any more. */
  subscribe(): Pollable {
    return new Pollable(this.#scope, this.#pipe);
  }

  /**
   * Takes over everything that the guest has not read, as a `stream<u8>`. For the guest the stream is closed then. A stream
   * that the guest gave away as `own` is best taken over like this.
   */
  toStream(): Stream<Uint8Array, Uint8Array> {
    const pipe = this.#pipe;
    this.#pipe = new InputPipe(chunkSource([]));
    return pipe.toStream();
  }

  [Symbol.dispose](): void {
    if (this.#dropped) return;
    this.#dropped = true;
    this.#scope.delete("streams", this);
    if (!this.#isShared) this.#pipe.close();
    this.#onDrop?.();
  }

  /** What it waits for. */
  static pipeOf(stream: InputStream): InputPipe {
    return stream.#pipe;
  }

  #wait(context: CallContext | undefined): Promise<void> | undefined {
    return wait([this.#pipe], context, this.#scope.turn);
  }

  #clamp(len: bigint): number {
    const most = this.#scope.limits.maxReadBytes;
    return len > BigInt(most) ? most : Number(len);
  }

  static {
    const { read, skip, subscribe } = InputStream.prototype;
    for (const method of [read, skip, subscribe]) sync(method);
  }
}
