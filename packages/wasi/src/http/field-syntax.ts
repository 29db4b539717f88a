/** RFC 9110, section 5.6.2: names of fields and methods. */
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** Fields that belong to a connection and not to a message, and those that say where a message ends and goes to. */
const forbidden: ReadonlySet<string> = new Set([
  "connection",
  "host",
  "http2-settings",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
]);

export function isToken(text: string): boolean {
  return token.test(text);
}

/** @param name in lower case */
export function isForbidden(name: string): boolean {
  return forbidden.has(name);
}

/** RFC 9110, section 5.5, with every byte from 0x80: no control character but the tab. */
export function isFieldValue(value: Uint8Array): boolean {
  return value.every((byte) => (byte >= 0x20 && byte !== 0x7f) || byte === 0x09);
}
