import type { IncomingHttpHeaders } from "node:http";
import { type Accompaniment, RpcError } from "@witwire/rpc";
import type { Metadata } from "@witwire/wit/values";

/** Milliseconds that the caller waits. Peers that do not know it see metadata. */
const TIMEOUT = "witwire-timeout";

/** Milliseconds that the server is given more: if its clock ran out first, it could only reset, which says less than ours. */
const MARGIN = 100;

/** What the request itself is made of, which is no metadata. */
const reserved: ReadonlySet<string> = new Set([
  "connection",
  "content-encoding",
  "content-length",
  "content-type",
  "date",
  "expect",
  "host",
  "http2-settings",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  TIMEOUT,
]);

/**
 * Metadata and time of a call as headers.
 *
 * @throws RpcError `invalid-argument` for metadata that headers cannot carry
 */
export function toHeaders(metadata: Metadata, timeout: number): Record<string, string> {
  const headers: Record<string, string> = { "content-type": "application/octet-stream" };
  for (const [key, value] of Object.entries(metadata)) {
    if (!/^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(key) || reserved.has(key)) {
      throw refusal(`metadata cannot be called "${key}" over HTTP, whose headers it would be`);
    }
    if (!/^(?:[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?)?$/.test(value)) {
      throw refusal(
        `the metadata "${key}" has characters that no HTTP header can carry; encode it, as base64 for example`,
      );
    }
    headers[key] = value;
  }
  if (Number.isFinite(timeout)) headers[TIMEOUT] = String(Math.max(0, Math.ceil(timeout)) + MARGIN);
  return headers;
}

/** What came in the headers of a request. */
export function fromHeaders(headers: IncomingHttpHeaders): Accompaniment {
  const metadata: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [key, value] of Object.entries(headers)) {
    if (key.startsWith(":") || reserved.has(key) || value === undefined) continue;
    metadata[key] = typeof value === "string" ? value : value.join(", ");
  }
  const text = headers[TIMEOUT];
  const timeout = typeof text === "string" && /^\d{1,15}$/.test(text) ? Number(text) : Number.POSITIVE_INFINITY;
  return { metadata, timeout };
}

function refusal(message: string): RpcError {
  return new RpcError("invalid-argument", message, { started: "no" });
}
