import type { TlsClientOptions } from "@witwire/node";
import {
  createSessionTransport,
  type InvocationTransport,
  type PlainTransportOptions,
  resolveLimits,
  type SessionTransport,
  type SessionTransportOptions,
} from "@witwire/rpc";
import { parseQuicAddress } from "./address.ts";
import { ClientLink, Dialer } from "./client-link.ts";
import { QuicPlainTransport } from "./plain-transport.ts";

/** Options of transports to servers behind QUIC. */
export interface QuicConnectOptions extends PlainTransportOptions, SessionTransportOptions {
  /** Default: this side has no certificate, and Node's authorities vouch for the server's. */
  readonly tls?: TlsClientOptions;
}

/**
 * A transport to a server behind QUIC. Nothing is connected before the first call.
 *
 * `wrpc+quic://host:port` is plain wRPC, with a stream for each call on one connection, as peers in Rust have it: a lost
 * datagram holds up one call, and a call that is cancelled none of the others. `quic://host:port` is a session on one
 * stream of a connection of its own.
 *
 * Needs the package `@matrixai/quic` to be installed; calls fail with `unavailable` where it is not.
 *
 * @throws RangeError for an address that is none
 */
export function connectQuic(address: `quic://${string}`, options?: QuicConnectOptions): SessionTransport;
export function connectQuic(address: string, options?: QuicConnectOptions): InvocationTransport;
export function connectQuic(address: string, options: QuicConnectOptions = {}): InvocationTransport {
  const target = parseQuicAddress(address);
  const dialer = new Dialer(target, options.tls ?? {}, resolveLimits(options.limits));
  if (target.protocol === "plain") return new QuicPlainTransport(dialer, options);
  if (options.compat !== undefined) {
    throw new RangeError(`compat is for peers of plain wRPC, so the address should be wrpc+${address}`);
  }
  return createSessionTransport(() => new ClientLink(dialer, true).open(), options);
}
