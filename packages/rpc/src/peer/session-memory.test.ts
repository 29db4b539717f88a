import { type Harness, sessionProtocolTests, transportCompliance } from "../compliance/index.ts";
import type { Duplex } from "../transport/duplex.ts";
import { createMemoryDuplexPair } from "../transport/memory-duplex.ts";
import { dialMemory } from "../transport/memory-transport.ts";
import { createSessionTransport } from "./session-transport.ts";

const memory: Harness = {
  name: "memory",
  showsAborts: true,
  preservesWrites: true,
  session: true,
  serve: async (server) => ({
    connect: (options) => createSessionTransport(() => dialMemory(server), options),
    dial: () => dialMemory(server),
    [Symbol.asyncDispose]: async () => {},
  }),
  acceptRaw: async (onStream) => {
    const dial = (): Duplex => {
      const [client, accepted] = createMemoryDuplexPair();
      onStream(accepted);
      return client;
    };
    return {
      connect: (options) => createSessionTransport(dial, options),
      dial,
      [Symbol.asyncDispose]: async () => {},
    };
  },
};

transportCompliance(memory);
sessionProtocolTests(memory);
