import { createPlainTransport, createSessionTransport } from "@witwire/rpc";
import type { ByteStream, Endpoint, Harness } from "@witwire/rpc/compliance";
import type { StreamPort } from "../port-link.ts";
import { acceptPort, acceptStreams, dialPort, type PortLike } from "../ports.ts";

/** Plain wRPC over message ports, a channel per call. */
export const plainPorts: Harness = portHarness("plain");

/** A session over message ports. */
export const portSession: Harness = portHarness("session");

function portHarness(protocol: "plain" | "session"): Harness {
  const endpoint = (accept: (port: PortLike) => Disposable): Endpoint => {
    const { port1, port2 } = new MessageChannel();
    const accepting = accept(port2);
    return {
      connect: (options) => {
        const dial = dialPort(port1);
        return protocol === "plain" ? createPlainTransport(dial, options) : createSessionTransport(dial, options);
      },
      dial: () => {
        const channel = new MessageChannel();
        port1.postMessage({ witwire: "stream", port: channel.port2 }, [channel.port2]);
        return rawStream(channel.port1 as StreamPort);
      },
      [Symbol.asyncDispose]: async () => {
        accepting[Symbol.dispose]();
        port1.close();
      },
    };
  };
  return {
    name: "port",
    session: protocol === "session",
    showsAborts: true,
    preservesWrites: false,
    serve: async (server) => endpoint((port) => acceptPort(server, port)),
    acceptRaw: async (onStream) => endpoint((port) => acceptStreams(port, (stream) => onStream(rawStream(stream)))),
  };
}

/** The messages of a byte stream, played by hand. */
function rawStream(port: StreamPort): ByteStream {
  let waiting: unknown[] | undefined;
  let backlog = 0;
  let [sentEnd, receivedEnd] = [false, false];
  const post = (message: unknown): void => port.postMessage(message, []);
  const closeWhenDone = (): void => {
    if (sentEnd && receivedEnd && backlog === 0) port.close();
  };
  return {
    start({ data, end, error }) {
      const take = (message: unknown): void => {
        if (typeof message === "number") backlog -= message;
        else if (waiting !== undefined) waiting.push(message);
        else if (message instanceof Uint8Array) {
          data(message);
          post(message.length);
        } else if (message === null) {
          receivedEnd = true;
          post(1);
          end();
        } else error(new Error("aborted"));
        closeWhenDone();
      };
      port.addEventListener("message", (event) => take((event as { data: unknown }).data));
      port.addEventListener("close", () => {
        if (!(sentEnd && receivedEnd)) error(new Error("closed"));
      });
      port.start();
      this.resume = () => {
        const messages = waiting ?? [];
        waiting = undefined;
        for (const message of messages) take(message);
      };
    },
    pause: () => {
      waiting ??= [];
    },
    resume: () => {},
    write: (chunks) => {
      for (const chunk of chunks) {
        if (chunk.length > 0) post(chunk);
        backlog += chunk.length;
      }
      return backlog < 256 * 1024;
    },
    end: () => {
      sentEnd = true;
      backlog += 1;
      post(null);
    },
    abort: () => {
      post(false);
      port.close();
    },
  };
}
