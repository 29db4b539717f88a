import { createConnection, type NetConnectOpts } from "node:net";
import {
  createPlainTransport,
  createSessionTransport,
  type Duplex,
  type InvocationTransport,
  type PlainTransportOptions,
  type SessionTransport,
  type SessionTransportOptions,
} from "@witwire/rpc";
import { formatAddress, parseAddress, type SocketAddress } from "./address.ts";
import { SocketDuplex } from "./socket-duplex.ts";

/**
 * A transport to a server on a socket. Nothing is connected before the first call.
 *
 * `tcp://host:port` and `unix:///path` are sessions: one connection carries all calls, is made again when it is lost, and
 * keeps the process from ending until the transport is closed. `wrpc+tcp://` and `wrpc+unix://` speak plain wRPC with
 * a connection for each call, as peers in Rust and Go do.
 *
 * @throws RangeError for an address that is none
 */
export function connect(
  address: `tcp://${string}` | `unix://${string}`,
  options?: SessionTransportOptions,
): SessionTransport;
export function connect(address: string, options?: PlainTransportOptions): InvocationTransport;
export function connect(address: string, options: PlainTransportOptions = {}): InvocationTransport {
  const target = parseAddress(address);
  const peer = { transport: target.transport, address: formatAddress(target) };
  const socketOptions = connectOptions(target);
  const dial = (): Duplex => new SocketDuplex(createConnection(socketOptions), peer, false);
  if (target.protocol === "plain") return createPlainTransport(dial, options);
  if (options.compat !== undefined) {
    throw new RangeError(`compat is for peers of plain wRPC, so the address should be wrpc+${address}`);
  }
  return createSessionTransport(dial, options);
}

function connectOptions(target: SocketAddress): NetConnectOpts {
  return target.transport === "unix"
    ? { path: target.path, allowHalfOpen: true }
    : { host: target.host, port: target.port, allowHalfOpen: true, noDelay: true };
}
