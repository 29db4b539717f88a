import { createPlainTransport, createSessionTransport, type Duplex } from "@witwire/rpc";
import type { Endpoint, Harness } from "@witwire/rpc/compliance";
import { streamPairDuplex } from "../stream-pair.ts";
import type { StreamPair } from "../stream-pair-link.ts";

/** Plain wRPC over pairs of WHATWG streams. */
export const plainStreamPairs: Harness = streamPairHarness("plain");

/** A session over a pair of WHATWG streams. */
export const streamPairSession: Harness = streamPairHarness("session");

function streamPairHarness(protocol: "plain" | "session"): Harness {
  const endpoint = (accept: (duplex: Duplex) => void): Endpoint => {
    const dial = (): Duplex => {
      const [near, far] = createStreamPairs();
      accept(streamPairDuplex(far));
      return streamPairDuplex(near);
    };
    return {
      connect: (options) =>
        protocol === "plain" ? createPlainTransport(dial, options) : createSessionTransport(dial, options),
      dial,
      [Symbol.asyncDispose]: async () => {},
    };
  };
  return {
    name: "streams",
    session: protocol === "session",
    showsAborts: true,
    preservesWrites: false,
    serve: async (server) => endpoint((duplex) => server.accept(duplex)),
    acceptRaw: async (onStream) => endpoint(onStream),
  };
}

/** Two pairs of streams that are each other's other end. */
export function createStreamPairs(): [StreamPair, StreamPair] {
  const there = new TransformStream<Uint8Array, Uint8Array>();
  const back = new TransformStream<Uint8Array, Uint8Array>();
  return [
    { readable: back.readable, writable: there.writable },
    { readable: there.readable, writable: back.writable },
  ];
}
