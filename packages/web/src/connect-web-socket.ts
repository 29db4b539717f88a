import {
  createSessionTransport,
  type Duplex,
  resolveLimits,
  type SessionTransport,
  type SessionTransportOptions,
} from "@witwire/rpc";
import { MessageDuplex } from "./message-duplex.ts";
import { parseWebSocketAddress } from "./web-socket-address.ts";
import { type WebSocketLike, WebSocketLink } from "./web-socket-link.ts";

/**
 * A session with a server over a WebSocket: `wss://host/path`, `ws://host:port/path`, or in a page `/path` on its own host.
 * Nothing is connected before the first call; one connection carries all calls, and is made again when it is lost.
 *
 * @throws RangeError for an address that is none, and one of plain wRPC
 */
export function connectWebSocket(address: string, options: SessionTransportOptions = {}): SessionTransport {
  if (parseWebSocketAddress(address).protocol === "plain") {
    throw new RangeError(
      `"${address}" is an address of plain wRPC: use createPlainTransport(dialWebSocket("${address}")), or leave wrpc+ out`,
    );
  }
  return createSessionTransport(dialWebSocket(address, options), options);
}

/**
 * Opens byte streams over WebSockets, for `createSessionTransport` and `createPlainTransport`. A WebSocket in a browser cannot
 * hold its peer back, so at most `maxBufferedBytes` are kept while nobody reads; sessions never come near that.
 *
 * @throws RangeError for an address that is none
 */
export function dialWebSocket(address: string, options: Pick<SessionTransportOptions, "limits"> = {}): () => Duplex {
  const { url } = parseWebSocketAddress(address);
  const peer = { transport: "websocket", address: url };
  const { maxBufferedBytes } = resolveLimits(options.limits);
  return () => new MessageDuplex(new WebSocketLink(() => openWebSocket(url), url), peer, maxBufferedBytes);
}

function openWebSocket(url: string): WebSocketLike {
  const { WebSocket } = globalThis as unknown as { WebSocket?: new (url: string) => WebSocketLike };
  if (WebSocket === undefined) throw new Error("there is no WebSocket here");
  return new WebSocket(url);
}
