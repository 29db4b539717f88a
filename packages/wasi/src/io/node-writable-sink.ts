import type { Writable } from "node:stream";
import type { ByteSink } from "./byte-sink.ts";
import { DestinationClosed } from "./stream-error.ts";

/** Bytes for a Node stream, which stays open. */
export class NodeWritableSink implements ByteSink {
  readonly #writable: Writable;
  #listening = false;

  constructor(writable: Writable) {
    this.#writable = writable;
  }

  write(bytes: Uint8Array): Promise<void> | undefined {
    const writable = this.#writable;
    if (writable.errored !== null) throw writable.errored;
    if (!writable.writable) throw new DestinationClosed();
    this.#listen();
    return writable.write(bytes) ? undefined : this.#drained();
  }

  /** Waits for the bytes before: Node calls back in the order of writes. */
  flush(): Promise<void> | undefined {
    const writable = this.#writable;
    if (writable.writableLength === 0) return undefined;
    if (!writable.writable) throw new DestinationClosed();
    return new Promise((resolve, reject) => {
      writable.write(new Uint8Array(0), (error) => (error ? reject(error) : resolve()));
    });
  }

  end(): void {
    if (this.#listening) this.#writable.off("error", ignore);
    this.#listening = false;
  }

  abort(): void {
    this.end();
  }

  /** An error reaches whoever writes next; without a listener it would end the process as well. */
  #listen(): void {
    if (!this.#listening) this.#writable.on("error", ignore);
    this.#listening = true;
  }

  #drained(): Promise<void> {
    const writable = this.#writable;
    return new Promise((resolve, reject) => {
      const finish = (): void => {
        writable.off("drain", drained).off("error", failed).off("close", closed);
      };
      const drained = (): void => {
        finish();
        resolve();
      };
      const failed = (error: Error): void => {
        finish();
        reject(error);
      };
      const closed = (): void => failed(writable.errored ?? new DestinationClosed());
      writable.on("drain", drained).on("error", failed).on("close", closed);
    });
  }
}

function ignore(): void {}
