import {
  createSessionTransport,
  type Duplex,
  type Limits,
  resolveLimits,
  type SessionTransport,
  type SessionTransportOptions,
} from "@witwire/rpc";
import { MessageDuplex } from "./message-duplex.ts";
import { parseWebTransportAddress } from "./web-transport-address.ts";
import { WebTransportConnection, type WebTransportLike, type WebTransportTarget } from "./web-transport-connection.ts";
import { WebTransportLink } from "./web-transport-link.ts";

/** The digest of a certificate, as browsers take it. */
export interface CertificateHash {
  readonly algorithm: "sha-256";
  /** 32 bytes, of the certificate in DER. */
  readonly value: Uint8Array<ArrayBuffer>;
}

/** Options of clients over WebTransport. */
export interface WebTransportDialOptions {
  /** `headerTimeout` is how long connecting may take, `keepaliveInterval` how long a connection is kept without calls. */
  readonly limits?: Partial<Limits>;
  /**
   * Digests of certificates one of which the server has to show; authorities and names do not matter then. Browsers want
   * such certificates to be ECDSA and valid for 14 days at most. Default: authorities that the browser trusts vouch for the server.
   */
  readonly serverCertificateHashes?: readonly CertificateHash[];
}

/** Opens byte streams, for `createSessionTransport` and `createPlainTransport`. */
export interface WebTransportDial {
  (): Duplex;
  /** Closes the connection as soon as it has no streams, without waiting whether there will be more. */
  close(): void;
}

/**
 * A session with a server over WebTransport: `webtransport://host:port/path`, or in a page `/path` on its own host. Nothing is
 * connected before the first call; one stream carries all calls, and is made again when it is lost.
 *
 * @throws RangeError for an address that is none, and one of plain wRPC
 */
export function connectWebTransport(
  address: string,
  options: SessionTransportOptions & WebTransportDialOptions = {},
): SessionTransport {
  if (parseWebTransportAddress(address).protocol === "plain") {
    throw new RangeError(
      `"${address}" is an address of plain wRPC: use createPlainTransport(dialWebTransport("${address}")), or leave ` +
        "wrpc+ out where the server has sessions",
    );
  }
  return createSessionTransport(dialWebTransport(address, options), options);
}

/**
 * Opens byte streams over WebTransport. With `wrpc+webtransport://…` they share a connection, which is made with the first one,
 * made again when it is lost, and closed when there was none for `keepaliveInterval`. With `webtransport://…` each has one of
 * its own.
 *
 * @throws RangeError for an address that is none
 */
export function dialWebTransport(address: string, options: WebTransportDialOptions = {}): WebTransportDial {
  const { protocol, url } = parseWebTransportAddress(address);
  const { serverCertificateHashes } = options;
  const target: WebTransportTarget = {
    url,
    limits: resolveLimits(options.limits),
    open: () => openWebTransport(url, serverCertificateHashes === undefined ? {} : { serverCertificateHashes }),
  };
  const single = protocol === "session";
  const peer = { transport: "webtransport", address: url };
  let connection: WebTransportConnection | undefined;
  const dial = (): Duplex => {
    if (connection === undefined || connection.isOver || single)
      connection = new WebTransportConnection(target, single);
    return new MessageDuplex(new WebTransportLink(connection), peer, UNLIMITED);
  };
  return Object.assign(dial, { close: () => connection?.close() });
}

/** Reading stops at once when it is paused, but for a chunk that was asked for. */
const UNLIMITED = Number.POSITIVE_INFINITY;

type WebTransportClass = new (
  url: string,
  options: Pick<WebTransportDialOptions, "serverCertificateHashes">,
) => WebTransportLike;

function openWebTransport(
  url: string,
  options: Pick<WebTransportDialOptions, "serverCertificateHashes">,
): WebTransportLike {
  const { WebTransport } = globalThis as unknown as { WebTransport?: WebTransportClass };
  if (WebTransport === undefined) {
    throw new Error("there is no WebTransport here, or the page is not secure (https, or a loopback address)");
  }
  return new WebTransport(url, options);
}
