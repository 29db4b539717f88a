import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createHttpHandler, type HttpHandlerOptions } from "./http-handler.ts";

/** Where and how to serve. */
export interface ServeHttpOptions extends HttpHandlerOptions {
  /** Default `127.0.0.1`. */
  readonly host?: string;
  /** Default 0: one that the system chooses. */
  readonly port?: number;
  /** Milliseconds that `close` waits for requests under way. Default 10,000. */
  readonly drainTimeout?: number;
}

/** A listening server. */
export interface HttpServer extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** Requests that are being answered. */
  readonly running: number;
  /** Takes no more requests, waits for those under way, and breaks off what takes longer than `drainTimeout`. */
  close(): Promise<void>;
}

/** Milliseconds that a client may take for the head of a request. */
const headTimeout = 10_000;

/**
 * Serves HTTP/1.1 with instances of a component that exports `wasi:http/incoming-handler`.
 *
 * @param open as for {@link createHttpHandler}
 * @throws Error of Node's where it cannot listen
 */
export async function serveHttp(
  open: Parameters<typeof createHttpHandler>[0],
  options: ServeHttpOptions = {},
): Promise<HttpServer> {
  const { host = "127.0.0.1", port = 0, drainTimeout = 10_000, maxHeaderBytes = 64 * 1024 } = options;
  const handler = createHttpHandler(open, options);
  // A request may last as long as there is progress, which the handler watches.
  const limits = { maxHeaderSize: maxHeaderBytes, headersTimeout: headTimeout, requestTimeout: 0 };
  const server = createServer(limits, handler);
  server.maxHeadersCount = 0;
  server.listen(port, host);
  await once(server, "listening");
  const address = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    if (!server.listening) return;
    const ended = once(server, "close");
    server.close();
    const timer = setTimeout(() => server.closeAllConnections(), drainTimeout);
    await ended;
    clearTimeout(timer);
  };
  return {
    host: address.address,
    port: address.port,
    get running() {
      return handler.running;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
