import { once } from "node:events";
import { createServer } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { createPlainTransport, createSessionTransport, type Duplex, type PlainTransportOptions } from "@witwire/rpc";
import type { ByteStream, Endpoint, Harness } from "@witwire/rpc/compliance";
import { dialWebSocket as dialStandardWebSocket } from "@witwire/web";
import { WebSocket, WebSocketServer } from "ws";
import { type Certificate, makeCertificate } from "../../../node/src/testing/certificate.ts";
import { type DialWebSocketOptions, dialWebSocket } from "../connect-web-socket.ts";
import { listenWebSocket } from "../listen-web-socket.ts";

/** Plain wRPC, client and server on `ws`. */
export const plainWebSocket: Harness = webSocketHarness("plain", dialWebSocket);

/** A session, client and server on `ws`. */
export const webSocketSession: Harness = webSocketHarness("session", dialWebSocket);

/** Plain wRPC, client on the WebSocket that Node has in common with browsers. */
export const plainStandardWebSocket: Harness = webSocketHarness("plain", dialStandardWebSocket);

/** A session, client on the WebSocket that Node has in common with browsers. */
export const standardWebSocketSession: Harness = webSocketHarness("session", dialStandardWebSocket);

/** Plain wRPC inside TLS, client and server on `ws`. */
export const plainSecureWebSocket: Harness = webSocketHarness("plain", dialWebSocket, "wss");

/** A session inside TLS, client and server on `ws`. */
export const secureWebSocketSession: Harness = webSocketHarness("session", dialWebSocket, "wss");

type Dial = (
  address: string,
  options: Pick<DialWebSocketOptions, "tls"> & Pick<PlainTransportOptions, "limits">,
) => () => Duplex;

function webSocketHarness(protocol: "session" | "plain", dial: Dial, scheme: "ws" | "wss" = "ws"): Harness {
  const { own, trusted } = scheme === "wss" ? certificates() : { own: undefined, trusted: undefined };
  const tls = trusted === undefined ? {} : { tls: trusted };
  const endpoint = (address: string, close: () => Promise<void>): Endpoint => ({
    connect: (options = {}) => {
      const open = dial(address, { ...options, ...tls });
      return protocol === "plain" ? createPlainTransport(open, options) : createSessionTransport(open, options);
    },
    dial: () => rawStream(new WebSocket(address, { perMessageDeflate: false, ...trusted })),
    [Symbol.asyncDispose]: close,
  });
  return {
    name: "websocket",
    session: protocol === "session",
    showsAborts: true,
    preservesWrites: false,
    holdsBack: dial === dialWebSocket,
    serve: async (server) => {
      const listener = await listenWebSocket(
        server,
        `${scheme}://127.0.0.1:0/rpc`,
        own === undefined ? {} : { tls: own },
      );
      return endpoint(listener.address, () => listener.close());
    },
    acceptRaw: async (onStream) => {
      const http = own === undefined ? createServer() : createSecureServer(own);
      const sockets = new WebSocketServer({ server: http, perMessageDeflate: false });
      sockets.on("connection", (socket) => onStream(rawStream(socket)));
      http.listen(0, "127.0.0.1");
      await once(http, "listening");
      const { port } = http.address() as AddressInfo;
      return endpoint(`${scheme}://127.0.0.1:${port}/`, async () => void http.close());
    },
  };
}

/** What the server shows, and what its clients trust. */
function certificates(): { readonly own: Certificate; readonly trusted: { readonly ca: string } } {
  const authority = makeCertificate({ subject: "authority" });
  const own = makeCertificate({ subject: "server", names: ["127.0.0.1"], issuer: authority });
  return { own, trusted: { ca: authority.cert } };
}

const HIGH_WATER_BYTES = 64 * 1024;

/** A WebSocket as peers that are played by hand use it: what upstream's own client and server do, and nothing else. */
export function rawStream(socket: WebSocket): ByteStream {
  const connected =
    socket.readyState === socket.OPEN
      ? Promise.resolve()
      : once(socket, "open").then(
          () => {},
          () => {},
        );
  let sentEnd = false;
  let receivedEnd = false;
  const whenConnected = (send: () => void): void => {
    if (socket.readyState === socket.OPEN) send();
    else void connected.then(send);
  };
  const closeWhenDone = (): void => {
    if (sentEnd && receivedEnd) socket.close();
  };
  return {
    start({ data, end, error }) {
      socket.on("message", (message: Buffer, isBinary: boolean) => {
        if (isBinary) {
          data(new Uint8Array(message));
          return;
        }
        receivedEnd = true;
        end();
        closeWhenDone();
      });
      socket.on("error", () => {});
      socket.on("close", () => {
        if (!(sentEnd && receivedEnd)) error(new Error("the WebSocket was closed"));
      });
    },
    pause: () => whenConnected(() => socket.pause()),
    resume: () => whenConnected(() => socket.resume()),
    write: (chunks) => {
      whenConnected(() => {
        for (const chunk of chunks) socket.send(chunk);
      });
      // As sockets have it, what is written counts until the system has taken it.
      return socket.bufferedAmount + chunks.reduce((sum, chunk) => sum + chunk.length, 0) < HIGH_WATER_BYTES;
    },
    end: () =>
      whenConnected(() => {
        sentEnd = true;
        socket.send("", closeWhenDone);
      }),
    abort: () => socket.terminate(),
  };
}
