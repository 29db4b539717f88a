import type { Harness } from "../../compliance/index.ts";
import type { Duplex } from "../../transport/duplex.ts";
import { createMemoryDuplexPair } from "../../transport/memory-duplex.ts";
import { dialMemory } from "../../transport/memory-transport.ts";
import type { SessionTransport, SessionTransportOptions } from "../session-transport.ts";

/** Sessions in memory, as a kind of transport opens them. */
export function memoryHarness(
  name: string,
  open: (dial: () => Duplex, options?: SessionTransportOptions) => SessionTransport,
): Harness {
  return {
    name,
    showsAborts: true,
    preservesWrites: true,
    session: true,
    serve: async (server) => ({
      connect: (options) => open(() => dialMemory(server), options),
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
        connect: (options) => open(dial, options),
        dial,
        [Symbol.asyncDispose]: async () => {},
      };
    },
  };
}
