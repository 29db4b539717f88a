import { domainToASCII } from "node:url";
import { sync } from "@witwire/wit/values";
import type { IoError } from "../io/io-error.ts";
import type { Scope } from "../scope.ts";
import { IncomingDatagramStream, OutgoingDatagramStream } from "./datagram-streams.ts";
import { socketError } from "./error-code.ts";
import { type IpAddressFamily, parseAddress } from "./ip-address.ts";
import { Network } from "./network.ts";
import { NetworkAccess, type NetworkOptions } from "./network-access.ts";
import { lookUp, ResolveAddressStream } from "./resolve-address-stream.ts";
import { TcpSocket } from "./tcp-socket.ts";
import { UdpSocket } from "./udp-socket.ts";

/** Lookups of one instance that may be under way; Node has four threads for those of the whole process. */
const mostLookups = 8;

/**
 * All of `wasi:sockets`.
 *
 * @throws TypeError for permissions that are no patterns
 */
export function socketInterfaces(scope: Scope, options: NetworkOptions): Record<string, object> {
  const access = new NetworkAccess(options);
  const network = new Network();
  const createTcpSocket = (family: IpAddressFamily): TcpSocket => {
    if (scope.isFull("sockets")) throw socketError("new-socket-limit");
    return new TcpSocket(scope, access, family);
  };
  const createUdpSocket = (family: IpAddressFamily): UdpSocket => {
    if (scope.isFull("sockets")) throw socketError("new-socket-limit");
    return new UdpSocket(scope, access, family);
  };
  return {
    "wasi:sockets/network": { Network, networkErrorCode: sync((error: IoError) => error.details.network) },
    "wasi:sockets/instance-network": { instanceNetwork: sync(() => network) },
    "wasi:sockets/tcp-create-socket": { createTcpSocket: sync(createTcpSocket) },
    "wasi:sockets/tcp": { TcpSocket },
    "wasi:sockets/udp-create-socket": { createUdpSocket: sync(createUdpSocket) },
    "wasi:sockets/udp": { UdpSocket, IncomingDatagramStream, OutgoingDatagramStream },
    "wasi:sockets/ip-name-lookup": { resolveAddresses: sync(nameLookup(scope, access)), ResolveAddressStream },
  };
}

function nameLookup(scope: Scope, access: NetworkAccess): (network: Network, name: string) => ResolveAddressStream {
  let running = 0;
  const resolve = async (name: string): ReturnType<typeof lookUp> => {
    running++;
    try {
      const addresses = await lookUp(name);
      for (const address of addresses) access.foundAddress(name, address);
      return addresses;
    } finally {
      running--;
    }
  };
  return (_network, name) => {
    if (!access.exists) throw socketError("access-denied");
    const address = parseAddress(name.replace(/^\[(.*)\]$/, "$1"));
    if (address !== undefined) return new ResolveAddressStream(scope, [address]);
    const ascii = asciiName(name);
    if (ascii === undefined) throw socketError("invalid-argument");
    if (!access.mayLookup(ascii)) throw socketError("access-denied");
    if (running >= mostLookups) throw socketError("temporary-resolver-failure");
    return new ResolveAddressStream(scope, resolve(ascii));
  };
}

/** The name as the system knows it (IDNA); nothing for what is no name. RFC 1123, and underscores as many have them. */
function asciiName(name: string): string | undefined {
  // What ends a name in a URL is no part of it, and would be left out without a word.
  if (!/^[\w.\u0080-\u{10ffff}-]+$/u.test(name)) return undefined;
  const ascii = domainToASCII(name);
  const isName = ascii.length <= 254 && /^\w([\w-]{0,61}\w)?(\.\w([\w-]{0,61}\w)?)*\.?$/.test(ascii);
  return isName ? ascii : undefined;
}
