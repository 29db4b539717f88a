import { RpcError } from "@witwire/rpc";
import type { LinkEvents, MessageLink } from "./message-link.ts";

/** What is used of a `MessagePort`, as browsers and Node have it. */
export interface StreamPort {
  postMessage(message: unknown, transfer?: readonly unknown[]): void;
  addEventListener(type: string, listener: (event: object) => void): void;
  removeEventListener(type: string, listener: (event: object) => void): void;
  start(): void;
  close(): void;
}

/** Taken bytes are acknowledged so many at a time. */
const CREDIT_BYTES = 64 * 1024;

/**
 * A message port that carries one byte stream. The messages: a `Uint8Array` is bytes, `null` the end of the sender's half, a number
 * so many bytes that the receiver has taken (1 for the end), `false` that the sender has broken off.
 *
 * What is sent is a copy that changes hands without being copied again, so no buffer of a caller is ever detached.
 */
export class PortLink implements MessageLink {
  readonly handsOver = true;
  readonly #port: StreamPort;
  #events: LinkEvents | undefined;
  /** Sent and not yet taken by the peer. */
  #backlog = 0;
  #endSent = false;
  /** Taken and not yet acknowledged. */
  #taken = 0;
  readonly #onMessage = (event: object): void => this.#receive((event as { readonly data?: unknown }).data);
  readonly #onMessageError = (): void => this.#violated("a message that cannot be read");
  readonly #onClose = (): void => this.#events?.lost(new RpcError("unknown", "the other side of the port is gone"));

  constructor(port: StreamPort) {
    this.#port = port;
  }

  get backlog(): number {
    return this.#backlog;
  }

  start(events: LinkEvents): void {
    this.#events = events;
    this.#port.addEventListener("message", this.#onMessage);
    this.#port.addEventListener("messageerror", this.#onMessageError);
    this.#port.addEventListener("close", this.#onClose);
    this.#port.start();
    events.connected();
  }

  send(message: Uint8Array): void {
    this.#backlog += message.length;
    this.#port.postMessage(message, [message.buffer]);
  }

  sendEnd(): void {
    this.#endSent = true;
    this.#backlog += 1;
    this.#port.postMessage(null, []);
  }

  watch(): void {}

  /** What is not taken is not acknowledged, which is how the peer feels it. */
  hold(): void {}

  release(): void {}

  taken(bytes: number): void {
    this.#taken += bytes === 0 ? 1 : bytes;
    if (bytes > 0 && this.#taken < CREDIT_BYTES) return;
    this.#port.postMessage(this.#taken, []);
    this.#taken = 0;
  }

  close(): void {
    this.#events = undefined;
    this.#port.removeEventListener("message", this.#onMessage);
    this.#port.removeEventListener("messageerror", this.#onMessageError);
    this.#port.removeEventListener("close", this.#onClose);
    this.#port.close();
  }

  breakOff(): void {
    this.#port.postMessage(false, []);
    this.close();
  }

  #receive(message: unknown): void {
    if (message instanceof Uint8Array && message.buffer instanceof ArrayBuffer) this.#events?.received(message);
    else if (message === null) this.#events?.receivedEnd();
    else if (message === false) this.#events?.lost(new RpcError("unknown", "the peer failed the call"));
    else if (typeof message === "number") this.#acknowledged(message);
    else this.#violated("a message that is neither bytes nor anything else that belongs to a byte stream");
  }

  #acknowledged(bytes: number): void {
    if (!Number.isSafeInteger(bytes) || bytes <= 0 || bytes > this.#backlog) {
      this.#violated(`the news that it has taken ${bytes} bytes of ${this.#backlog}`);
      return;
    }
    this.#backlog -= bytes;
    if (this.#endSent && this.#backlog === 0) this.#events?.endLeft();
    this.#events?.progressed();
  }

  #violated(what: string): void {
    this.#events?.lost(new RpcError("protocol", `the peer sent ${what}`));
  }
}
