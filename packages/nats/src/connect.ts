import { type Compat, type InvocationTransport, type Limits, resolveLimits } from "@witwire/rpc";
import { careFor } from "@witwire/rpc/internal";
import { formatNatsAddress, parseNatsAddress } from "./address.ts";
import { callsOf } from "./calls/calls-protocol.ts";
import type { NatsLink } from "./link.ts";
import type { NatsOptions } from "./nats-broker.ts";
import { linkOf, openLink } from "./open-link.ts";
import { plainCallsOf } from "./plain/plain-protocol.ts";
import { NatsTransport } from "./transport.ts";

export interface NatsConnectOptions {
  /** Overrides of the limits in docs/limits.md. */
  readonly limits?: Partial<Limits>;
  /** What the server needs beyond the specification; for `wrpc+nats://` only. Default: nothing, as is right for peers in Rust and TypeScript. */
  readonly compat?: Compat;
  /** How to connect to NATS: credentials, TLS, a name. Default: nothing of these. */
  readonly nats?: NatsOptions;
  /** A connection to share, which outlives the transport. Default: one of its own, to the servers of the address. */
  readonly link?: NatsLink;
}

/**
 * A transport to servers behind NATS. Nothing is connected before the first call; one connection carries all calls, is made
 * again when it is lost, and keeps the process from ending until the transport is closed.
 *
 * `nats://host:4222/prefix` has calls in messages, between our own two sides; `wrpc+nats://` speaks plain wRPC, as peers in
 * Rust and Go up to 0.17 do. A queue group in the address is of no meaning here.
 *
 * @throws RangeError for an address that is none, or that of calls in messages with `compat`
 */
export function connect(address: string, options: NatsConnectOptions = {}): InvocationTransport {
  const target = parseNatsAddress(address);
  if (options.compat !== undefined && target.protocol !== "plain") {
    throw new RangeError(`compat is for peers of plain wRPC, so the address should be wrpc+${address}`);
  }
  const shared = linkOf(options.link);
  const { prefix, protocol } = target;
  return new NatsTransport({
    link: shared ?? openLink(target.servers, options),
    ownsLink: shared === undefined,
    limits: resolveLimits(options.limits),
    peer: { transport: "nats", address: formatNatsAddress({ ...target, group: undefined }) },
    codec: careFor(options.compat)?.codec,
    create: protocol === "plain" ? plainCallsOf(prefix, options.compat !== undefined) : callsOf(prefix),
  });
}
