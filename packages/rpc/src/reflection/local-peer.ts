import type { Peer } from "@witwire/wit/values";

/**
 * Whether a caller is on this machine: in this process or its parent, at a Unix socket, or at a loopback address over TCP. Other transports
 * do not count, whatever address they give: HTTP servers stand behind proxies, for which everyone is local.
 */
export function isLocalPeer(peer: Peer): boolean {
  const { transport } = peer;
  if (transport === "memory" || transport === "process" || transport === "unix") return true;
  if (transport !== "tcp" && transport !== "tls") return false;
  const { address } = peer;
  return address !== undefined && isLoopback(hostOf(address));
}

/** Of `host:port`, and `[host]:port` for IPv6. */
function hostOf(address: string): string {
  return /^\[(.*)\](?::\d+)?$/.exec(address)?.[1] ?? address.replace(/:\d+$/, "");
}

/** Systems that listen on both protocols give IPv4 callers as `::ffff:127.0.0.1`. */
function isLoopback(host: string): boolean {
  const unmapped = host.toLowerCase().replace(/^::ffff:(?=[\d.]+$)/, "");
  return (
    unmapped === "::1" || /^127(?:\.\d{1,3}){3}$/.test(unmapped) || /^::ffff:7f[\da-f]{2}:[\da-f]{1,4}$/.test(unmapped)
  );
}
