import type { IncomingMessage } from "node:http";
import type { ByteSource } from "../io/byte-source.ts";
import { IoError } from "../io/io-error.ts";
import { NodeReadableSource } from "../io/node-readable-source.ts";
import { type ErrorCode, HttpFailure } from "./error-code.ts";
import { startTimer } from "./timer.ts";

/** The bytes of a message's body. One that breaks off has failed, and so has one that pauses for too long. */
export class MessageSource implements ByteSource {
  readonly #message: IncomingMessage;
  readonly #source: NodeReadableSource;
  readonly #timeout: number;

  /** @param timeout milliseconds between two pieces */
  constructor(message: IncomingMessage, timeout: number) {
    this.#message = message;
    this.#source = new NodeReadableSource(message);
    this.#timeout = timeout;
    message.on("error", () => {});
  }

  next(): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    let next: Uint8Array | undefined | Promise<Uint8Array | undefined>;
    try {
      next = this.#source.next();
    } catch (error) {
      throw bodyFailure(this.#message, error);
    }
    return next instanceof Promise ? this.#wait(next) : this.#received(next);
  }

  cancel(): void {
    this.#source.cancel();
  }

  async #wait(next: Promise<Uint8Array | undefined>): Promise<Uint8Array | undefined> {
    const timer = startTimer(this.#timeout, () => {
      this.#message.destroy(new HttpFailure({ tag: "connection-read-timeout" }));
    });
    try {
      return this.#received(await next);
    } catch (error) {
      throw error instanceof IoError ? error : bodyFailure(this.#message, error);
    } finally {
      clearTimeout(timer);
    }
  }

  #received(chunk: Uint8Array | undefined): Uint8Array | undefined {
    if (chunk === undefined && !this.#message.complete) throw bodyFailure(this.#message, this.#message.errored);
    return chunk;
  }
}

/** What the guest learns about a body that broke off. */
function bodyFailure(message: IncomingMessage, error: unknown): IoError {
  const http = bodyErrorCode(message, error);
  return new IoError(`the body broke off: ${http.tag}`, { http });
}

/** The code for a body that broke off, of a request or a response. */
export function bodyErrorCode(message: IncomingMessage, error: unknown): ErrorCode {
  if (error instanceof HttpFailure) return error.code;
  return { tag: message.statusCode === null ? "connection-terminated" : "HTTP-response-incomplete" };
}

/**
 * Nobody wants the rest of a message. A response that is not all there would keep its connection; what is left of a request
 * Node takes care of when it is answered.
 */
export function abandon(message: IncomingMessage): void {
  const isResponse = message.statusCode !== null;
  if (!isResponse) return;
  if (message.complete) message.resume();
  else message.destroy();
}
