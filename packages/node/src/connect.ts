import { createConnection, type NetConnectOpts } from "node:net";
import { createPlainTransport, type InvocationTransport, type PlainTransportOptions } from "@witwire/rpc";
import { formatAddress, parseAddress, type SocketAddress } from "./address.ts";
import { SocketDuplex } from "./socket-duplex.ts";

/**
 * A transport to a server on a socket: `wrpc+tcp://host:port` or `wrpc+unix:///path`. Plain wRPC opens a connection for
 * each call, so nothing is connected yet, and there is nothing to reconnect.
 *
 * @throws RangeError for an address that is none
 */
export function connect(address: string, options: PlainTransportOptions = {}): InvocationTransport {
  const target = parseAddress(address);
  const peer = { transport: target.transport, address: formatAddress(target) };
  const socketOptions = connectOptions(target);
  return createPlainTransport(() => new SocketDuplex(createConnection(socketOptions), peer, false), options);
}

function connectOptions(target: SocketAddress): NetConnectOpts {
  return target.transport === "unix"
    ? { path: target.path, allowHalfOpen: true }
    : { host: target.host, port: target.port, allowHalfOpen: true, noDelay: true };
}
