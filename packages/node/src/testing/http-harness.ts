import { once } from "node:events";
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { connect as connectHttp2, createServer as createHttp2Server } from "node:http2";
import type { Readable, Writable } from "node:stream";
import type { ByteStream, Endpoint, Harness } from "@witwire/rpc/compliance";
import { connect } from "../connect.ts";
import type { HttpOptions } from "../http/connect-http.ts";
import { listen } from "../listen.ts";

/** Plain wRPC over POST requests in HTTP/1.1. */
export const http1: Harness = httpHarness({ version: "1.1" });

/** The same in HTTP/2, without TLS. */
export const http2: Harness = httpHarness({ version: "2" });

function httpHarness(http: HttpOptions): Harness {
  const dial = http.version === "2" ? dialHttp2 : dialHttp1;
  const endpoint = (address: string, close: () => Promise<void>): Endpoint => ({
    connect: (options) => connect(address, { ...options, http }),
    dial: () => dial(address),
    [Symbol.asyncDispose]: close,
  });
  return {
    name: "http",
    showsAborts: true,
    preservesWrites: false,
    carriesMetadata: true,
    serve: async (server) => {
      const listener = await listen(server, "http://[::1]:0/", { http });
      return endpoint(listener.address, () => listener.close());
    },
    acceptRaw: async (onStream) => {
      const accept = (input: IncomingMessage, output: ServerResponse): void => {
        output.flushHeaders();
        const abort = (): void => {
          if ("stream" in output) (output as unknown as { stream: { close(code: number): void } }).stream.close(2);
          else input.socket.resetAndDestroy();
        };
        onStream(bodies(output, abort, (start) => start(input)));
      };
      const sockets =
        http.version === "2"
          ? createHttp2Server(accept as unknown as Parameters<typeof createHttp2Server>[1])
          : createServer({ noDelay: true, requestTimeout: 0 }, accept);
      sockets.listen(0, "::1");
      await once(sockets, "listening");
      const bound = sockets.address();
      const port = typeof bound === "object" && bound !== null ? bound.port : 0;
      return endpoint(`http://[::1]:${port}/`, async () => void sockets.close());
    },
  };
}

function dialHttp1(address: string): ByteStream {
  // Without it the connection would be closed with the response, whatever is left to send.
  const agent = new Agent({ keepAlive: true });
  const output = request(address, { method: "POST", agent });
  output.once("close", () => agent.destroy());
  output.setNoDelay(true);
  output.flushHeaders();
  const abort = (): void =>
    void (output.socket?.connecting === false ? output.socket.resetAndDestroy() : output.destroy());
  return bodies(output, abort, (start) => output.once("response", start));
}

function dialHttp2(address: string): ByteStream {
  const session = connectHttp2(address);
  session.on("error", () => {});
  const output = session.request({ ":method": "POST", ":path": "/" }, { endStream: false });
  output.once("close", () => session.close());
  return bodies(
    output,
    () => output.close(8),
    (start) => output.once("response", () => start(output)),
  );
}

/** Two bodies as peers that are played by hand use them. @param whenAnswered hands out the one that arrives */
function bodies(
  output: Writable,
  abort: () => void,
  whenAnswered: (start: (input: Readable) => void) => void,
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
      whenAnswered((arrived) => {
        input = arrived;
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
