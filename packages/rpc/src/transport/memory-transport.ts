import { createPlainTransport, type PlainTransportOptions } from "../framing/plain-transport.ts";
import type { Duplex } from "./duplex.ts";
import type { InvocationTransport } from "./invocation.ts";
import { createMemoryDuplexPair } from "./memory-duplex.ts";

/** A transport to a server in the same process: plain wRPC over memory, with all that a socket would do but the socket. */
export function createMemoryTransport(
  server: { accept(duplex: Duplex): void },
  options: PlainTransportOptions = {},
): InvocationTransport {
  return createPlainTransport(() => dialMemory(server), options);
}

/** A byte stream to a server in the same process, for transports that dial: plain wRPC's, or a session's. */
export function dialMemory(server: { accept(duplex: Duplex): void }): Duplex {
  const [client, accepted] = createMemoryDuplexPair();
  server.accept(accepted);
  return client;
}
