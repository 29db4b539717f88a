import { isIP, SocketAddress } from "node:net";

/** `wasi:sockets/network` `ip-address-family`. */
export type IpAddressFamily = "ipv4" | "ipv6";
/** Four bytes. */
export type Ipv4Address = readonly [number, number, number, number];
/** Eight groups of 16 bits. */
export type Ipv6Address = readonly [number, number, number, number, number, number, number, number];

/** `wasi:sockets/network` `ip-address`. */
export type IpAddress =
  | { readonly tag: "ipv4"; readonly val: Ipv4Address }
  | { readonly tag: "ipv6"; readonly val: Ipv6Address };

/** The address as text, in the usual short form. */
export function formatAddress(address: IpAddress): string {
  if (address.tag === "ipv4") return address.val.join(".");
  const groups = address.val.map((group) => group.toString(16)).join(":");
  return new SocketAddress({ address: groups, family: "ipv6" }).address;
}

/** The address that a text is, a zone behind `%` left out; nothing for any other text. */
export function parseAddress(text: string): IpAddress | undefined {
  switch (isIP(text)) {
    case 4:
      return { tag: "ipv4", val: ipv4(text) };
    case 6:
      return { tag: "ipv6", val: ipv6(text.replace(/%.*$/, "")) };
    default:
      return undefined;
  }
}

/** The bytes of an address: 4 or 16. */
export function addressBytes(address: IpAddress): Uint8Array {
  if (address.tag === "ipv4") return Uint8Array.from(address.val);
  return Uint8Array.from(address.val.flatMap((group) => [group >> 8, group & 0xff]));
}

/** `0.0.0.0` or `::`. */
export function isUnspecified(address: IpAddress): boolean {
  return address.val.every((part) => part === 0);
}

/** Whether it is the address of one machine: neither multicast nor broadcast. */
export function isUnicast(address: IpAddress): boolean {
  const [first] = address.val;
  if (address.tag === "ipv6") return first < 0xff00;
  return (first < 224 || first >= 240) && !address.val.every((part) => part === 255);
}

/** IPv6 addresses that stand for one of IPv4: `::ffff:0:0/96` and, long out of use, `::/96`; not `::` and `::1`. */
export function standsForIpv4(address: IpAddress): boolean {
  if (address.tag === "ipv4" || address.val.slice(0, 5).some((group) => group !== 0)) return false;
  const [, , , , , sixth, high, low] = address.val;
  return sixth === 0xffff || (sixth === 0 && (high !== 0 || low > 1));
}

function ipv4(text: string): Ipv4Address {
  const [a = 0, b = 0, c = 0, d = 0] = text.split(".").map(Number);
  return [a, b, c, d];
}

function ipv6(text: string): Ipv6Address {
  const [head = "", tail] = text.split("::");
  const front = groupsOf(head);
  const back = groupsOf(tail ?? "");
  const gap = new Array<number>(8 - front.length - back.length).fill(0);
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = [...front, ...gap, ...back];
  return [a, b, c, d, e, f, g, h];
}

function groupsOf(text: string): number[] {
  if (text === "") return [];
  return text.split(":").flatMap((group) => {
    if (!group.includes(".")) return [Number.parseInt(group, 16)];
    const [a, b, c, d] = ipv4(group);
    return [a * 256 + b, c * 256 + d];
  });
}
