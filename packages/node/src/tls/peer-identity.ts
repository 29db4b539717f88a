import type { X509Certificate } from "node:crypto";
import type { TLSSocket } from "node:tls";
import type { PeerIdentity } from "@witwire/wit/values";

/** Who the other end of a TLS connection is; `undefined` where it has shown no certificate, or one that was not verified. */
export function identityOf(socket: TLSSocket): PeerIdentity | undefined {
  const certificate = socket.authorized ? socket.getPeerX509Certificate() : undefined;
  return certificate === undefined ? undefined : describeCertificate(certificate);
}

/** What a certificate says. */
export function describeCertificate(certificate: X509Certificate): PeerIdentity {
  return {
    subject: certificate.subject?.split("\n").join(",") ?? "",
    names: parseAlternativeNames(certificate.subjectAltName ?? ""),
    fingerprint: certificate.fingerprint256.replaceAll(":", "").toLowerCase(),
  };
}

const kinds: Readonly<Record<string, string>> = { DNS: "dns", "IP Address": "ip", URI: "uri", email: "email" };

/**
 * Node prints names as `DNS:a, URI:b`, and as a JSON string any that could be taken for several; other kinds than these
 * four are left out, since their text says too little.
 */
export function parseAlternativeNames(text: string): string[] {
  const names: string[] = [];
  for (const [, kind = "", name = ""] of text.matchAll(/\s*([^:,"]+):("(?:[^"\\]|\\.)*"|[^,]*)(?:,|$)/g)) {
    const prefix = kinds[kind];
    if (prefix === undefined) continue;
    names.push(`${prefix}:${name.startsWith('"') ? (JSON.parse(name) as string) : name}`);
  }
  return names;
}
