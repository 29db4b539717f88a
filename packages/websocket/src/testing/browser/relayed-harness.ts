import { createPlainTransport, createSessionTransport, type Duplex, resolveLimits } from "@witwire/rpc";
import type { ByteStream, Endpoint, Harness } from "@witwire/rpc/compliance";
import { parseWebSocketAddress } from "@witwire/web";
import { MessageDuplex } from "@witwire/web/internal";
import { type WebSocketLike, WebSocketLink } from "../../../../web/src/web-socket-link.ts";

/**
 * A page cannot listen, so both ends of every connection are WebSockets of the page to a real server, which passes on
 * what comes from one to the other. The second one is opened when the first one is connected, and given to the server when it is
 * connected too, as listeners do: a busy browser takes its time, and servers measure that of their clients.
 */
export function relayedWebSocket(protocol: "plain" | "session"): Harness {
  const endpoint = (accept: (socket: WebSocket) => void): Endpoint => {
    const open = (): WebSocket => {
      const { url } = parseWebSocketAddress(`/relay?${crypto.randomUUID()}`);
      const near = new WebSocket(url);
      near.addEventListener("open", () => {
        const far = new WebSocket(url);
        far.addEventListener("open", () => accept(far));
      });
      return near;
    };
    return {
      connect: (options) => {
        const { maxBufferedBytes } = resolveLimits(options?.limits);
        const dial = (): Duplex => streamOf(open(), maxBufferedBytes);
        return protocol === "plain" ? createPlainTransport(dial, options) : createSessionTransport(dial, options);
      },
      dial: () => rawStream(open()),
      [Symbol.asyncDispose]: async () => {},
    };
  };
  return {
    name: "websocket",
    session: protocol === "session",
    showsAborts: true,
    preservesWrites: false,
    holdsBack: false,
    serve: async (server) => endpoint((socket) => server.accept(streamOf(socket, server.limits.maxBufferedBytes))),
    acceptRaw: async (onStream) => endpoint((socket) => onStream(rawStream(socket))),
  };
}

function streamOf(socket: WebSocket, maxHeldBytes: number): Duplex {
  const link = new WebSocketLink(() => socket as unknown as WebSocketLike, socket.url);
  return new MessageDuplex(link, { transport: "websocket", address: socket.url }, maxHeldBytes);
}

/** The WebSocket of the page, as peers that are played by hand use it. */
function rawStream(socket: WebSocket): ByteStream {
  socket.binaryType = "arraybuffer";
  let [sentEnd, receivedEnd] = [false, false];
  let held: (() => void)[] | undefined;
  let early: (Uint8Array<ArrayBuffer> | string)[] = [];
  const send = (message: Uint8Array<ArrayBuffer> | string): void => {
    if (socket.readyState === socket.CONNECTING) early.push(message);
    else if (socket.readyState === socket.OPEN) socket.send(message);
    if (sentEnd && receivedEnd) socket.close();
  };
  const later = (event: () => void): void => {
    if (held === undefined) event();
    else held.push(event);
  };
  return {
    start({ data, end, error }) {
      socket.onopen = () => {
        for (const message of early) socket.send(message);
        early = [];
      };
      socket.onmessage = (event) =>
        later(() => {
          if (event.data instanceof ArrayBuffer) {
            data(new Uint8Array(event.data));
            return;
          }
          receivedEnd = true;
          end();
          if (sentEnd) socket.close();
        });
      socket.onclose = () => {
        if (!(sentEnd && receivedEnd)) error(new Error("the WebSocket was closed"));
      };
    },
    pause: () => {
      held ??= [];
    },
    resume: () => {
      const events = held ?? [];
      held = undefined;
      for (const event of events) event();
    },
    write: (chunks) => {
      for (const chunk of chunks) send(chunk.slice());
      return socket.bufferedAmount + chunks.reduce((sum, chunk) => sum + chunk.length, 0) < 64 * 1024;
    },
    end: () => {
      sentEnd = true;
      send("");
    },
    abort: () => socket.close(4000),
  };
}
