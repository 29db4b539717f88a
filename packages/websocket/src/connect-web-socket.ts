import type { ConnectionOptions } from "node:tls";
import {
  createPlainTransport,
  createSessionTransport,
  type Duplex,
  type InvocationTransport,
  type PlainTransportOptions,
  resolveLimits,
  type SessionTransport,
  type SessionTransportOptions,
} from "@witwire/rpc";
import { parseWebSocketAddress } from "@witwire/web";
import { MessageDuplex } from "@witwire/web/internal";
import { type ClientOptions, WebSocket } from "ws";
import { WsLink } from "./ws-link.ts";

/** How WebSockets are opened. */
export interface DialWebSocketOptions {
  /** Sent with the request that opens a WebSocket, for example `Authorization`. */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * For `wss://`: certificates to trust (`ca`), this side's own (`cert`, `key`), and the name that the server's has to be for
   * (`servername`). Default: those of the system; none; the address's host.
   */
  readonly tls?: Pick<ConnectionOptions, "ca" | "cert" | "key" | "passphrase" | "servername">;
  /** Bytes of one message; larger ones are refused by their length. Default: the limit `maxFrameBytes`, 16 MiB. */
  readonly maxMessageBytes?: number;
  /** Overrides of `DEFAULT_LIMITS`. */
  readonly limits?: SessionTransportOptions["limits"];
}

/**
 * A transport to a server on a WebSocket, for Node; `@witwire/web` has the one for browsers. Nothing is connected before the first
 * call.
 *
 * `ws://host:port/path` and `wss://…` are sessions: one connection carries all calls, is made again when it is lost,
 * and keeps the process from ending until the transport is closed. `wrpc+ws://` and `wrpc+wss://` speak plain wRPC with a connection for
 * each call, as peers in Rust do.
 *
 * @throws RangeError for an address that is none
 */
export function connectWebSocket(
  address: `ws://${string}` | `wss://${string}`,
  options?: SessionTransportOptions & DialWebSocketOptions,
): SessionTransport;
export function connectWebSocket(
  address: string,
  options?: PlainTransportOptions & DialWebSocketOptions,
): InvocationTransport;
export function connectWebSocket(
  address: string,
  options: PlainTransportOptions & DialWebSocketOptions = {},
): InvocationTransport {
  const dial = dialWebSocket(address, options);
  if (parseWebSocketAddress(address).protocol === "plain") return createPlainTransport(dial, options);
  if (options.compat !== undefined) {
    throw new RangeError(`compat is for peers of plain wRPC, so the address should be wrpc+${address}`);
  }
  return createSessionTransport(dial, options);
}

/**
 * Opens byte streams over WebSockets, for `createSessionTransport` and `createPlainTransport`.
 *
 * @throws RangeError for an address that is none
 */
export function dialWebSocket(address: string, options: DialWebSocketOptions = {}): () => Duplex {
  const { url } = parseWebSocketAddress(address);
  const limits = resolveLimits(options.limits);
  const peer = { transport: "websocket", address: url };
  const settings: ClientOptions = {
    ...options.tls,
    headers: { ...options.headers },
    perMessageDeflate: false,
    followRedirects: false,
    handshakeTimeout: limits.headerTimeout,
    maxPayload: options.maxMessageBytes ?? limits.maxFrameBytes,
    autoPong: false,
  };
  return () => {
    const socket = new WebSocket(url, settings);
    // Plain wRPC does not ask whether its peer is there, so the system does.
    socket.once("upgrade", (response) => response.socket.setKeepAlive(true, limits.keepaliveInterval));
    return new MessageDuplex(new WsLink(socket, url), peer, limits.maxBufferedBytes);
  };
}
