import { networkInterfaces } from "node:os";
import { socketError } from "./error-code.ts";
import {
  formatAddress,
  type IpAddress,
  type IpAddressFamily,
  type Ipv4Address,
  type Ipv6Address,
  isUnicast,
  isUnspecified,
  parseAddress,
  standsForIpv4,
} from "./ip-address.ts";

/** `wasi:sockets/network` `ip-socket-address`. */
export type IpSocketAddress =
  | { readonly tag: "ipv4"; readonly val: { readonly port: number; readonly address: Ipv4Address } }
  | {
      readonly tag: "ipv6";
      readonly val: {
        readonly port: number;
        readonly flowInfo: number;
        readonly address: Ipv6Address;
        readonly scopeId: number;
      };
    };

export function ipOf(address: IpSocketAddress): IpAddress {
  return address.tag === "ipv4" ? { tag: "ipv4", val: address.val.address } : { tag: "ipv6", val: address.val.address };
}

/** The address for Node, with the zone that it names. */
export function hostOf(address: IpSocketAddress): string {
  const text = formatAddress(ipOf(address));
  return address.tag === "ipv6" && address.val.scopeId !== 0 ? `${text}%${address.val.scopeId}` : text;
}

/** From what Node says; nothing where it knows no address. */
export function socketAddress(host: string | undefined, port: number | undefined): IpSocketAddress | undefined {
  const address = host === undefined ? undefined : parseAddress(host);
  if (host === undefined || address === undefined || port === undefined) return undefined;
  if (address.tag === "ipv4") return { tag: "ipv4", val: { port, address: address.val } };
  return { tag: "ipv6", val: { port, flowInfo: 0, address: address.val, scopeId: scopeOf(host) } };
}

export function isSameAddress(left: IpSocketAddress, right: IpSocketAddress): boolean {
  return left.val.port === right.val.port && hostOf(left) === hostOf(right);
}

/** @throws WitError `invalid-argument` for what a socket of this family cannot be bound to */
export function assertLocal(address: IpSocketAddress, family: IpAddressFamily): void {
  const ip = ipOf(address);
  if (address.tag !== family || !isUnicast(ip) || standsForIpv4(ip)) throw socketError("invalid-argument");
}

/** @throws WitError `invalid-argument` for what a socket of this family cannot send to */
export function assertRemote(address: IpSocketAddress, family: IpAddressFamily): void {
  const ip = ipOf(address);
  if (address.tag !== family || standsForIpv4(ip)) throw socketError("invalid-argument");
  if (isUnspecified(ip) || address.val.port === 0) throw socketError("invalid-argument");
}

/** The number of the zone in `fe80::1%eth0`. */
function scopeOf(host: string): number {
  const zone = host.split("%")[1];
  if (zone === undefined) return 0;
  if (/^\d+$/.test(zone)) return Number(zone);
  const addresses = networkInterfaces()[zone] ?? [];
  return addresses.find((address) => address.family === "IPv6")?.scopeid ?? 0;
}
