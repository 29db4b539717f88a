import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { isIPv4, isIPv6 } from "node:net";
import { bits, der, identifier, integer, octets, sequence, set, TRUE, time, utf8 } from "./der.ts";

/** What a certificate is to say. */
export interface CertificateRequest {
  readonly subject: string;
  /** DNS names, IP addresses, and URIs. */
  readonly names?: readonly string[];
  /** Who signs it. Default: itself, which makes it an authority. */
  readonly issuer?: Certificate;
  /** Milliseconds from now. Default: a day ago, and in a day. */
  readonly validFrom?: number;
  readonly validTo?: number;
}

export interface Certificate {
  readonly subject: string;
  /** In PEM. */
  readonly cert: string;
  /** In PEM. */
  readonly key: string;
  readonly privateKey: KeyObject;
}

const DAY = 24 * 60 * 60 * 1000;
const ECDSA_WITH_SHA256 = sequence(identifier("1.2.840.10045.4.3.2"));

/** Makes a certificate and its key (RFC 5280), since Node can read them and not write them. */
export function makeCertificate(request: CertificateRequest): Certificate {
  const { subject, issuer, validFrom = -DAY, validTo = DAY } = request;
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const now = Date.now();
  const body = sequence(
    der(0xa0, integer(Uint8Array.of(2))),
    integer(serialNumber()),
    ECDSA_WITH_SHA256,
    nameOf(issuer?.subject ?? subject),
    sequence(time(new Date(now + validFrom)), time(new Date(now + validTo))),
    nameOf(subject),
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(...extensions(request))),
  );
  const signature = sign("sha256", body, issuer?.privateKey ?? privateKey);
  const certificate = sequence(body, ECDSA_WITH_SHA256, bits(signature));
  return {
    subject,
    cert: pem("CERTIFICATE", certificate),
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    privateKey,
  };
}

/** Random, positive, and without zeros in front. */
function serialNumber(): Uint8Array {
  const bytes = randomBytes(16);
  bytes[0] = 0x40 | ((bytes[0] ?? 0) & 0x3f);
  return bytes;
}

function nameOf(subject: string): Uint8Array {
  return sequence(set(sequence(identifier("2.5.4.3"), utf8(subject))));
}

function extensions({ issuer, names = [] }: CertificateRequest): Uint8Array[] {
  const isAuthority = issuer === undefined;
  // keyCertSign for authorities, digitalSignature for the others.
  const usage = isAuthority ? bits(Uint8Array.of(0x04), 2) : bits(Uint8Array.of(0x80), 7);
  const all = [
    sequence(identifier("2.5.29.19"), TRUE, octets(isAuthority ? sequence(TRUE) : sequence())),
    sequence(identifier("2.5.29.15"), TRUE, octets(usage)),
  ];
  if (names.length > 0) all.push(sequence(identifier("2.5.29.17"), octets(sequence(...names.map(alternativeName)))));
  return all;
}

function alternativeName(name: string): Uint8Array {
  if (isIPv4(name)) return der(0x87, Uint8Array.from(name.split(".").map(Number)));
  if (isIPv6(name)) return der(0x87, ipv6Bytes(name));
  return der(name.includes("://") ? 0x86 : 0x82, Buffer.from(name));
}

function ipv6Bytes(address: string): Uint8Array {
  const [head = "", tail] = address.split("::");
  const groups = (text: string): number[] =>
    text === "" ? [] : text.split(":").map((part) => Number.parseInt(part, 16));
  const [first, last] = [groups(head), groups(tail ?? "")];
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => 0);
  return Uint8Array.from([...first, ...zeros, ...last].flatMap((group) => [group >> 8, group & 0xff]));
}

function pem(label: string, bytes: Uint8Array): string {
  const lines =
    Buffer.from(bytes)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}
