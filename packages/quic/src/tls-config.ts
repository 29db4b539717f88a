import { createPrivateKey, X509Certificate } from "node:crypto";
import { getCACertificates } from "node:tls";
import type { KeyPair, TlsClientOptions, TlsServerOptions } from "@witwire/node";
import { authoritiesOf, keyPairOf, TLS_PROTOCOLS } from "@witwire/node/internal";
import type { Limits } from "@witwire/rpc";
import { DATAGRAM_BYTES } from "./connection.ts";
import type { Quiche, QuicheConfig } from "./quiche.ts";

/** What quiche has to know of a client. @throws Error for certificates and keys that are none */
export function clientConfig(
  quiche: Quiche,
  protocol: keyof typeof TLS_PROTOCOLS,
  tls: TlsClientOptions,
  limits: Limits,
): QuicheConfig {
  const verify = tls.verify ?? true;
  const authorities = verify ? (authoritiesText(tls.ca) ?? defaultAuthorities()) : undefined;
  const config = build(quiche, verify, authorities, tls);
  config.setApplicationProtos([TLS_PROTOCOLS[protocol]]);
  setTransport(config, limits);
  // Servers open no streams.
  config.setInitialMaxStreamsBidi(0);
  return config;
}

/**
 * What quiche has to know of a server.
 *
 * @throws RangeError for options that QUIC does not have here; Error for certificates and keys that are none
 */
export function serverConfig(quiche: Quiche, tls: TlsServerOptions, limits: Limits): QuicheConfig {
  if (tls.hosts !== undefined) {
    throw new RangeError("a QUIC listener has one certificate: leave tls.hosts out, and name all hosts in tls.cert");
  }
  const demand = tls.clientCertificates ?? "none";
  const authorities = demand === "none" ? undefined : (authoritiesText(tls.ca) ?? defaultAuthorities());
  const config = build(quiche, demand !== "none", authorities, tls);
  // As it is built, a client that shows none is refused; after this only one that shows a bad one.
  if (demand === "optional") config.verifyPeer(true);
  config.setApplicationProtos(Object.values(TLS_PROTOCOLS));
  setTransport(config, limits);
  config.setInitialMaxStreamsBidi(limits.maxInvocations);
  return config;
}

function build(quiche: Quiche, verify: boolean, ca: Uint8Array | undefined, pair: Partial<KeyPair>): QuicheConfig {
  const { cert, key, passphrase } = keyPairOf(pair);
  const plainKey = key === undefined ? undefined : readKey(key, passphrase, cert);
  return quiche.Config.withBoringSslCtx(
    verify,
    false,
    ca ?? null,
    plainKey === undefined ? null : [plainKey],
    cert === undefined ? null : [cert],
    null,
  );
}

/** The key without its passphrase. BoringSSL would take one that belongs to another certificate, and fail handshakes. */
function readKey(key: Buffer, passphrase: string | undefined, cert: Buffer | undefined): Uint8Array {
  const privateKey = createPrivateKey(passphrase === undefined ? { key } : { key, passphrase });
  if (cert !== undefined && !new X509Certificate(cert).checkPrivateKey(privateKey)) {
    throw new Error("the private key in tls.key is not that of the certificate in tls.cert");
  }
  return Buffer.from(privateKey.export({ type: "pkcs8", format: "pem" }));
}

function setTransport(config: QuicheConfig, limits: Limits): void {
  // A path of calls is not worth the attacks that moving it would allow.
  config.setDisableActiveMigration(true);
  config.enablePacing(false);
  config.setMaxIdleTimeout(limits.keepaliveInterval + limits.keepaliveTimeout);
  config.setMaxRecvUdpPayloadSize(65_527);
  config.setMaxSendUdpPayloadSize(DATAGRAM_BYTES);
  config.setInitialMaxData(limits.maxBufferedBytes);
  config.setMaxConnectionWindow(limits.maxBufferedBytes);
  config.setInitialMaxStreamDataBidiLocal(limits.readAheadBytes);
  config.setInitialMaxStreamDataBidiRemote(limits.readAheadBytes);
  config.setMaxStreamWindow(Math.max(limits.maxWindowBytes, limits.readAheadBytes));
  config.setInitialMaxStreamsUni(0);
  config.setInitialMaxStreamDataUni(0);
}

function authoritiesText(ca: TlsClientOptions["ca"]): Uint8Array | undefined {
  const { ca: list } = authoritiesOf(ca);
  return list === undefined ? undefined : joined(list);
}

let known: Uint8Array | undefined;

/** Node's, so that all transports trust the same. */
function defaultAuthorities(): Uint8Array {
  known ??= joined(getCACertificates("default").map((authority) => Buffer.from(authority)));
  return known;
}

function joined(authorities: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(authorities.flatMap((authority) => [authority, NEW_LINE]));
}

const NEW_LINE = Buffer.from("\n");
