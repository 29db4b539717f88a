/** Where calls are answered over HTTP. */
export interface HttpAddress {
  readonly scheme: "http" | "https";
  readonly host: string;
  readonly port: number;
  /** Begins with a slash. */
  readonly path: string;
}

/**
 * Reads `http://host:port/path` or `https://…`; `undefined` for an address of another kind.
 *
 * @throws RangeError for one that is wrong
 */
export function parseHttpAddress(text: string): HttpAddress | undefined {
  if (!/^https?:/.test(text)) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (
    url === undefined ||
    !/^https?:\/\/[^/]/.test(text) ||
    url.username !== "" ||
    url.search !== "" ||
    url.hash !== ""
  ) {
    throw new RangeError(`"${text}" is no HTTP address: it should look like http://host:port/path`);
  }
  const scheme = url.protocol === "https:" ? "https" : "http";
  const port = url.port === "" ? (scheme === "https" ? 443 : 80) : Number(url.port);
  return { scheme, host: url.hostname.replace(/^\[(.*)\]$/, "$1"), port, path: url.pathname };
}

export function formatHttpAddress({ scheme, host, port, path }: HttpAddress): string {
  return `${scheme}://${host.includes(":") ? `[${host}]` : host}:${port}${path}`;
}
