import { resolveLimits, type Server } from "@witwire/rpc";
import type { Harness } from "@witwire/rpc/compliance";
import type { Broker } from "../broker.ts";
import { connect } from "../connect.ts";
import { Link } from "../link.ts";
import { listen } from "../listen.ts";

/** What is spoken, as the beginning of an address. */
export type Scheme = "nats" | "wrpc+nats";

/**
 * Either protocol over connections to some broker. Server and client share one, which makes functions callable in the very
 * tick in which they are served.
 */
export function natsHarness(name: string, scheme: Scheme, dial: () => Promise<Broker>): Harness {
  const noStream = (): never => {
    throw new Error("there are no byte streams over NATS");
  };
  let prefixes = 0;
  return {
    name,
    session: scheme === "nats",
    showsAborts: true,
    preservesWrites: false,
    unserved: "unavailable",
    holdsBack: false,
    serve: async (server: Server) => {
      const address = `${scheme}://127.0.0.1/test-${process.pid}-${++prefixes}`;
      const link = new Link(dial, resolveLimits(), "the test's broker");
      const listener = await listen(server, address, { link });
      return {
        connect: ({ limits } = {}) => connect(address, { link, ...(limits === undefined ? {} : { limits }) }),
        dial: noStream,
        [Symbol.asyncDispose]: async () => {
          await listener.close();
          await link.close();
        },
      };
    },
    acceptRaw: noStream,
  };
}
