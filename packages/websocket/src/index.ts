/** WebSocket for Witwire: server and Node client. @packageDocumentation */
export { type AcceptOptions, createWebSocketAcceptor, type WebSocketAcceptor } from "./acceptor.ts";
export { connectWebSocket, type DialWebSocketOptions, dialWebSocket } from "./connect-web-socket.ts";
export { type ListenWebSocketOptions, listenWebSocket, type WebSocketListener } from "./listen-web-socket.ts";
export { type MountedWebSocket, type MountOptions, mountWebSocket, type UpgradingServer } from "./mount-web-socket.ts";
export { isWebSocketPeer, WebSocketPeer } from "./web-socket-peer.ts";
