/** Witwire in browsers: WebSocket client, MessagePort and Worker, Web Streams. @packageDocumentation */
export { connectWebSocket, dialWebSocket } from "./connect-web-socket.ts";
export type { StreamPort } from "./port-link.ts";
export { acceptPort, connectPort, dialPort, type PortLike, portDuplex } from "./ports.ts";
export { streamPairDuplex } from "./stream-pair.ts";
export type { StreamPair, StreamReader, StreamWriter } from "./stream-pair-link.ts";
export { parseWebSocketAddress, type WebSocketAddress } from "./web-socket-address.ts";
