import { HostPattern, normalizeName } from "../sockets/host-pattern.ts";
import { parseAddress } from "../sockets/ip-address.ts";

/** A request that a guest wants to make. */
export interface RequestedTarget {
  readonly scheme: "http" | "https";
  /** A name in lower case, or an address without brackets. */
  readonly host: string;
  readonly port: number;
  readonly method: string;
  readonly pathWithQuery: string;
}

/**
 * Which requests a guest may make: all (`"inherit"`), those to hosts that match one of some patterns, or those that a
 * function allows. Patterns are compared with the host as the guest wrote it, name or address, and with its port,
 * 80 or 443 where it wrote none; see {@link HostPattern}. A redirect is a response like any other, and following it is
 * another request.
 */
export type HttpPermission = "inherit" | readonly string[] | ((target: RequestedTarget) => boolean);

/** @throws TypeError for what is no pattern */
export function requestTest(permission: HttpPermission | undefined): (target: RequestedTarget) => boolean {
  if (permission === undefined) return () => false;
  if (permission === "inherit") return () => true;
  if (typeof permission === "function") return (target) => permission(target) === true;
  const patterns = permission.map((text) => new HostPattern(text));
  return ({ host, port }) => {
    const address = parseAddress(host);
    const name = normalizeName(host);
    return patterns.some(
      (pattern) =>
        pattern.matchesPort(port) &&
        (address === undefined ? pattern.matchesName(name) : pattern.matchesAddress(address)),
    );
  };
}
