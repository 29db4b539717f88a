/** A certificate with its chain, and the key that belongs to it, in PEM. */
export interface KeyPair {
  /** The certificate, and behind it those that lead to the authority. */
  readonly cert: string | Uint8Array;
  readonly key: string | Uint8Array;
  /** Opens the key where it is encrypted. */
  readonly passphrase?: string;
}

/** How a client proves itself, and what it demands of the server's certificate. */
export interface TlsClientOptions extends Partial<KeyPair> {
  /** The authorities that may have signed the server's certificate, in PEM. Default: those that Node knows. */
  readonly ca?: string | Uint8Array | readonly (string | Uint8Array)[];
  /** The name that the server's certificate has to be for, and that the server is told. Default: the address's host. */
  readonly servername?: string;
  /** Whether the server's certificate is checked at all. Without that anybody may be at the other end. Default `true`. */
  readonly verify?: boolean;
}

/** How a server proves itself, and what it demands of its clients' certificates. */
export interface TlsServerOptions extends KeyPair {
  /** The authorities that may have signed the certificates of clients, in PEM. Default: those that Node knows. */
  readonly ca?: string | Uint8Array | readonly (string | Uint8Array)[];
  /**
   * Whether clients are asked for a certificate: `none`; `optional`, where a client that shows none, or one that is not
   * signed by `ca`, has no `identity`; `required`. Default `none`.
   */
  readonly clientCertificates?: "none" | "optional" | "required";
  /** Certificates for clients that ask for other names: `example.org`, or `*.example.org`. */
  readonly hosts?: Readonly<Record<string, KeyPair>>;
}

/**
 * Only TLS 1.3: before it a side that had ended its half could not go on reading the other, which plain wRPC needs.
 */
export const TLS_VERSION = "TLSv1.3";

/** What is spoken inside, for servers of several protocols; one that knows of no such names may take both. */
export const TLS_PROTOCOLS = { session: "witwire", plain: "wrpc" } as const;

/** Options that Node wants mutable, and left out rather than `undefined`. */
export function keyPairOf({ cert, key, passphrase }: Partial<KeyPair>): {
  cert?: Buffer;
  key?: Buffer;
  passphrase?: string;
} {
  return {
    ...(cert === undefined ? {} : { cert: Buffer.from(cert) }),
    ...(key === undefined ? {} : { key: Buffer.from(key) }),
    ...(passphrase === undefined ? {} : { passphrase }),
  };
}

/** See {@link keyPairOf}. */
export function authoritiesOf(ca: TlsClientOptions["ca"]): { ca?: Buffer[] } {
  if (ca === undefined) return {};
  const list = typeof ca === "string" || ca instanceof Uint8Array ? [ca] : ca;
  return { ca: list.map((authority) => Buffer.from(authority)) };
}
