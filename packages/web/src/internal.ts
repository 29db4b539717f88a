/** What the WebSocket package shares with the one for browsers. No part of the public interface. @packageDocumentation */
export { MessageDuplex } from "./message-duplex.ts";
export type { LinkEvents, MessageLink } from "./message-link.ts";
export { MAX_MESSAGE_BYTES } from "./outgoing-messages.ts";
export { CLOSE_ABORTED, closedEarly, notConnected, unexpectedText } from "./web-socket-failure.ts";
