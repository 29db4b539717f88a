import type { IncomingHttpHeaders } from "node:http";

/**
 * Whether a page may connect. Browsers send cookies along with a WebSocket that any page opens, and tell only by this header
 * which page it was. Clients that are no browsers send none, and are let in.
 *
 * @param origins those that are allowed, `"any"`, or `undefined` for pages of the host that they connect to
 */
export function isAllowedOrigin(headers: IncomingHttpHeaders, origins: readonly string[] | "any" | undefined): boolean {
  const { origin, host } = headers;
  if (origin === undefined || origins === "any") return true;
  if (origins !== undefined) return origins.includes(origin);
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
}
