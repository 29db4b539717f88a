import { addressBytes, type IpAddress, parseAddress } from "./ip-address.ts";

/**
 * Which hosts and ports somebody may reach, written as `host:port`.
 *
 * The host is `*` for every host, an address (`127.0.0.1`, `[::1]`), a range of addresses (`10.0.0.0/8`, `[fd00::/8]`), a
 * name (`example.com`), or every name below one (`*.example.com`, without `example.com` itself). The port is a
 * number, a range (`8000-8099`), or `*`; without one it is every port, and a range of addresses needs no brackets then.
 */
export class HostPattern {
  readonly text: string;
  readonly #host: Host;
  readonly #ports: readonly [number, number];

  /** @throws TypeError for text that is no pattern */
  constructor(text: string) {
    this.text = text;
    const [host, ports] = split(text);
    this.#host = parseHost(host, text);
    this.#ports = parsePorts(ports, text);
  }

  /** The names that it is about: one, all below one (`*.`), or all (`*`); nothing for addresses. */
  get name(): string | undefined {
    const host = this.#host;
    if (host.tag === "any") return "*";
    if (host.tag === "name") return host.name;
    return host.tag === "below" ? `*${host.suffix}` : undefined;
  }

  matchesPort(port: number): boolean {
    const [first, last] = this.#ports;
    return port >= first && port <= last;
  }

  matchesAddress(address: IpAddress): boolean {
    const host = this.#host;
    if (host.tag === "any") return true;
    return host.tag === "addresses" && hasPrefix(addressBytes(address), host.prefix, host.bits);
  }

  /** @param name in lower case; an address is none */
  matchesName(name: string): boolean {
    const host = this.#host;
    if (host.tag === "any") return true;
    if (host.tag === "name") return host.name === name;
    return host.tag === "below" && name.endsWith(host.suffix) && name.length > host.suffix.length;
  }
}

type Host =
  | { readonly tag: "any" }
  | { readonly tag: "addresses"; readonly prefix: Uint8Array; readonly bits: number }
  | { readonly tag: "name"; readonly name: string }
  | { readonly tag: "below"; readonly suffix: string };

/** A name as it is compared: in lower case, without the dot of the root. */
export function normalizeName(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}

/** Patterns of names alone, for lookups: `*`, `example.com`, `*.example.com`. */
export function namePattern(text: string): (name: string) => boolean {
  const host = parseHost(text, text);
  if (host.tag === "addresses") throw notAPattern(text);
  const pattern = new HostPattern(`${text}:*`);
  return (name) => pattern.matchesName(name);
}

function split(text: string): [host: string, ports: string] {
  const match = /^(\[[^\]]+\]|[^:]+)(?::([\d*-]+))?$/.exec(text);
  if (match !== null) return [(match[1] ?? "").replace(/^\[|\]$/g, ""), match[2] ?? "*"];
  // An address without brackets could end in a port.
  if (text.includes("/")) return [text, "*"];
  throw notAPattern(text);
}

function parsePorts(ports: string, text: string): [number, number] {
  if (ports === "*") return [0, 65_535];
  const [first = Number.NaN, last = first] = ports.split("-").map((port) => (port === "" ? Number.NaN : Number(port)));
  if (!(first <= last && last <= 65_535)) throw notAPattern(text);
  return [first, last];
}

function parseHost(host: string, text: string): Host {
  if (host === "*") return { tag: "any" };
  const [start = "", length] = host.split("/");
  const address = parseAddress(start);
  if (address !== undefined) {
    const prefix = addressBytes(address);
    const bits = length === undefined ? prefix.length * 8 : /^\d+$/.test(length) ? Number(length) : Number.NaN;
    if (!(bits <= prefix.length * 8)) throw notAPattern(text);
    return { tag: "addresses", prefix, bits };
  }
  const name = normalizeName(host.replace(/^\*\./, ""));
  // What looks like an address and is none would match nothing, and its author would not know.
  if (!/^[\p{L}\p{N}_-]+(\.[\p{L}\p{N}_-]+)*$/u.test(name) || /(^|\.)\d+$/.test(name)) throw notAPattern(text);
  return host.startsWith("*.") ? { tag: "below", suffix: `.${name}` } : { tag: "name", name };
}

function hasPrefix(bytes: Uint8Array, prefix: Uint8Array, bits: number): boolean {
  if (bytes.length !== prefix.length) return false;
  const whole = bits >> 3;
  for (let index = 0; index < whole; index++) if (bytes[index] !== prefix[index]) return false;
  const rest = bits & 7;
  return rest === 0 || ((bytes[whole] ?? 0) ^ (prefix[whole] ?? 0)) >> (8 - rest) === 0;
}

function notAPattern(text: string): TypeError {
  const forms = '"example.com:443", "*.example.com:*", "127.0.0.1:8000-8099", "[::1]:*", "10.0.0.0/8"';
  return new TypeError(`"${text}" is no pattern of hosts and ports; patterns look like ${forms}`);
}
