import { RpcError } from "@witwire/rpc";
import { Fifo } from "@witwire/rpc/internal";
import type { LinkConnection } from "../link-connection.ts";
import { numberSize, writeNumber } from "./numbered-messages.ts";

/** Longest message that we send, whatever the broker would take. */
const MAX_MESSAGE_BYTES = 1024 * 1024;

const noBytes = new Uint8Array(0);

/**
 * One direction of a call as messages: a byte stream, cut where a message is full.
 *
 * States: unattached -> opening (message 0 may be sent; what is behind it waits until the peer's subject is known)
 * -> bound (everything may be sent). A server begins bound.
 */
export class SentMessages {
  onDrain: (() => void) | undefined;
  /** Message 0, to be sent once more if it has to be; gone once the peer's subject is known. */
  first: Uint8Array | undefined;
  readonly #isComplete: () => boolean;
  readonly #onEnd: () => void;
  readonly #waiting = new Fifo<Uint8Array>();
  readonly #onDrained = (): void => this.#drained();
  /** The oldest of the waiting pieces, less what was sent of it. */
  #piece: Uint8Array = noBytes;
  #waitingBytes = 0;
  #connection: LinkConnection | undefined;
  #from = "";
  #to = "";
  #bound = false;
  #number = 0;

  /**
   * @param isComplete whether everything that will ever be sent was written
   * @param onEnd called once everything was sent, after it was ended
   */
  constructor(isComplete: () => boolean, onEnd: () => void) {
    this.#isComplete = isComplete;
    this.#onEnd = onEnd;
  }

  /** Number of messages that were sent. */
  get count(): number {
    return this.#number;
  }

  /** @param from where answers are taken; @param bound whether `to` is the peer's subject, rather than a function's */
  attach(connection: LinkConnection, from: string, to: string, bound: boolean): void {
    this.#connection = connection;
    this.#from = from;
    this.#to = to;
    this.#bound = bound;
  }

  /** The peer's subject is known. */
  bind(to: string): void {
    this.#to = to;
    this.#bound = true;
    this.first = undefined;
    this.#send();
    this.#drained();
  }

  /** Sends what has no frames, to let the peer know the subject. */
  introduce(): void {
    if (this.#number === 0) this.#publish(0);
  }

  /** Sends message 0 once more, to whoever gets it now. */
  again(): void {
    if (this.first !== undefined) this.#connection?.publish(this.#to, this.first, { reply: this.#from });
  }

  write(chunks: readonly Uint8Array[]): boolean {
    for (const chunk of chunks) {
      this.#waiting.push(chunk);
      this.#waitingBytes += chunk.length;
    }
    this.#send();
    if (!this.#bound) return false;
    if (this.#connection?.congested !== true) return true;
    this.#connection.whenDrained(this.#onDrained);
    return false;
  }

  end(): void {
    this.#onEnd();
  }

  /** Nothing more is sent. */
  close(): void {
    this.#connection?.forgetDrained(this.#onDrained);
    this.#waiting.clear();
    this.#waitingBytes = 0;
    this.onDrain = undefined;
  }

  #send(): void {
    while (this.#waitingBytes > 0 && (this.#bound || this.#number === 0)) this.#publish(this.#waitingBytes);
  }

  #publish(bytes: number): void {
    const connection = this.#connection;
    if (connection === undefined) return;
    const head = numberSize(this.#number);
    const most = Math.min(connection.broker.maxPayload, MAX_MESSAGE_BYTES) - head;
    const count = Math.min(bytes, most);
    const message = new Uint8Array(head + count);
    this.#take(message, writeNumber(this.#number, message));
    const alone = this.#bound && this.#number === 0 && this.#waitingBytes === 0 && this.#isComplete();
    if (!this.#bound) this.first = message;
    this.#number++;
    connection.publish(this.#to, message, alone ? undefined : { reply: this.#from });
  }

  /** Fills a message from `at` on. */
  #take(message: Uint8Array, at: number): void {
    let to = at;
    while (to < message.length) {
      if (this.#piece.length === 0) {
        const next = this.#waiting.shift();
        if (next === undefined)
          throw new RpcError("internal", "bytes that wait to be sent are gone: their memory was given elsewhere");
        this.#piece = next;
      }
      const part = this.#piece.subarray(0, message.length - to);
      message.set(part, to);
      to += part.length;
      this.#piece = this.#piece.subarray(part.length);
    }
    this.#waitingBytes -= message.length - at;
  }

  #drained(): void {
    if (this.#connection?.congested === true) this.#connection.whenDrained(this.#onDrained);
    else this.onDrain?.();
  }
}
