import { explainForeignAddress } from "./foreign-addresses.ts";

/** Where calls are answered over a socket, and how. */
export type SocketAddress = {
  /** `session`: one connection for all calls; `plain`: plain wRPC, a connection per call. */
  readonly protocol: "session" | "plain";
} & (
  | { readonly transport: "tcp"; readonly host: string; readonly port: number }
  | { readonly transport: "tls"; readonly host: string; readonly port: number }
  | { readonly transport: "unix"; readonly path: string }
);

/** The port of wRPC's own examples and tools. */
export const DEFAULT_PORT = 7761;

/** What stands in front of an address of plain wRPC. */
const PLAIN = "wrpc+";

/**
 * Reads `tcp://host:port`, `tls://host:port` or `unix:///path`, with `wrpc+` in front for plain wRPC. IPv6 hosts stand in brackets; the port
 * may be left out (7761).
 *
 * @throws RangeError saying what is wrong and what it should look like
 */
export function parseAddress(text: string): SocketAddress {
  const protocol = text.startsWith(PLAIN) ? "plain" : "session";
  const rest = protocol === "plain" ? text.slice(PLAIN.length) : text;
  if (rest.startsWith("unix:")) return { protocol, transport: "unix", path: parsePath(text, rest) };
  for (const transport of ["tcp", "tls"] as const) {
    if (rest.startsWith(`${transport}:`)) return { protocol, transport, ...parseHost(text, rest, transport) };
  }
  const elsewhere = explainForeignAddress(text);
  if (elsewhere !== undefined) throw new RangeError(elsewhere);
  throw new RangeError(
    `"${text}" is no address: it should begin with tcp:// or unix:// or tls://, or for plain wRPC with wrpc+tcp:// or ` +
      `wrpc+unix:// or wrpc+tls:// (${EXAMPLES})`,
  );
}

const EXAMPLES = "tcp://[::1]:7761, unix:///run/app.sock";

/** The address as {@link parseAddress} reads it. */
export function formatAddress(address: SocketAddress): string {
  const scheme = `${address.protocol === "plain" ? PLAIN : ""}${address.transport}`;
  if (address.transport === "unix") return `${scheme}://${address.path}`;
  const host = address.host.includes(":") ? `[${address.host}]` : address.host;
  return `${scheme}://${host}:${address.port}`;
}

function parseHost(text: string, rest: string, scheme: "tcp" | "tls"): { host: string; port: number } {
  const match = /^\w+:\/\/(?:\[([0-9a-fA-F:.%\w]+)\]|([^\s:/?#[\]]+))(?::(\d{1,5}))?\/?$/.exec(rest);
  const host = match?.[1] ?? match?.[2];
  const port = match?.[3] === undefined ? DEFAULT_PORT : Number(match[3]);
  if (host === undefined || port > 65535) {
    throw new RangeError(
      `"${text}" is no ${scheme.toUpperCase()} address: it should look like ${scheme}://host:port, IPv6 hosts in brackets`,
    );
  }
  return { host, port };
}

function parsePath(text: string, rest: string): string {
  const path = rest.slice("unix://".length);
  if (!rest.startsWith("unix:///") || path.length < 2 || path.includes("\0")) {
    throw new RangeError(`"${text}" is no Unix address: it should look like unix:///absolute/path.sock`);
  }
  if (new TextEncoder().encode(path).length > MAX_UNIX_PATH) {
    throw new RangeError(`the socket path "${path}" is longer than the ${MAX_UNIX_PATH} bytes that the system allows`);
  }
  return path;
}

/** `sun_path` less its final zero, on the stricter of the common systems. */
const MAX_UNIX_PATH = 103;
