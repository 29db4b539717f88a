import type { OutgoingMessage } from "node:http";
import { isPromiseLike } from "@witwire/wit/values";
import type { ByteSink } from "../io/byte-sink.ts";
import { IoError } from "../io/io-error.ts";
import { NodeWritableSink } from "../io/node-writable-sink.ts";
import { DestinationClosed } from "../io/stream-error.ts";
import { errorCodeOf } from "./error-code.ts";
import type { Fields } from "./fields.ts";

/**
 * Where an outgoing body goes to. A guest may write before it has sent the message that the body belongs to, so bytes
 * wait here until it is known where they go.
 */
export class BodySink implements ByteSink {
  readonly #capacity: number;
  readonly #attached: PromiseWithResolvers<void> = Promise.withResolvers();
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #message: OutgoingMessage | undefined;
  #target: NodeWritableSink | undefined;
  #aborted = false;
  /** Fields behind the body. */
  trailers: Fields | undefined;

  /** @param capacity bytes that wait while there is no message */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Sends what waits, and from now on everything, to a message whose head is known. */
  attach(message: OutgoingMessage): void {
    this.#message = message;
    this.#target = new NodeWritableSink(message);
    if (this.#aborted) message.destroy();
    else for (const bytes of this.#waiting) message.write(bytes);
    this.#waiting = [];
    this.#attached.resolve();
  }

  write(bytes: Uint8Array): unknown {
    if (this.#target !== undefined) return this.#send(() => this.#target?.write(bytes));
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    return this.#waitingBytes < this.#capacity ? undefined : this.#attached.promise;
  }

  /** Is no reason to wait for a message: a guest may flush before it sends one. */
  flush(): unknown {
    return this.#target === undefined ? undefined : this.#send(() => this.#target?.flush());
  }

  /** Ends the message. */
  async end(): Promise<void> {
    await this.#attached.promise;
    const message = this.#message;
    if (message === undefined || message.destroyed) return;
    const raw = this.trailers?.toRaw() ?? [];
    const pairs: [string, string][] = [];
    for (let index = 0; index + 1 < raw.length; index += 2) pairs.push([raw[index] ?? "", raw[index + 1] ?? ""]);
    if (pairs.length > 0) message.addTrailers(pairs);
    message.end();
  }

  /** The body will never be whole, so the connection breaks. */
  abort(): void {
    this.#aborted = true;
    this.#waiting = [];
    this.#message?.destroy();
    this.#attached.resolve();
  }

  /** Says more about a failure than that there was one. */
  #send(action: () => unknown): unknown {
    if (this.#message?.destroyed === true && this.#message.errored === null) throw new DestinationClosed();
    try {
      const outcome = action();
      return isPromiseLike(outcome) ? outcome.then(undefined, fail) : outcome;
    } catch (error) {
      return fail(error);
    }
  }
}

function fail(error: unknown): never {
  if (error instanceof DestinationClosed || error instanceof IoError) throw error;
  const http = errorCodeOf(error);
  throw new IoError(`the body was not sent: ${http.tag}`, { http });
}
