import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { HttpGuest } from "./http-guest.ts";
import { RequestAbandoned, ServedRequest } from "./served-request.ts";

/** How guests answer HTTP requests. */
export interface HttpHandlerOptions {
  /** Milliseconds until a guest must have set its response; then the client gets 504. Default 30,000; `Infinity` for ever. */
  readonly timeout?: number;
  /** Milliseconds that a body may make no progress while somebody waits for it. Default 60,000; `Infinity` for ever. */
  readonly idleTimeout?: number;
  /** Requests at the same time. Default 1,000; more get 503. */
  readonly maxRequests?: number;
  /** Bytes of all names and values of a request's fields. Default 64 KiB; more gets 431. Node has a limit of its own. */
  readonly maxHeaderBytes?: number;
  /** Fields of a request. Default 512; more get 431. */
  readonly maxHeaders?: number;
  /** Called with what went wrong: a guest that trapped, or could not be made. Not for clients that went away. */
  readonly onError?: (error: unknown, request: IncomingMessage) => void;
}

/** For `http.createServer` and `https.createServer`. */
export interface HttpHandler extends RequestListener {
  /** Requests that are being answered. */
  readonly running: number;
}

/**
 * Answers HTTP requests with instances of a component that exports `wasi:http/incoming-handler`.
 *
 * @param open gives the instance that answers a request; one for each request, or those that are free
 */
export function createHttpHandler(
  open: (request: IncomingMessage) => HttpGuest | Promise<HttpGuest>,
  options: HttpHandlerOptions = {},
): HttpHandler {
  const { timeout = 30_000, idleTimeout = 60_000, maxRequests = 1_000, onError } = options;
  const { maxHeaderBytes = 64 * 1024, maxHeaders = 512 } = options;
  let running = 0;
  const listener = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { rawHeaders } = message;
    const bytes = rawHeaders.reduce((sum, text) => sum + text.length, 0);
    if (bytes > maxHeaderBytes || rawHeaders.length / 2 > maxHeaders) return refuse(response, 431);
    if (running >= maxRequests) return refuse(response, 503);
    running++;
    try {
      const served = new ServedRequest(message, response, { timeout, idleTimeout });
      await served.run(open);
    } catch (error) {
      if (!(error instanceof RequestAbandoned)) onError?.(error, message);
    } finally {
      await closed(response);
      running--;
    }
  };
  const answer = (message: IncomingMessage, response: ServerResponse): void => void listener(message, response);
  return Object.defineProperty(answer, "running", { get: () => running }) as HttpHandler;
}

/** Fulfilled when a response has gone out, or never will. */
function closed(response: ServerResponse): Promise<void> | undefined {
  if (response.closed || response.destroyed || response.writableFinished) return undefined;
  return new Promise((resolve) => response.once("close", () => resolve()));
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { "Content-Length": 0, Connection: "close" }).end();
}
