import { type Harness, plainProtocolTests, transportCompliance } from "../compliance/index.ts";
import { createPlainTransport } from "../framing/plain-transport.ts";
import type { Duplex } from "./duplex.ts";
import { createMemoryDuplexPair } from "./memory-duplex.ts";
import { createMemoryTransport } from "./memory-transport.ts";

const memory: Harness = {
  name: "memory",
  showsAborts: true,
  preservesWrites: true,
  serve: async (server) => ({
    connect: (options) => createMemoryTransport(server, options),
    dial: () => dial((duplex) => server.accept(duplex)),
    [Symbol.asyncDispose]: async () => {},
  }),
  acceptRaw: async (onStream) => ({
    connect: (options) => createPlainTransport(() => dial(onStream), options),
    dial: () => dial(onStream),
    [Symbol.asyncDispose]: async () => {},
  }),
};

function dial(accept: (duplex: Duplex) => void): Duplex {
  const [client, accepted] = createMemoryDuplexPair();
  accept(accepted);
  return client;
}

transportCompliance(memory);
plainProtocolTests(memory);
