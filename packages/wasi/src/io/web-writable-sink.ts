import type { ByteSink } from "./byte-sink.ts";

/** Bytes for a web stream, which stays open. */
export class WebWritableSink implements ByteSink {
  readonly #stream: WritableStream<Uint8Array>;
  #writer: WritableStreamDefaultWriter<Uint8Array> | undefined;
  #last: Promise<void> | undefined;

  constructor(stream: WritableStream<Uint8Array>) {
    this.#stream = stream;
  }

  write(bytes: Uint8Array): Promise<void> | undefined {
    this.#writer ??= this.#stream.getWriter();
    const last = this.#writer.write(bytes);
    this.#last = last;
    last.catch(() => {});
    const room = this.#writer.desiredSize;
    return room !== null && room > 0 ? undefined : this.#writer.ready;
  }

  flush(): Promise<void> | undefined {
    return this.#last;
  }

  /** Lets others write to it. */
  end(): void {
    this.#writer?.releaseLock();
    this.#writer = undefined;
  }

  abort(): void {
    this.end();
  }
}
