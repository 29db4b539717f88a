import { createServer as createHttpServer, type Server as HttpServer, type RequestListener } from "node:http";
import { createServer as createHttpsServer, type ServerOptions as TlsOptions } from "node:https";
import type { Server } from "@witwire/rpc";
import { parseWebSocketAddress } from "@witwire/web";
import { type AcceptOptions, SPARE_CONNECTIONS } from "./acceptor.ts";
import { type MountedWebSocket, mountWebSocket } from "./mount-web-socket.ts";

export interface ListenWebSocketOptions extends AcceptOptions {
  /** Certificate and key for `wss://` addresses, as `node:https` takes them. */
  readonly tls?: TlsOptions;
  /** Told when the system could not accept a connection, for lack of file descriptors for example. Default: `console.error`. */
  readonly onError?: (error: Error) => void;
}

/** An HTTP server that takes WebSockets for a server of calls. */
export interface WebSocketListener extends MountedWebSocket {
  /** The address as clients write it, with the real port where 0 was asked for. */
  readonly address: string;
}

/**
 * Listens on `ws://host:port/path`, or `wss://…` given a certificate; port 0 picks a free one, and without a port it is
 * 80 or 443. Sessions and plain wRPC are answered alike. Requests that open no WebSocket get 426, other paths 404.
 *
 * @throws RangeError for an address that is none; the system's error, explained, when it cannot be listened on
 */
export async function listenWebSocket(
  server: Server,
  address: string,
  options: ListenWebSocketOptions = {},
): Promise<WebSocketListener> {
  const url = new URL(parseWebSocketAddress(address).url);
  const http = createHttp(url, server, options.tls);
  const mounted = mountWebSocket(server, http, { ...options, path: url.pathname });
  await begin(http, url);
  http.on("error", options.onError ?? ((error) => console.error(`accepting on ${address} failed:`, error)));
  const bound = http.address();
  if (bound !== null && typeof bound === "object") url.port = String(bound.port);
  const close = async (): Promise<void> => {
    await mounted.close();
    // The callback waits for open connections, which belong to the server and not to the listener.
    http.close();
  };
  return {
    address: url.href,
    close,
    [Symbol.asyncDispose]: close,
    get connections() {
      return mounted.connections;
    },
  };
}

function createHttp(url: URL, server: Server, tls: TlsOptions | undefined): HttpServer {
  const { headerTimeout, keepaliveInterval, maxConnections } = server.limits;
  const timeouts = {
    headersTimeout: headerTimeout,
    requestTimeout: headerTimeout,
    noDelay: true,
    // A peer that vanishes without a word would be waited for: only sessions, and `pingInterval`, ask by themselves.
    keepAlive: true,
    keepAliveInitialDelay: keepaliveInterval,
  };
  const explain: RequestListener = (_request, response) => {
    response.writeHead(426, { "Content-Type": "text/plain; charset=utf-8", Upgrade: "websocket" });
    response.end("this address answers calls over WebSockets\n");
  };
  if (url.protocol === "ws:" && tls !== undefined) {
    throw new RangeError("a certificate was given, so the address should begin with wss://");
  }
  if (url.protocol === "wss:" && tls === undefined) {
    throw new RangeError("wss:// needs a certificate: give the option tls, or mount into a server of node:https");
  }
  const http =
    tls === undefined ? createHttpServer(timeouts, explain) : createHttpsServer({ ...timeouts, ...tls }, explain);
  // Beyond those who can be told that they are too many.
  http.maxConnections = maxConnections + 2 * SPARE_CONNECTIONS;
  return http;
}

function begin(http: HttpServer, url: URL): Promise<void> {
  return new Promise((resolve, reject) => {
    const refused = (cause: NodeJS.ErrnoException): void => {
      const hint = cause.code === "EADDRINUSE" ? "another server listens there already" : cause.message;
      reject(new Error(`cannot listen on ${url.href}: ${hint}`, { cause }));
    };
    http.once("error", refused);
    const port = url.port === "" ? (url.protocol === "wss:" ? 443 : 80) : Number(url.port);
    http.listen({ host: url.hostname.replace(/^\[|\]$/g, ""), port, backlog: 4096 }, () => {
      http.off("error", refused);
      resolve();
    });
  });
}
