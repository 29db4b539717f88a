import { once } from "node:events";
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { connect as connectHttp2, createServer as createHttp2Server, createSecureServer } from "node:http2";
import { createServer as createHttpsServer, Agent as SecureAgent, request as secureRequest } from "node:https";
import type { Socket, Server as SocketServer } from "node:net";
import type { Readable, Writable } from "node:stream";
import type { ByteStream, Endpoint, Harness } from "@witwire/rpc/compliance";
import { connect } from "../connect.ts";
import type { HttpOptions } from "../http/connect-http.ts";
import { listen } from "../listen.ts";
import { makeCertificate } from "./certificate.ts";

const authority = makeCertificate({ subject: "authority" });
const own = makeCertificate({ subject: "server", names: ["localhost", "::1"], issuer: authority });
/** What clients trust. */
const trusted = { ca: authority.cert };

/** Plain wRPC over POST requests in HTTP/1.1. */
export const http1: Harness = httpHarness("http", { version: "1.1" });

/** The same in HTTP/2, without TLS. */
export const http2: Harness = httpHarness("http", { version: "2" });

/** HTTP/1.1 inside TLS. */
export const https1: Harness = httpHarness("https", { version: "1.1" });

/** HTTP/2 inside TLS. */
export const https2: Harness = httpHarness("https", { version: "2" });

function httpHarness(scheme: "http" | "https", http: HttpOptions): Harness {
  const dial = http.version === "2" ? dialHttp2 : dialHttp1;
  const tls = scheme === "https" ? { client: { tls: trusted }, server: { tls: own } } : { client: {}, server: {} };
  const endpoint = (address: string, close: () => Promise<void>): Endpoint => ({
    connect: (options) => connect(address, { ...options, http, ...tls.client }),
    dial: () => dial(address),
    [Symbol.asyncDispose]: close,
  });
  return {
    name: scheme,
    showsAborts: true,
    preservesWrites: false,
    carriesMetadata: true,
    serve: async (server) => {
      const listener = await listen(server, `${scheme}://[::1]:0/`, { http, ...tls.server });
      return endpoint(listener.address, () => listener.close());
    },
    acceptRaw: async (onStream) => {
      const accept = (input: IncomingMessage, output: ServerResponse): void => {
        output.flushHeaders();
        const abort = (): void => {
          if ("stream" in output) (output as unknown as { stream: { close(code: number): void } }).stream.close(2);
          else cut(input.socket);
        };
        onStream(bodies(output, abort, (start) => start(input)));
      };
      const sockets = rawServer(scheme, http, accept).listen(0, "::1");
      await once(sockets, "listening");
      const bound = sockets.address();
      const port = typeof bound === "object" && bound !== null ? bound.port : 0;
      return endpoint(`${scheme}://[::1]:${port}/`, async () => void sockets.close());
    },
  };
}

type Accept = (input: IncomingMessage, output: ServerResponse) => void;

/** A server of nothing but Node's. Requests and responses of HTTP/2 are used as far as they are like those of HTTP/1.1. */
function rawServer(scheme: "http" | "https", { version }: HttpOptions, accept: Accept): SocketServer {
  const accept2 = accept as unknown as Parameters<typeof createHttp2Server>[1];
  if (version === "2") return scheme === "https" ? createSecureServer(own, accept2) : createHttp2Server(accept2);
  const options = { noDelay: true, requestTimeout: 0 };
  return scheme === "https" ? createHttpsServer({ ...options, ...own }, accept) : createServer(options, accept);
}

/** Resets a socket, or cuts it where TLS stands before that. */
function cut(socket: Socket): void {
  if ("encrypted" in socket) socket.destroy();
  else socket.resetAndDestroy();
}

function dialHttp1(address: string): ByteStream {
  // Without it the connection would be closed with the response, whatever is left to send.
  const isSecure = address.startsWith("https:");
  const agent = isSecure ? new SecureAgent({ keepAlive: true, ...trusted }) : new Agent({ keepAlive: true });
  const output = (isSecure ? secureRequest : request)(address, { method: "POST", agent });
  output.once("close", () => agent.destroy());
  output.setNoDelay(true);
  output.flushHeaders();
  const abort = (): void => {
    if (output.socket?.connecting === false) cut(output.socket);
    else output.destroy();
  };
  return bodies(output, abort, (start) => output.once("response", (input) => start(input, input.statusCode)));
}

function dialHttp2(address: string): ByteStream {
  const session = connectHttp2(address, address.startsWith("https:") ? trusted : {});
  session.on("error", () => {});
  const output = session.request({ ":method": "POST", ":path": "/" }, { endStream: false });
  output.once("close", () => session.close());
  return bodies(
    output,
    () => output.close(8),
    (start) => output.once("response", (received) => start(output, received[":status"])),
  );
}

/** Two bodies as peers that are played by hand use them. @param whenAnswered hands out the one that arrives */
function bodies(
  output: Writable,
  abort: () => void,
  whenAnswered: (start: (input: Readable, status?: number) => void) => void,
): ByteStream {
  let paused = false;
  let input: Readable | undefined;
  return {
    start({ data, end, error }) {
      let over = false;
      const fail = (reason: Error): void => {
        if (!over) error(reason);
        over = true;
      };
      output.on("error", fail);
      whenAnswered((arrived, status = 200) => {
        input = arrived;
        if (status !== 200) {
          fail(new Error(`status ${status}`));
          arrived.on("error", () => {}).resume();
          return;
        }
        let ended = false;
        arrived.on("data", data).on("error", fail);
        arrived.on("end", () => {
          ended = true;
          end();
        });
        arrived.on("close", () => {
          if (!ended) fail(new Error("closed"));
        });
        if (paused) arrived.pause();
      });
      output.on("close", () => {
        if (input === undefined) fail(new Error("closed"));
      });
    },
    pause: () => {
      paused = true;
      input?.pause();
    },
    resume: () => {
      paused = false;
      input?.resume();
    },
    write: (chunks) => chunks.map((chunk) => output.write(chunk)).every(Boolean),
    end: () => void output.end(),
    abort,
  };
}
