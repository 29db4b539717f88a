import { refuseSecrets } from "./web-socket-address.ts";

/** Where calls are answered over WebTransport, and how. */
export interface WebTransportAddress {
  /** `session`: one stream for all calls; `plain`: plain wRPC, a stream per call. */
  readonly protocol: "session" | "plain";
  /** What a WebTransport is opened with, for example `https://example.com/rpc`. */
  readonly url: string;
}

const SCHEME = /^(wrpc\+)?(?:webtransport:\/\/(?=[^/])|(?=\/))/;

/**
 * Reads `webtransport://host:port/path`, with `wrpc+` in front for plain wRPC. The port may be left out (443). In a page that came
 * by `https`, `/path` stands for the same path on the page's own host.
 *
 * @throws RangeError saying what is wrong and what it should look like
 */
export function parseWebTransportAddress(text: string): WebTransportAddress {
  const [start, plain] = SCHEME.exec(text) ?? [];
  const { location } = globalThis as { location?: { href: string } };
  const rest = text.slice(start?.length ?? 0);
  const [target, base] = rest.startsWith("/") ? [rest, location?.href] : [`https://${rest}`, undefined];
  const url = start !== undefined && URL.canParse(target, base) ? new URL(target, base) : undefined;
  if (url?.protocol !== "https:") {
    throw new RangeError(
      `"${text}" is no address of WebTransport: it should look like webtransport://host:port/path, for plain wRPC with ` +
        "wrpc+ in front",
    );
  }
  refuseSecrets(text, url);
  return { protocol: plain === undefined ? "session" : "plain", url: url.href };
}
