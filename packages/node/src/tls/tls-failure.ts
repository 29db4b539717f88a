import { RpcError, type RpcErrorCode } from "@witwire/rpc";

/** What is known of a TLS connection that failed. */
export interface TlsFailure {
  readonly error: Error & { readonly code?: string | undefined };
  /** The address that was to be reached. */
  readonly where: string;
  /** The name that the certificate had to be for. */
  readonly name: string;
  /** Whether the handshake was over. */
  readonly connected: boolean;
  /** Whether this side showed a certificate. */
  readonly showedCertificate: boolean;
}

/**
 * Says why a TLS connection did not come about, and what to do; `undefined` when the error is none of TLS. No call can
 * have begun: nothing is sent before the peer's certificate was checked, and a peer that refuses ours has read nothing.
 */
export function explainTlsFailure(failure: TlsFailure): RpcError | undefined {
  const { error, where, connected } = failure;
  const reason = reasons[error.code ?? ""] ?? (!connected && error.message.includes("TLS") ? brokenOff : undefined);
  if (reason === undefined) return undefined;
  const { code = "unavailable", text } = reason(failure);
  return new RpcError(code, `no TLS connection to ${where}: ${text} (${error.code})`, {
    started: "no",
    retryable: false,
    cause: error,
  });
}

interface Reason {
  /** Default `unavailable`: the server is not what was asked for. */
  readonly code?: RpcErrorCode;
  readonly text: string;
}

const unknownAuthority = (): Reason => ({
  text:
    "its certificate is signed by nobody whom this process trusts; give the certificate of its authority with the " +
    "option tls.ca",
});

const refusedCertificate = ({ showedCertificate }: TlsFailure): Reason => ({
  code: "unauthenticated",
  text: showedCertificate
    ? "it does not accept the certificate of this client; check the options tls.cert and tls.key"
    : "it wants to see a certificate of this client; give one with the options tls.cert and tls.key",
});

const noTls = (): Reason => ({ text: "what answers there does not speak TLS; perhaps the address should be tcp://" });

/** Node says so in words, with the code of a reset. */
const brokenOff = (): Reason => ({ text: "it ended the handshake; perhaps it does not speak TLS" });

const otherVersion = (): Reason => ({ text: "it does not speak TLS 1.3" });

const reasons: Readonly<Record<string, (failure: TlsFailure) => Reason>> = {
  CERT_HAS_EXPIRED: () => ({ text: "its certificate has expired; it has to be renewed there" }),
  CERT_NOT_YET_VALID: () => ({ text: "its certificate is not valid yet; are the clocks of both sides right?" }),
  CERT_REVOKED: () => ({ text: "its certificate was revoked" }),
  INVALID_PURPOSE: () => ({ text: "its certificate is not meant for servers" }),
  ERR_TLS_CERT_ALTNAME_INVALID: ({ name, error }) => ({
    text:
      `its certificate is not for "${name}" but for ${alternatives(error)}; use one of its names in the address, or in ` +
      "the option tls.servername",
  }),
  DEPTH_ZERO_SELF_SIGNED_CERT: unknownAuthority,
  SELF_SIGNED_CERT_IN_CHAIN: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownAuthority,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownAuthority,
  CERT_SIGNATURE_FAILURE: unknownAuthority,
  CERT_UNTRUSTED: unknownAuthority,
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: refusedCertificate,
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: refusedCertificate,
  ERR_SSL_TLSV1_ALERT_ACCESS_DENIED: refusedCertificate,
  ERR_SSL_SSL_BAD_CERTIFICATE: refusedCertificate,
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: refusedCertificate,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: refusedCertificate,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED: refusedCertificate,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: refusedCertificate,
  ERR_SSL_WRONG_VERSION_NUMBER: noTls,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: noTls,
  ERR_SSL_RECORD_LAYER_FAILURE: noTls,
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: otherVersion,
  ERR_SSL_UNSUPPORTED_PROTOCOL: otherVersion,
  ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL: () => ({
    text: "it speaks TLS, but neither the session nor plain wRPC inside",
  }),
};

function alternatives(error: Error & { readonly cert?: { readonly subjectaltname?: string } }): string {
  return error.cert?.subjectaltname || "no name at all";
}
