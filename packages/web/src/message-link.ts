import type { RpcError } from "@witwire/rpc";

/** What a {@link MessageLink} reports to the byte stream that is made of it. Calls never overlap. */
export interface LinkEvents {
  /** Messages can be sent from now on. */
  connected(): void;
  /** A message arrived. Its bytes belong to the receiver. */
  received(bytes: Uint8Array): void;
  /** The peer's mark for the end of its half arrived. */
  receivedEnd(): void;
  /** The backlog has become smaller. */
  progressed(): void;
  /** The mark that {@link MessageLink.sendEnd} sent has left, with everything before it. */
  endLeft(): void;
  /** The medium is gone, or the peer broke its rules. The byte stream breaks the link off then. */
  lost(error: RpcError): void;
}

/** A medium that carries messages in order: a WebSocket, a message port, a pair of streams. */
export interface MessageLink {
  /** Bytes that were sent and, as far as the medium can tell, have not left yet. */
  readonly backlog: number;
  /** Whether messages change hands by reference, so that they must not share memory with anything else. */
  readonly handsOver: boolean;
  /** Begins reporting. Called once. */
  start(events: LinkEvents): void;
  /** Sends a message. Only once connected, and not behind the end. */
  send(message: Uint8Array): void;
  /** Sends the mark for the end of this half. */
  sendEnd(): void;
  /** Has the link report {@link LinkEvents.progressed} until the backlog is gone, if it does not by itself. */
  watch(): void;
  /** Lets the peer feel that messages are not taken, as far as the medium can. Some may still come. */
  hold(): void;
  release(): void;
  /** The receiver has taken so many bytes, or the end where that is 0. */
  taken(bytes: number): void;
  /** Both halves have ended: frees the medium. Nothing is reported any more. */
  close(): void;
  /** Frees the medium at once, so that the peer sees a failure. Nothing is reported any more. */
  breakOff(): void;
}
