import { UsageError } from "../usage-error.ts";

/** How addresses of servers begin, for those who write one. */
export const calledSchemes: readonly string[] = [
  ...["tcp", "tls", "unix", "quic", "ws", "wss", "nats"].flatMap((scheme) => [`${scheme}://`, `wrpc+${scheme}://`]),
  "http://",
  "https://",
  "exec:",
];

/** Whether something is an address, right or wrong, and no path. */
export function looksLikeAddress(text: string): boolean {
  return /^(?:[a-z][a-z0-9+.-]*:\/\/|(?:exec|stdio|parent):)/i.test(text);
}

/** Whether an address may have TLS below it. NATS has where the NATS server wants it. */
export function mayHaveTls(address: string): boolean {
  return /^(?:wrpc\+)?(?:tls|https|wss|nats|quic):/.test(address);
}

export function isNats(address: string): boolean {
  return /^(?:wrpc\+)?nats:/.test(address);
}

/** The same address for clients that speak the other protocol, where whoever listens answers both. */
export function otherProtocol(address: string): string | undefined {
  if (!/^(?:wrpc\+)?(?:tcp|tls|unix|quic|ws|wss):/.test(address)) return undefined;
  return address.startsWith("wrpc+") ? address.slice("wrpc+".length) : `wrpc+${address}`;
}

/** @throws UsageError for addresses at which one can only listen */
export function rejectOwnStreams(address: string): void {
  if (!/^(?:stdio|parent):/.test(address)) return;
  const [scheme] = address.split(":");
  throw new UsageError(
    `"${address}" is for --listen: ${scheme}: is whoever has started this process. ` +
      `To start a program and call it, write exec:, as in "exec:witwire serve app.wasm --listen parent:"`,
  );
}
