import { type Limits, resolveLimits } from "@witwire/rpc";
import { parseNatsAddress } from "./address.ts";
import { Link, type NatsLink } from "./link.ts";
import { dialNats, type NatsOptions } from "./nats-broker.ts";

export interface NatsLinkOptions {
  /** Overrides of the limits in docs/limits.md. */
  readonly limits?: Partial<Limits>;
  /** How to connect to NATS: credentials, TLS, a name. Default: nothing of these. */
  readonly nats?: NatsOptions;
}

/**
 * A connection to NATS for several transports and listeners, which take it as their option `link`. Nothing is connected
 * before it is needed. Of the address only the servers count.
 *
 * @throws RangeError for an address that is none
 */
export function createNatsLink(address: string, options: NatsLinkOptions = {}): NatsLink {
  return openLink(parseNatsAddress(address).servers, options);
}

/** The same, with all that our own parts need. */
export function openLink(servers: readonly string[], options: NatsLinkOptions): Link {
  const limits = resolveLimits(options.limits);
  return new Link(() => dialNats(servers, limits, options.nats), limits, `nats://${servers.join(",")}`);
}

/** The link of an option; `undefined` where there is none. @throws TypeError for something else */
export function linkOf(link: NatsLink | undefined): Link | undefined {
  if (link === undefined || link instanceof Link) return link;
  throw new TypeError("the option link should come from createNatsLink");
}
