/** Where calls are answered over WebSockets, and how. */
export interface WebSocketAddress {
  /** `session`: one connection for all calls; `plain`: plain wRPC, a connection per call. */
  readonly protocol: "session" | "plain";
  /** What a WebSocket is opened with, for example `wss://example.com/rpc`. */
  readonly url: string;
}

/** What stands in front of an address of plain wRPC. */
const PLAIN = "wrpc+";

/**
 * Reads `ws://host:port/path` or `wss://…`, with `wrpc+` in front for plain wRPC. In a page, `/path` stands for the same
 * path on the page's own host.
 *
 * @throws RangeError saying what is wrong and what it should look like
 */
export function parseWebSocketAddress(text: string): WebSocketAddress {
  const isPlain = text.startsWith(PLAIN);
  const url = parseUrl(text, isPlain ? text.slice(PLAIN.length) : text);
  refuseSecrets(text, url);
  return { protocol: isPlain ? "plain" : "session", url: url.href };
}

/** @throws RangeError for what has no place in an address */
export function refuseSecrets(text: string, url: URL): void {
  if (url.username !== "" || url.password !== "") {
    throw new RangeError(
      "the address has a user or password in it, which would show up in logs: send them as metadata",
    );
  }
  if (url.hash !== "") throw new RangeError(`"${text}" has a fragment ("${url.hash}"), which addresses cannot have`);
}

function parseUrl(text: string, rest: string): URL {
  const { location } = globalThis as { location?: { href: string } };
  const wrong = new RangeError(
    `"${text}" is no address of a WebSocket: it should look like wss://host/path or ws://host:port/path, for plain wRPC ` +
      "with wrpc+ in front",
  );
  const base = rest.startsWith("/") ? location?.href.replace(/^http/, "ws") : undefined;
  if (!URL.canParse(rest, base)) throw wrong;
  const url = new URL(rest, base);
  if (url.protocol !== "ws:" && url.protocol !== "wss:") throw wrong;
  return url;
}
