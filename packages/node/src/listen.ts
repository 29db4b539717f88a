import { createConnection, createServer as createSocketServer, type Server as SocketServer } from "node:net";
import type { Server } from "@witwire/rpc";
import { AcceptedPeer } from "./accepted-peer.ts";
import { formatAddress, parseAddress, type SocketAddress } from "./address.ts";
import { builtIns } from "./built-ins.ts";
import type { HttpOptions } from "./http/connect-http.ts";
import { parseHttpAddress } from "./http/http-address.ts";
import { listenHttp } from "./http/listen-http.ts";
import { keptAlive } from "./kept-alive.ts";
import { listenParent, serveStdio } from "./process/serve-parent.ts";
import { SocketDuplex } from "./socket-duplex.ts";
import { SecureListener } from "./tls/secure-listener.ts";
import type { TlsServerOptions } from "./tls/tls-options.ts";

export interface ListenOptions {
  /** Permissions of a Unix socket, for example `0o600`. Default: what the process's umask leaves. */
  readonly mode?: number;
  /** Told when the system could not accept a connection, for lack of file descriptors for example. Default: `console.error`. */
  readonly onError?: (error: Error) => void;
  /** For `tls://`, `wrpc+tls://` and `https://`, which cannot do without. */
  readonly tls?: TlsServerOptions;
  /** For `http://`. */
  readonly http?: HttpOptions;
  /** Told of clients that did not get through the TLS handshake. Default: nothing, since anybody can bring that about. */
  readonly onHandshakeFailure?: (error: Error) => void;
}

/** A socket that takes calls for a server. */
export interface Listener extends AsyncDisposable {
  /** The address as clients write it, with the real port where 0 was asked for. */
  readonly address: string;
  /** Takes no more connections. Calls that came over it go on; `server.close()` ends those. */
  close(): Promise<void>;
}

/**
 * Listens on `tcp://host:port` (port 0 picks a free one), `tls://host:port` or `unix:///path`, and hands what connects to a server. Sessions
 * and plain wRPC are answered alike; with `wrpc+` in front of it the address is given as clients of plain wRPC write it.
 * `http://host:port/path` and `https://…` answer plain wRPC in POST requests; `parent:` and `stdio:` answer one caller, see {@link listenParent} and {@link serveStdio}.
 * A Unix socket that a dead process left behind is replaced; one that answers is not.
 *
 * @throws RangeError for an address that is none; the system's error, explained, when it cannot be listened on
 */
export async function listen(server: Server, address: string, options: ListenOptions = {}): Promise<Listener> {
  if (address === "parent:") return listenParent(server);
  if (address === "stdio:") return serveStdio(server);
  const http = parseHttpAddress(address);
  if (http !== undefined) return listenHttp(server, http, options);
  const target = parseAddress(address);
  const secure = target.transport === "tls" ? secureListener(server, address, options) : undefined;
  const socketOptions = {
    allowHalfOpen: true,
    noDelay: true,
    ...(secure === undefined ? {} : keptAlive(server.limits.keepaliveInterval)),
  };
  // A caller of plain wRPC has sent all it has, and if it vanishes then, nothing on the wire says so unless it is asked.
  const care = target.transport === "tcp" ? { keepalive: server.limits.keepaliveInterval } : {};
  const sockets = createSocketServer(socketOptions, (socket) => {
    if (secure !== undefined) secure.take(socket);
    else server.accept(new SocketDuplex(socket, new AcceptedPeer(target.transport, socket), true, care));
  });
  sockets.maxConnections = server.limits.maxConnections;
  if (target.transport === "unix") await removeStale(target.path);
  await begin(sockets, target);
  sockets.on("error", options.onError ?? ((error) => console.error(`accepting on ${address} failed:`, error)));
  if (target.transport === "unix" && options.mode !== undefined) await restrict(sockets, target.path, options.mode);
  const close = (): Promise<void> => {
    secure?.close();
    return end(sockets);
  };
  return { address: formatAddress(bound(sockets, target)), close, [Symbol.asyncDispose]: close };
}

function secureListener(server: Server, address: string, options: ListenOptions): SecureListener {
  if (options.tls === undefined) {
    throw new RangeError(`${address} needs a certificate and its key: listen(server, address, { tls: { cert, key } })`);
  }
  return new SecureListener(options.tls, server.limits.headerTimeout, {
    accept: (duplex) => server.accept(duplex),
    failed: (error) => options.onHandshakeFailure?.(error),
  });
}

function begin(sockets: SocketServer, target: SocketAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    const refused = (cause: NodeJS.ErrnoException): void => {
      const hint = cause.code === "EADDRINUSE" ? "another server listens there already" : cause.message;
      reject(new Error(`cannot listen on ${formatAddress(target)}: ${hint}`, { cause }));
    };
    sockets.once("error", refused);
    const place = target.transport === "unix" ? { path: target.path } : { host: target.host, port: target.port };
    sockets.listen({ ...place, backlog: BACKLOG }, () => {
      sockets.off("error", refused);
      resolve();
    });
  });
}

/** Connections that wait to be accepted; the system cuts this to what it allows. A Unix socket refuses any beyond. */
const BACKLOG = 4096;

async function restrict(sockets: SocketServer, path: string, mode: number): Promise<void> {
  try {
    await builtIns.files.chmod(path, mode);
  } catch (error) {
    sockets.close();
    throw error;
  }
}

function end(sockets: SocketServer): Promise<void> {
  if (!sockets.listening) return Promise.resolve();
  // The callback waits for open connections, which belong to the server and not to the listener.
  sockets.close();
  return Promise.resolve();
}

function bound(sockets: SocketServer, target: SocketAddress): SocketAddress {
  const real = sockets.address();
  if (target.transport === "unix" || real === null || typeof real === "string") return target;
  return { ...target, port: real.port };
}

/** A socket file to which every connection is refused is left over from a process that was killed. */
async function removeStale(path: string): Promise<void> {
  const info = await builtIns.files.lstat(path).catch(() => undefined);
  if (info === undefined || !info.isSocket()) return;
  const abandoned = await new Promise<boolean>((resolve) => {
    const probe = createConnection({ path });
    probe.once("error", (error: NodeJS.ErrnoException) => resolve(error.code === "ECONNREFUSED"));
    probe.once("connect", () => {
      probe.destroy();
      resolve(false);
    });
  });
  if (abandoned) await builtIns.files.unlink(path);
}
