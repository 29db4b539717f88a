/** Witwire in browsers: WebSocket and WebTransport clients, MessagePort and Worker, Web Streams. @packageDocumentation */
export { connectWebSocket, dialWebSocket } from "./connect-web-socket.ts";
export {
  type CertificateHash,
  connectWebTransport,
  dialWebTransport,
  type WebTransportDial,
  type WebTransportDialOptions,
} from "./connect-web-transport.ts";
export type { StreamPort } from "./port-link.ts";
export { acceptPort, connectPort, dialPort, type PortLike, portDuplex } from "./ports.ts";
export { streamPairDuplex } from "./stream-pair.ts";
export type { StreamPair, StreamReader, StreamWriter } from "./stream-pair-link.ts";
export { parseWebSocketAddress, type WebSocketAddress } from "./web-socket-address.ts";
export { parseWebTransportAddress, type WebTransportAddress } from "./web-transport-address.ts";
