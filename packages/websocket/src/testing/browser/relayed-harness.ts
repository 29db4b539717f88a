import { createPlainTransport, createSessionTransport, type Duplex } from "@witwire/rpc";
import type { ByteStream, Endpoint, Harness } from "@witwire/rpc/compliance";
import { dialWebSocket, parseWebSocketAddress } from "@witwire/web";

/**
 * A page cannot listen, so both ends of every connection are WebSockets of the page to a real server, which passes on
 * what comes from one to the other.
 */
export function relayedWebSocket(protocol: "plain" | "session"): Harness {
  const endpoint = (accept: (address: string) => void): Endpoint => {
    const meet = (): string => {
      const id = crypto.randomUUID();
      accept(`/relay?${id}`);
      return `/relay?${id}`;
    };
    return {
      connect: (options) => {
        const dial = (): Duplex => dialWebSocket(meet(), options)();
        return protocol === "plain" ? createPlainTransport(dial, options) : createSessionTransport(dial, options);
      },
      dial: () => rawStream(meet()),
      [Symbol.asyncDispose]: async () => {},
    };
  };
  return {
    name: "websocket",
    session: protocol === "session",
    showsAborts: true,
    preservesWrites: false,
    holdsBack: false,
    serve: async (server) => endpoint((address) => server.accept(dialWebSocket(address)())),
    acceptRaw: async (onStream) => endpoint((address) => onStream(rawStream(address))),
  };
}

/** The WebSocket of the page, as peers that are played by hand use it. */
function rawStream(path: string): ByteStream {
  const socket = new WebSocket(parseWebSocketAddress(path).url);
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
