import type { IncomingMessage } from "node:http";
import type { Duplex as NodeDuplex } from "node:stream";
import type { Server } from "@witwire/rpc";
import { type AcceptOptions, createWebSocketAcceptor, refuse } from "./acceptor.ts";

/** What is used of a server of `node:http` or `node:https`. */
export interface UpgradingServer {
  on(event: "upgrade", listener: (request: IncomingMessage, socket: NodeDuplex, head: Buffer) => void): unknown;
  off(event: "upgrade", listener: (request: IncomingMessage, socket: NodeDuplex, head: Buffer) => void): unknown;
  listenerCount(event: "upgrade"): number;
}

export interface MountOptions extends AcceptOptions {
  /** The path on which WebSockets are taken. Default `/`. */
  readonly path?: string;
}

/** A path of an HTTP server that takes WebSockets for a server of calls. */
export interface MountedWebSocket extends AsyncDisposable {
  /** WebSockets that are open, or being opened. */
  readonly connections: number;
  /** Takes no more. Calls that came over it go on; `server.close()` ends those. */
  close(): Promise<void>;
}

/**
 * Takes WebSockets on a path of an HTTP server that somebody else runs. Other paths are left to other listeners, and answered
 * with 404 when there are none.
 *
 * @throws RangeError for a path that does not begin with `/`
 */
export function mountWebSocket(server: Server, http: UpgradingServer, options: MountOptions = {}): MountedWebSocket {
  const path = options.path ?? "/";
  if (!path.startsWith("/")) throw new RangeError(`the path "${path}" should begin with /`);
  const acceptor = createWebSocketAcceptor(server, options);
  const onUpgrade = (request: IncomingMessage, socket: NodeDuplex, head: Buffer): void => {
    if (pathOf(request) === path) acceptor.handleUpgrade(request, socket, head);
    else if (http.listenerCount("upgrade") === 1) {
      socket.on("error", () => {});
      refuse(socket, 404, "there is nothing on this path");
    }
  };
  http.on("upgrade", onUpgrade);
  const close = (): Promise<void> => {
    http.off("upgrade", onUpgrade);
    return acceptor.close();
  };
  return {
    close,
    [Symbol.asyncDispose]: close,
    get connections() {
      return acceptor.connections;
    },
  };
}

function pathOf({ url = "/" }: IncomingMessage): string {
  const end = url.indexOf("?");
  return end < 0 ? url : url.slice(0, end);
}
