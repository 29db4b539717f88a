import type { RpcError, Server } from "@witwire/rpc";
import { formatNatsAddress, parseNatsAddress } from "./address.ts";
import { CallListener } from "./call-listener.ts";
import { DEFAULT_GROUP, servedCalls } from "./calls/calls-protocol.ts";
import type { Link, LinkUser, NatsLink } from "./link.ts";
import type { NatsOptions } from "./nats-broker.ts";
import { linkOf, openLink } from "./open-link.ts";
import { servedPlainCalls } from "./plain/plain-protocol.ts";

export interface NatsListenOptions {
  /** How to connect to NATS: credentials, TLS, a name. Default: nothing of these. */
  readonly nats?: NatsOptions;
  /** A connection to share, which outlives the listener. Default: one of its own, to the servers of the address. */
  readonly link?: NatsLink;
  /** Told when a subject is not allowed, or a function has a name that no subject can have. Default: `console.error`. */
  readonly onError?: (error: Error) => void;
}

/** What takes calls for a server from NATS. */
export interface NatsListener extends AsyncDisposable {
  /** The address as clients write it, and the group. */
  readonly address: string;
  /**
   * Resolves once everything that is served by now can be called: for functions that came after the listener was made.
   *
   * @throws RpcError `unavailable` when there is no connection
   */
  settled(): Promise<void>;
  /**
   * Takes no more calls, and resolves when none can come any more. Calls that came go on, and the connection with them;
   * `server.close()` ends those.
   */
  close(): Promise<void>;
}

/**
 * Serves what a server has on subjects of NATS, now and later. `nats://host:4222/prefix?group=name` takes calls in
 * messages, in the queue group `witwire` where no other is named; `wrpc+nats://` speaks plain wRPC, in a group only
 * where one is named. A connection that is lost is made again: calls under way fail, later ones arrive.
 *
 * @returns resolves once every function can be called
 * @throws RangeError for an address that is none, or not one of plain wRPC for a server with `compat`; RpcError `unavailable` when NATS cannot be reached
 */
export async function listen(server: Server, address: string, options: NatsListenOptions = {}): Promise<NatsListener> {
  const target = parseNatsAddress(address);
  const shared = linkOf(options.link);
  const link = shared ?? openLink(target.servers, { ...options, limits: server.limits });
  const { prefix, protocol } = target;
  try {
    await connected(link);
  } catch (error) {
    if (shared === undefined) await link.close();
    throw error;
  }
  const listener = new CallListener({
    server,
    link,
    ownsLink: shared === undefined,
    protocol: protocol === "plain" ? servedPlainCalls(prefix) : servedCalls(prefix),
    group: target.group ?? (protocol === "plain" ? undefined : DEFAULT_GROUP),
    onError: options.onError ?? ((error) => console.error(`listening on ${address}:`, error)),
  });
  if (listener.wantsPlain && protocol !== "plain") {
    await listener.close();
    throw new RangeError(`a server with compat is for peers of plain wRPC, so the address should be wrpc+${address}`);
  }
  await listener.settled();
  const close = (): Promise<void> => listener.close();
  return {
    address: formatNatsAddress(target),
    settled: () => listener.settled(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Waits for a link's connection. */
function connected(link: Link): Promise<void> {
  if (link.connection !== undefined) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const user: LinkUser = {
      persistent: false,
      connected: () => {
        link.leave(user);
        resolve();
      },
      disconnected: (error: RpcError) => {
        link.leave(user);
        reject(error);
      },
    };
    link.use(user);
    try {
      link.connect();
    } catch (error) {
      link.leave(user);
      reject(error);
    }
  });
}
