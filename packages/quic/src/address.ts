import { DEFAULT_PORT } from "@witwire/node";

/** Where calls are answered over QUIC, and how. */
export interface QuicAddress {
  /** `session`: one stream for all calls; `plain`: plain wRPC, a stream per call. */
  readonly protocol: "session" | "plain";
  readonly host: string;
  readonly port: number;
}

/**
 * Reads `quic://host:port`, with `wrpc+` in front for plain wRPC. IPv6 hosts stand in brackets; the port may be left out (7761).
 *
 * @throws RangeError saying what it should look like
 */
export function parseQuicAddress(text: string): QuicAddress {
  const match = /^(wrpc\+)?quic:\/\/(?:\[([0-9a-fA-F:.%\w]+)\]|([^\s:/?#[\]]+))(?::(\d{1,5}))?\/?$/.exec(text);
  const host = match?.[2] ?? match?.[3];
  const port = match?.[4] === undefined ? DEFAULT_PORT : Number(match[4]);
  if (host === undefined || port > 65535) {
    throw new RangeError(
      `"${text}" is no QUIC address: it should look like quic://host:port, or for plain wRPC wrpc+quic://host:port, ` +
        "IPv6 hosts in brackets",
    );
  }
  return { protocol: match?.[1] === undefined ? "session" : "plain", host, port };
}

/** The address as {@link parseQuicAddress} reads it. */
export function formatQuicAddress({ protocol, host, port }: QuicAddress): string {
  return `${protocol === "plain" ? "wrpc+" : ""}quic://${formatHostPort({ host, port })}`;
}

/** `host:port`, IPv6 hosts in brackets. */
export function formatHostPort({ host, port }: { readonly host: string; readonly port: number }): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}
