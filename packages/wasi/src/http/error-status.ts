import type { ErrorCode } from "./error-code.ts";

const statuses: Partial<Record<ErrorCode["tag"], number>> = {
  "HTTP-request-denied": 403,
  "HTTP-request-length-required": 411,
  "HTTP-request-body-size": 413,
  "HTTP-request-method-invalid": 400,
  "HTTP-request-URI-invalid": 400,
  "HTTP-request-URI-too-long": 414,
  "HTTP-request-header-section-size": 431,
  "HTTP-request-header-size": 431,
  "HTTP-request-trailer-section-size": 431,
  "HTTP-request-trailer-size": 431,
  "connection-limit-reached": 503,
  "DNS-timeout": 504,
  "connection-timeout": 504,
  "connection-read-timeout": 504,
  "connection-write-timeout": 504,
  "HTTP-response-timeout": 504,
  "loop-detected": 508,
  "configuration-error": 500,
  "internal-error": 500,
};

/** What a client is told where the guest answered with an error code. What went wrong behind the guest is 502. */
export function statusOf(code: ErrorCode): number {
  return statuses[code.tag] ?? 502;
}
