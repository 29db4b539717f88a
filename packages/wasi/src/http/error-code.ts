/** `wasi:http/types` `error-code`. */
export type ErrorCode =
  | { readonly tag: PlainCode; readonly val?: undefined }
  | { readonly tag: "DNS-error"; readonly val: { readonly rcode?: string; readonly infoCode?: number } }
  | { readonly tag: "TLS-alert-received"; readonly val: { readonly alertId?: number; readonly alertMessage?: string } }
  | { readonly tag: "HTTP-request-body-size" | "HTTP-response-body-size"; readonly val: bigint | undefined }
  | { readonly tag: SectionSizeCode; readonly val: number | undefined }
  | { readonly tag: "HTTP-request-header-size"; readonly val: FieldSize | undefined }
  | { readonly tag: FieldSizeCode; readonly val: FieldSize }
  | { readonly tag: CodingCode | "internal-error"; readonly val: string | undefined };

type PlainCode =
  | "DNS-timeout"
  | "destination-not-found"
  | "destination-unavailable"
  | "destination-IP-prohibited"
  | "destination-IP-unroutable"
  | "connection-refused"
  | "connection-terminated"
  | "connection-timeout"
  | "connection-read-timeout"
  | "connection-write-timeout"
  | "connection-limit-reached"
  | "TLS-protocol-error"
  | "TLS-certificate-error"
  | "HTTP-request-denied"
  | "HTTP-request-length-required"
  | "HTTP-request-method-invalid"
  | "HTTP-request-URI-invalid"
  | "HTTP-request-URI-too-long"
  | "HTTP-response-incomplete"
  | "HTTP-response-timeout"
  | "HTTP-upgrade-failed"
  | "HTTP-protocol-error"
  | "loop-detected"
  | "configuration-error";

type SectionSizeCode =
  | "HTTP-request-header-section-size"
  | "HTTP-request-trailer-section-size"
  | "HTTP-response-header-section-size"
  | "HTTP-response-trailer-section-size";

type FieldSizeCode = "HTTP-request-trailer-size" | "HTTP-response-header-size" | "HTTP-response-trailer-size";
type CodingCode = "HTTP-response-transfer-coding" | "HTTP-response-content-coding";

interface FieldSize {
  readonly fieldName?: string;
  readonly fieldSize?: number;
}

const codes: Readonly<Record<string, ErrorCode>> = {
  EACCES: { tag: "destination-IP-prohibited" },
  EADDRNOTAVAIL: { tag: "destination-unavailable" },
  EAI_AGAIN: { tag: "DNS-error", val: { rcode: "SERVFAIL" } },
  EAI_FAIL: { tag: "DNS-error", val: { rcode: "SERVFAIL" } },
  ECONNABORTED: { tag: "connection-terminated" },
  ECONNREFUSED: { tag: "connection-refused" },
  ECONNRESET: { tag: "connection-terminated" },
  EHOSTDOWN: { tag: "destination-unavailable" },
  EHOSTUNREACH: { tag: "destination-IP-unroutable" },
  EMFILE: { tag: "connection-limit-reached" },
  ENETDOWN: { tag: "destination-IP-unroutable" },
  ENETUNREACH: { tag: "destination-IP-unroutable" },
  ENFILE: { tag: "connection-limit-reached" },
  ENOTFOUND: { tag: "DNS-error", val: { rcode: "NXDOMAIN" } },
  EPERM: { tag: "destination-IP-prohibited" },
  EPIPE: { tag: "connection-terminated" },
  EPROTO: { tag: "TLS-protocol-error" },
  ETIMEDOUT: { tag: "connection-timeout" },
  ERR_ACCESS_DENIED: { tag: "HTTP-request-denied" },
  ERR_INVALID_CHAR: { tag: "HTTP-protocol-error" },
  ERR_INVALID_HTTP_TOKEN: { tag: "HTTP-request-method-invalid" },
  ERR_SOCKET_BAD_PORT: { tag: "HTTP-request-URI-invalid" },
  ERR_STREAM_DESTROYED: { tag: "connection-terminated" },
  ERR_STREAM_PREMATURE_CLOSE: { tag: "connection-terminated" },
  ERR_TLS_CERT_ALTNAME_INVALID: { tag: "TLS-certificate-error" },
  ERR_UNESCAPED_CHARACTERS: { tag: "HTTP-request-URI-invalid" },
  HPE_HEADER_OVERFLOW: { tag: "HTTP-response-header-section-size", val: undefined },
  HPE_INVALID_CHUNK_SIZE: { tag: "HTTP-response-transfer-coding", val: "chunked" },
  HPE_INVALID_TRANSFER_ENCODING: { tag: "HTTP-response-transfer-coding", val: undefined },
};

/** A failure for which there is a code already. Node hands it on where it was given as the reason of an end. */
export class HttpFailure extends Error {
  override readonly name: string = "HttpFailure";
  readonly code: ErrorCode;

  constructor(code: ErrorCode) {
    super(code.tag);
    this.code = code;
  }
}

/** The code for an error of Node's. Of one that is not known the guest learns nothing more. */
export function errorCodeOf(error: unknown): ErrorCode {
  if (error instanceof HttpFailure) return error.code;
  const code: unknown = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  if (typeof code !== "string") return { tag: "internal-error", val: undefined };
  return codes[code] ?? codeOfKind(code) ?? { tag: "internal-error", val: undefined };
}

function codeOfKind(code: string): ErrorCode | undefined {
  const alert = /^ERR_SSL_(?:TLSV1|SSLV3|TLSV13)_ALERT_(.+)$/.exec(code)?.[1];
  if (alert !== undefined) return { tag: "TLS-alert-received", val: { alertMessage: alert.toLowerCase() } };
  if (code.startsWith("ERR_SSL_") || code.startsWith("ERR_TLS_")) return { tag: "TLS-protocol-error" };
  if (code.startsWith("HPE_")) return { tag: "HTTP-protocol-error" };
  // What OpenSSL says about certificates: DEPTH_ZERO_SELF_SIGNED_CERT, UNABLE_TO_VERIFY_LEAF_SIGNATURE, CERT_HAS_EXPIRED, …
  return /CERT|^UNABLE_TO_|CRL|^HOSTNAME_MISMATCH$/.test(code) ? { tag: "TLS-certificate-error" } : undefined;
}
