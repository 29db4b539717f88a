import type { RpcError } from "@witwire/rpc";
import type { LinkEvents, MessageLink } from "./message-link.ts";
import { type StreamPair, StreamPairLink } from "./stream-pair-link.ts";
import type { WebTransportConnection } from "./web-transport-connection.ts";
import { streamFailures } from "./web-transport-failure.ts";

/** A stream of a WebTransport session, from before it is opened. The peer is held back by not reading. */
export class WebTransportLink implements MessageLink {
  readonly handsOver = false;
  readonly #connection: WebTransportConnection;
  #events: LinkEvents | undefined;
  #stream: StreamPairLink | undefined;
  #isHeld = false;

  constructor(connection: WebTransportConnection) {
    this.#connection = connection;
  }

  get backlog(): number {
    return this.#stream?.backlog ?? 0;
  }

  start(events: LinkEvents): void {
    this.#events = events;
    this.#connection
      .openStream(() => this.#events !== undefined)
      .then(
        (pair) => this.#opened(pair),
        (error: RpcError) => this.#events?.lost(error),
      );
  }

  send(message: Uint8Array): void {
    this.#stream?.send(message);
  }

  sendEnd(): void {
    this.#stream?.sendEnd();
  }

  watch(): void {}

  hold(): void {
    this.#isHeld = true;
    this.#stream?.hold();
  }

  release(): void {
    this.#isHeld = false;
    this.#stream?.release();
  }

  taken(): void {}

  close(): void {
    this.#stream?.close();
    this.#leave();
  }

  breakOff(): void {
    this.#stream?.breakOff();
    this.#leave();
  }

  #opened(pair: StreamPair): void {
    const stream = new StreamPairLink(pair, streamFailures(this.#connection.url));
    if (this.#events === undefined) {
      stream.breakOff();
      return;
    }
    this.#stream = stream;
    stream.start(this.#events);
    if (this.#isHeld) stream.hold();
  }

  #leave(): void {
    if (this.#events === undefined) return;
    this.#events = undefined;
    this.#connection.released();
  }
}
