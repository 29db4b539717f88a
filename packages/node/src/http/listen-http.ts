import type { ServerHttp2Session } from "node:http2";
import type { Socket, Server as SocketServer } from "node:net";
import type { Server } from "@witwire/rpc";
import { builtIns } from "../built-ins.ts";
import { keptAlive } from "../kept-alive.ts";
import type { Listener, ListenOptions } from "../listen.ts";
import { authoritiesOf, keyPairOf } from "../tls/tls-options.ts";
import { formatHttpAddress, type HttpAddress } from "./http-address.ts";
import { createHttpHandler, type HttpHandler } from "./http-handler.ts";
import { Http2Pulse } from "./http2-pulse.ts";

/** Milliseconds until a connection on which nothing happens is closed. */
const IDLE = 60_000;

/** Connections beyond those with calls: they are kept for the next one, or being closed. */
const IDLE_CONNECTIONS = 64;

/** Megabytes of answers that a connection of HTTP/2 may not have read, beyond which it opens no calls. Node's 10 are few large ones. */
const SESSION_MEGABYTES = 128;

/**
 * Answers plain wRPC over HTTP: on `http://` HTTP/1.1, or HTTP/2 where the options say so; on `https://` both, as the
 * client chooses.
 *
 * @throws RangeError where `https://` has no certificate; the system's error when it cannot be listened on
 */
export async function listenHttp(server: Server, address: HttpAddress, options: ListenOptions): Promise<Listener> {
  const requireCertificate = options.tls?.clientCertificates === "required";
  const handler = createHttpHandler(server, { path: address.path, requireCertificate });
  const connections = new Set<{ close(): void }>();
  const sockets = open(server, address, options, handler, connections);
  sockets.maxConnections = server.limits.maxConnections + IDLE_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    sockets.once("error", (cause) =>
      reject(new Error(`cannot listen on ${formatHttpAddress(address)}: ${cause.message}`, { cause })),
    );
    sockets.listen({ host: address.host, port: address.port }, resolve);
  });
  sockets.on(
    "error",
    options.onError ?? ((error) => console.error(`accepting on ${formatHttpAddress(address)} failed:`, error)),
  );
  const bound = sockets.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : address.port;
  const close = async (): Promise<void> => {
    if (sockets.listening) sockets.close();
    for (const connection of connections) connection.close();
  };
  return { address: formatHttpAddress({ ...address, port }), close, [Symbol.asyncDispose]: close };
}

function open(
  server: Server,
  address: HttpAddress,
  { tls, http, onHandshakeFailure }: ListenOptions,
  handler: HttpHandler,
  connections: Set<{ close(): void }>,
): SocketServer {
  const { headerTimeout, keepaliveInterval, maxInvocations, maxMetadataBytes } = server.limits;
  // A call may last as long as it likes.
  const limits = {
    requestTimeout: 0,
    headersTimeout: headerTimeout,
    maxHeaderSize: maxMetadataBytes + 4096,
    noDelay: true,
    ...keptAlive(keepaliveInterval),
  };
  const settings = {
    maxConcurrentStreams: maxInvocations,
    maxHeaderListSize: maxMetadataBytes + 4096,
    initialWindowSize: 1024 * 1024,
  };
  const track = (session: ServerHttp2Session): void => {
    connections.add(session);
    session.setLocalWindowSize(16 * 1024 * 1024);
    const pulse = new Http2Pulse(session, server.limits);
    session.on("stream", (stream) => pulse.watch(stream));
    session.setTimeout(IDLE, () => {
      if (pulse.isIdle) session.close();
    });
    session.on("error", () => {}).once("close", () => connections.delete(session));
  };
  if (address.scheme === "https") {
    if (tls === undefined)
      throw new RangeError(`${formatHttpAddress(address)} needs a certificate and its key, in the option tls`);
    const requestCert = (tls.clientCertificates ?? "none") !== "none";
    const secure = builtIns.http2.createSecureServer(
      {
        ...keyPairOf(tls),
        ...authoritiesOf(tls.ca),
        ...limits,
        settings,
        maxSessionMemory: SESSION_MEGABYTES,
        allowHTTP1: true,
        requestCert,
        rejectUnauthorized: false,
        handshakeTimeout: headerTimeout,
      },
      handler,
    );
    for (const [host, pair] of Object.entries(tls.hosts ?? {})) secure.addContext(host, keyPairOf(pair));
    secure.on("tlsClientError", (error, socket: Socket) => {
      socket.destroy();
      onHandshakeFailure?.(error);
    });
    return secure.on("session", track);
  }
  if (http?.version === "2")
    return builtIns.http2
      .createServer({ settings, maxSessionMemory: SESSION_MEGABYTES, ...keptAlive(keepaliveInterval) }, handler)
      .on("session", track);
  const plain = builtIns.http.createServer(limits, handler);
  connections.add({ close: () => plain.closeIdleConnections() });
  return plain;
}
