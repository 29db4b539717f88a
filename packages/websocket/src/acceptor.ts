import { type IncomingMessage, STATUS_CODES } from "node:http";
import type { Duplex as NodeDuplex } from "node:stream";
import type { Server } from "@witwire/rpc";
import { MessageDuplex } from "@witwire/web/internal";
import { type WebSocket, WebSocketServer } from "ws";
import { Heartbeat } from "./heartbeat.ts";
import { isAllowedOrigin } from "./origins.ts";
import { WebSocketPeer } from "./web-socket-peer.ts";
import { WsLink } from "./ws-link.ts";

/** How WebSockets are accepted. */
export interface AcceptOptions {
  /**
   * Pages that may connect, by origin (`https://app.example`); `"any"` lets all in. Default: pages of the host that they connect
   * to. Clients that send no origin, which browsers always do, are not asked.
   */
  readonly origins?: readonly string[] | "any";
  /** Looks at the request that opens a WebSocket: cookies, tokens. `false`, or an error, answers it with 401. Default: lets all in. */
  readonly authorize?: (request: IncomingMessage) => boolean | Promise<boolean>;
  /** WebSockets at the same time, those included whose requests are looked at. More are answered with 503. Default: the server's `maxConnections`, and 64 that are about to close. */
  readonly maxConnections?: number;
  /** Bytes of one message; larger ones are refused by their length, with code 1009. Default: the server's `maxFrameBytes`, 16 MiB. */
  readonly maxMessageBytes?: number;
  /**
   * Milliseconds between pings. A peer that has neither answered nor sent anything until the next one is cut off, while it is read
   * from. Default: none, since sessions have their own.
   */
  readonly pingInterval?: number;
}

/** Turns requests to upgrade into byte streams of a server. */
export interface WebSocketAcceptor extends AsyncDisposable {
  /** Takes the arguments of an `upgrade` event of `node:http`, and always answers the request. */
  handleUpgrade(request: IncomingMessage, socket: NodeDuplex, head: Uint8Array): void;
  /** WebSockets that are open, or being opened. */
  readonly connections: number;
  /** Takes no more. Calls that came over it go on; `server.close()` ends those. */
  close(): Promise<void>;
}

/** WebSockets that the server is done with, whose peers have yet to close their sides. */
export const SPARE_CONNECTIONS = 64;

/** Milliseconds for the peer to close its side of a WebSocket before it is cut off. */
const CLOSE_TIMEOUT = 10_000;

/**
 * Accepts WebSockets for a server, wherever the requests come from. Sessions and plain wRPC are answered alike. Most want
 * `listenWebSocket` or `mountWebSocket` instead.
 */
export function createWebSocketAcceptor(server: Server, options: AcceptOptions = {}): WebSocketAcceptor {
  return new Acceptor(server, options);
}

class Acceptor implements WebSocketAcceptor {
  readonly #server: Server;
  readonly #options: AcceptOptions;
  readonly #sockets: WebSocketServer;
  readonly #heartbeat: Heartbeat | undefined;
  readonly #maxConnections: number;
  #connections = 0;
  #closed = false;

  constructor(server: Server, options: AcceptOptions) {
    this.#server = server;
    this.#options = options;
    this.#maxConnections = positive(
      "maxConnections",
      options.maxConnections ?? server.limits.maxConnections + SPARE_CONNECTIONS,
    );
    const maxMessageBytes = positive("maxMessageBytes", options.maxMessageBytes ?? server.limits.maxFrameBytes);
    const { pingInterval } = options;
    this.#heartbeat = pingInterval === undefined ? undefined : new Heartbeat(positive("pingInterval", pingInterval));
    const settings = {
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: maxMessageBytes,
      autoPong: false,
      closeTimeout: CLOSE_TIMEOUT,
    };
    this.#sockets = new WebSocketServer(settings);
  }

  get connections(): number {
    return this.#connections;
  }

  handleUpgrade(request: IncomingMessage, socket: NodeDuplex, head: Uint8Array): void {
    const { origins, authorize } = this.#options;
    socket.on("error", ignore);
    if (this.#closed) refuse(socket, 503, "this server is shutting down");
    else if (this.#connections >= this.#maxConnections) refuse(socket, 503, "too many connections");
    else if (!isAllowedOrigin(request.headers, origins)) {
      refuse(socket, 403, `pages of ${request.headers.origin} may not connect (option origins)`);
    } else {
      this.#connections++;
      socket.once("close", () => this.#connections--);
      if (authorize === undefined) this.#upgrade(request, socket, head);
      else void this.#authorize(authorize, request, socket, head);
    }
  }

  close(): Promise<void> {
    this.#closed = true;
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #authorize(
    authorize: (request: IncomingMessage) => boolean | Promise<boolean>,
    request: IncomingMessage,
    socket: NodeDuplex,
    head: Uint8Array,
  ): Promise<void> {
    let allowed: boolean;
    try {
      allowed = await authorize(request);
    } catch (error) {
      allowed = false;
      const message = error instanceof Error ? error.message : String(error);
      console.error(`witwire: authorize failed, so a WebSocket was refused: ${message}`);
    }
    if (!allowed) refuse(socket, 401, "not authorized");
    else if (this.#closed) refuse(socket, 503, "this server is shutting down");
    else this.#upgrade(request, socket, head);
  }

  #upgrade(request: IncomingMessage, socket: NodeDuplex, head: Uint8Array): void {
    this.#sockets.handleUpgrade(request, socket, Buffer.from(head), (webSocket) => {
      socket.off("error", ignore);
      this.#accept(webSocket, new WebSocketPeer(request));
    });
  }

  #accept(socket: WebSocket, peer: WebSocketPeer): void {
    this.#heartbeat?.watch(socket);
    const link = new WsLink(socket, peer.address ?? "the client");
    this.#server.accept(new MessageDuplex(link, peer, this.#server.limits.maxBufferedBytes));
  }
}

function positive(name: string, value: number): number {
  if (!(value > 0)) throw new RangeError(`${name} must be a positive number, not ${value}`);
  return value;
}

/** Answers a request that is not upgraded. */
export function refuse(socket: NodeDuplex, status: number, why: string): void {
  const body = `${why}\n`;
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "Connection: close",
    "Content-Type: text/plain; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.once("finish", () => socket.destroy());
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}

/** The socket closes by itself. */
function ignore(): void {}
