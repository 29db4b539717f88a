/** Where plain wRPC is spoken over a socket. */
export type SocketAddress =
  | { readonly transport: "tcp"; readonly host: string; readonly port: number }
  | { readonly transport: "unix"; readonly path: string };

/** The port of wRPC's own examples and tools. */
export const DEFAULT_PORT = 7761;

/**
 * Reads `wrpc+tcp://host:port` or `wrpc+unix:///path`. IPv6 hosts stand in brackets; the port may be left out (7761).
 *
 * @throws RangeError saying what is wrong and what it should look like
 */
export function parseAddress(text: string): SocketAddress {
  const [scheme] = text.split(":", 1);
  if (scheme === "wrpc+unix") return parseUnix(text);
  if (scheme === "wrpc+tcp") return parseTcp(text);
  throw new RangeError(`"${text}" is no address: it should begin with wrpc+tcp:// or wrpc+unix:// (${EXAMPLES})`);
}

const EXAMPLES = "wrpc+tcp://[::1]:7761, wrpc+unix:///run/app.sock";

/** The address as {@link parseAddress} reads it. */
export function formatAddress(address: SocketAddress): string {
  if (address.transport === "unix") return `wrpc+unix://${address.path}`;
  const host = address.host.includes(":") ? `[${address.host}]` : address.host;
  return `wrpc+tcp://${host}:${address.port}`;
}

function parseTcp(text: string): SocketAddress {
  const match = /^wrpc\+tcp:\/\/(?:\[([0-9a-fA-F:.%\w]+)\]|([^\s:/?#[\]]+))(?::(\d{1,5}))?\/?$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = match?.[3] === undefined ? DEFAULT_PORT : Number(match[3]);
  if (host === undefined || port > 65535) {
    throw new RangeError(
      `"${text}" is no TCP address: it should look like wrpc+tcp://host:port, IPv6 hosts in brackets`,
    );
  }
  return { transport: "tcp", host, port };
}

function parseUnix(text: string): SocketAddress {
  const path = text.slice("wrpc+unix://".length);
  if (!text.startsWith("wrpc+unix:///") || path.length < 2 || path.includes("\0")) {
    throw new RangeError(`"${text}" is no Unix address: it should look like wrpc+unix:///absolute/path.sock`);
  }
  if (new TextEncoder().encode(path).length > MAX_UNIX_PATH) {
    throw new RangeError(`the socket path "${path}" is longer than the ${MAX_UNIX_PATH} bytes that the system allows`);
  }
  return { transport: "unix", path };
}

/** `sun_path` less its final zero, on the stricter of the common systems. */
const MAX_UNIX_PATH = 103;
