import { X509Certificate } from "node:crypto";
import { checkServerIdentity } from "node:tls";
import { explainTlsFailure } from "@witwire/node/internal";
import { isRpcError, type Limits, RpcError } from "@witwire/rpc";
import type { CloseCause } from "./connection.ts";
import type { QuicheConnection } from "./quiche.ts";

/** TLS alerts stand among the codes of QUIC from here on (RFC 9001, 4.8). */
export const CRYPTO_ERROR = 0x100;

/** TLS alerts (RFC 8446, 6). */
export const Alert = {
  badCertificate: 42,
  certificateExpired: 45,
  certificateUnknown: 46,
  unknownCa: 48,
  accessDenied: 49,
  certificateRequired: 116,
  noApplicationProtocol: 120,
} as const;

/** "No more connections" (RFC 9000, 20.1). */
export const CONNECTION_REFUSED = 2;

/** What is known of a connection that is gone. */
export interface ConnectionFailure {
  readonly cause: CloseCause;
  /** The address as users know it. */
  readonly where: string;
  /** The name that the server's certificate had to be for; `undefined` on a server's side. */
  readonly name: string | undefined;
  /** Whether the handshake was over. */
  readonly established: boolean;
  /** Whether this side showed a certificate. */
  readonly showedCertificate: boolean;
  readonly native: QuicheConnection | undefined;
  readonly limits: Limits;
}

/** Says why a connection is gone, and what to do. */
export function explainFailure(failure: ConnectionFailure): RpcError {
  const { cause, where, established, limits } = failure;
  if (isRpcError(cause)) return cause;
  if (cause === "handshake-timeout") {
    const text = `no QUIC connection to ${where} within ${limits.headerTimeout} ms (limit headerTimeout)`;
    return notConnected(`${text}: does a server listen there, and do firewalls let UDP through?`, cause);
  }
  if (cause === "silence") {
    const text = `nothing was heard of ${where}, not even when asked (limit keepaliveTimeout, ${limits.keepaliveTimeout} ms)`;
    return new RpcError("unknown", text);
  }
  if (cause !== "closed") {
    const code = "code" in cause ? ` (${String(cause.code)})` : "";
    return established
      ? new RpcError("unknown", `the connection to ${where} broke${code}: the peer was lost`, { cause })
      : notConnected(`cannot connect to ${where}${code}: ${hints[code] ?? "is a server listening there?"}`, cause);
  }
  return explainTls(failure) ?? explainClose(failure);
}

const hints: Readonly<Record<string, string>> = {
  " (ENOTFOUND)": "the host name cannot be resolved",
  " (EAI_AGAIN)": "the host name cannot be resolved at the moment, the name server does not answer",
};

function notConnected(text: string, cause: unknown): RpcError {
  return new RpcError("unavailable", text, { started: "no", cause });
}

function explainClose({ where, established, native }: ConnectionFailure): RpcError {
  const peer = native?.peerError() ?? undefined;
  if (peer !== undefined && !peer.isApp && peer.errorCode === CONNECTION_REFUSED) {
    return notConnected(`${where} takes no more connections at the moment`, undefined);
  }
  const why =
    peer === undefined
      ? native?.isTimedOut() === true
        ? "it was silent for too long"
        : "it was lost, or closed on this side"
      : peer.isApp && peer.errorCode === 0
        ? "the peer closed it"
        : `the peer closed it with ${peer.isApp ? "application" : "QUIC"} error ${peer.errorCode}`;
  if (!established) return notConnected(`cannot connect to ${where}: ${why}`, undefined);
  return new RpcError("unknown", `the connection to ${where} is gone: ${why}`);
}

function explainTls(failure: ConnectionFailure): RpcError | undefined {
  const { native, where, name, showedCertificate } = failure;
  const local = alertOf(native?.localError());
  const peer = alertOf(native?.peerError());
  if (name === undefined) {
    return local === undefined && peer === undefined ? undefined : explainClient(local, peer, where);
  }
  const error = local === undefined ? peerTlsError(peer) : localTlsError(local, native, name);
  return error && explainTlsFailure({ error, where, name, connected: false, showedCertificate });
}

/** What a server says of a client that did not get through the handshake. */
function explainClient(local: number | undefined, peer: number | undefined, where: string): RpcError {
  const text =
    local === Alert.certificateRequired
      ? "it has shown no certificate, and has to"
      : local === Alert.noApplicationProtocol
        ? "it asks for another protocol than witwire and wrpc (ALPN), or for none"
        : local === undefined
          ? `it does not accept this server (TLS alert ${peer})`
          : `its certificate is not accepted (TLS alert ${local})`;
  return new RpcError("unauthenticated", `no QUIC connection from ${where}: ${text}`, { started: "no" });
}

function alertOf(
  error: { readonly isApp: boolean; readonly errorCode: number } | null | undefined,
): number | undefined {
  if (!error || error.isApp || error.errorCode < CRYPTO_ERROR || error.errorCode > CRYPTO_ERROR + 0xff)
    return undefined;
  return error.errorCode - CRYPTO_ERROR;
}

/** Node's name for what this side found wrong with the server's certificate. */
function localTlsError(alert: number, native: QuicheConnection | undefined, name: string): Error & { code: string } {
  const certificate = peerCertificate(native);
  if (certificate !== undefined) {
    if (certificate.validFromDate.getTime() > Date.now()) return coded("CERT_NOT_YET_VALID");
    if (alert === Alert.certificateExpired) return coded("CERT_HAS_EXPIRED");
    if (alert === Alert.badCertificate) {
      const wrong = checkName(name, certificate);
      if (wrong !== undefined) return wrong;
    }
  }
  return coded(alert === Alert.certificateExpired ? "CERT_HAS_EXPIRED" : "UNABLE_TO_VERIFY_LEAF_SIGNATURE", alert);
}

const peerCodes: Readonly<Record<number, string>> = {
  [Alert.badCertificate]: "ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE",
  [Alert.certificateExpired]: "ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED",
  [Alert.certificateUnknown]: "ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN",
  [Alert.unknownCa]: "ERR_SSL_TLSV1_ALERT_UNKNOWN_CA",
  [Alert.accessDenied]: "ERR_SSL_TLSV1_ALERT_ACCESS_DENIED",
  [Alert.certificateRequired]: "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED",
  [Alert.noApplicationProtocol]: "ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL",
};

/** Node's name for what the server told us. */
function peerTlsError(alert: number | undefined): (Error & { code: string }) | undefined {
  if (alert === undefined) return undefined;
  return coded(peerCodes[alert] ?? "ERR_SSL_SSL_BAD_CERTIFICATE", alert);
}

function coded(code: string, alert?: number): Error & { code: string } {
  return Object.assign(new Error(alert === undefined ? "TLS" : `TLS alert ${alert}`), { code });
}

/** The certificate that the other side showed. */
export function peerCertificate(native: QuicheConnection | undefined): X509Certificate | undefined {
  const [first] = native?.peerCertChain() ?? [];
  return first === undefined ? undefined : new X509Certificate(first);
}

/** Checks whom a certificate is for, addresses of machines included, which quiche does not. */
export function checkName(name: string, certificate: X509Certificate): (Error & { code: string }) | undefined {
  return checkServerIdentity(name, certificate.toLegacyObject()) as (Error & { code: string }) | undefined;
}
