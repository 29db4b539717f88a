import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { Peer } from "@witwire/wit/values";

/**
 * The client of a WebSocket that was accepted: what implementations find as `context.peer`. Its headers are those of
 * the request that opened the WebSocket; browsers send cookies and the origin with it.
 */
export class WebSocketPeer implements Peer {
  readonly transport = "websocket";
  /** `host:port` of the other end, which is a proxy's where there is one. */
  readonly address: string | undefined;
  /** Names in lower case. */
  readonly headers: IncomingHttpHeaders;
  /** Path and query of the request. */
  readonly url: string;

  constructor(request: IncomingMessage) {
    const { remoteAddress: host, remotePort: port } = request.socket;
    this.address = host === undefined ? undefined : `${host.includes(":") ? `[${host}]` : host}:${port}`;
    this.headers = request.headers;
    this.url = request.url ?? "/";
  }
}

/** Whether a call came over a WebSocket, so that its headers can be looked at. */
export function isWebSocketPeer(peer: Peer): peer is WebSocketPeer {
  return peer instanceof WebSocketPeer;
}
