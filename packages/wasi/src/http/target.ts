import { isIPv6 } from "node:net";
import { domainToASCII } from "node:url";

/** `wasi:http/types` `scheme`. */
export type Scheme =
  | { readonly tag: "HTTP" | "HTTPS"; readonly val?: undefined }
  | { readonly tag: "other"; readonly val: string };

/** Where a request goes to. */
export interface Authority {
  /** A name in lower case, or an address, without brackets. */
  readonly host: string;
  /** Nothing where it is that of the scheme. */
  readonly port: number | undefined;
}

/** RFC 3986, section 3.1. */
export function isScheme(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*$/i.test(text);
}

/** RFC 3986, sections 3.3 and 3.4, and the characters besides that clients send: anything that can be seen but `#`. */
export function isPathWithQuery(text: string): boolean {
  return /^[!"$-~]*$/.test(text);
}

/** RFC 9110, section 7.1: a path always begins with a slash. */
export function requestTarget(pathWithQuery: string | undefined): string {
  if (pathWithQuery === undefined || pathWithQuery === "") return "/";
  return pathWithQuery.startsWith("/") || pathWithQuery === "*" ? pathWithQuery : `/${pathWithQuery}`;
}

/** RFC 3986, section 3.2, without the deprecated part for users. Nothing for text that is none. */
export function parseAuthority(text: string): Authority | undefined {
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._~!$&'()*+,;=%-]+))(?::(\d*))?$/.exec(text);
  if (match === null) return undefined;
  const [, address, name, digits = ""] = match;
  if (address !== undefined && !isIPv6(address)) return undefined;
  const port = digits === "" ? undefined : Number(digits);
  if (port !== undefined && port > 65_535) return undefined;
  // Also an address in disguise, such as 0x7f.1, is told as what it is.
  const host = address ?? domainToASCII(name ?? "");
  return host === "" ? undefined : { host, port };
}
