import { UsageError } from "../usage-error.ts";
import { isNats, mayHaveTls } from "./addresses.ts";
import { readOptionFile } from "./option-file.ts";

/** Options of every command that calls. */
export const clientTlsArgs = {
  ca: {
    type: "string",
    valueHint: "file",
    description:
      "Authorities that vouch for servers, in PEM, for tls://, https://, wss://, quic:// and nats:// (default: Node's)",
  },
  cert: { type: "string", valueHint: "file", description: "Certificate of this side, in PEM, with its chain" },
  key: { type: "string", valueHint: "file", description: "The private key of --cert, in PEM" },
  servername: {
    type: "string",
    valueHint: "name",
    description: "Name that the server's certificate has to be for (default: the address's host)",
  },
} as const;

/** Options of a command that listens, and calls too. */
export const serverTlsArgs = {
  cert: {
    type: "string",
    valueHint: "file",
    description:
      "Certificate in PEM, with its chain, for tls://, https://, wss:// and quic://; shown too where imports are called",
  },
  key: { type: "string", valueHint: "file", description: "The private key of --cert, in PEM" },
  "client-ca": {
    type: "string",
    valueHint: "file",
    description:
      "Authorities, in PEM, one of which has to vouch for every client's certificate (default: none is asked for)",
  },
  ca: {
    type: "string",
    valueHint: "file",
    description: "Authorities that vouch for the servers of imports and of NATS, in PEM (default: Node's)",
  },
} as const;

/** What a client shows and demands, in PEM. */
export interface ClientTls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly servername?: string;
}

/** Options as they were written. */
type Written<Name extends string> = { readonly [K in Name]?: string | undefined };

/**
 * Reads the files for calls to some addresses.
 *
 * @returns `undefined` where no option was given
 * @throws UsageError for files that cannot be read or are something else, and for options that none of the addresses needs
 */
export async function readClientTls(
  written: Written<"ca" | "cert" | "key" | "servername">,
  addresses: readonly string[],
): Promise<ClientTls | undefined> {
  const { ca, servername } = written;
  if (given(written, ["ca", "cert", "key", "servername"]).length === 0) return undefined;
  requireUse(given(written, ["ca", "cert", "key", "servername"]), addresses.filter(mayHaveTls), "calls");
  return {
    ...(ca === undefined ? {} : { ca: await readAuthorities("--ca", ca) }),
    ...(await readPair(written)),
    ...(servername === undefined ? {} : { servername }),
  };
}

/** What a server shows and demands. */
export interface ServeTls {
  /** Towards its clients; `undefined` where it was given no certificate. */
  readonly listening:
    | {
        readonly cert: string;
        readonly key: string;
        readonly ca?: string;
        readonly clientCertificates: "none" | "required";
      }
    | undefined;
  /** Towards the servers that it calls itself. */
  towards(address: string): ClientTls | undefined;
}

/**
 * Reads the files for a server.
 *
 * @param listened where it listens
 * @param called where it calls
 * @throws UsageError as {@link readClientTls}
 */
export async function readServeTls(
  written: Written<"ca" | "cert" | "key" | "client-ca">,
  listened: readonly string[],
  called: readonly string[],
): Promise<ServeTls> {
  const listening = listened.filter((address) => mayHaveTls(address) && !isNats(address));
  const calling = [...called.filter(mayHaveTls), ...listened.filter(isNats)];
  requireUse(given(written, ["cert", "key"]), [...listening, ...calling], "listens or calls");
  requireUse(given(written, ["client-ca"]), listening, "listens");
  requireUse(given(written, ["ca"]), calling, "calls");
  const pair = await readPair(written);
  const clientCa = written["client-ca"];
  const authorities = clientCa === undefined ? undefined : await readAuthorities("--client-ca", clientCa);
  const ca = written.ca === undefined ? {} : { ca: await readAuthorities("--ca", written.ca) };
  const client = { ...ca, ...pair };
  return {
    listening:
      pair === undefined
        ? undefined
        : authorities === undefined
          ? { ...pair, clientCertificates: "none" }
          : { ...pair, ca: authorities, clientCertificates: "required" },
    towards: (address) => {
      if (Object.keys(client).length === 0) return undefined;
      // Options of TLS make it a must for NATS, and a certificate that is there to listen with says nothing of the kind.
      return isNats(address) && listening.length > 0 && written.ca === undefined ? undefined : client;
    },
  };
}

function given<Name extends string>(written: Written<Name>, names: readonly Name[]): string[] {
  return names.filter((name) => written[name] !== undefined).map((name) => `--${name}`);
}

function requireUse(flags: readonly string[], addresses: readonly string[], does: string): void {
  if (flags.length === 0 || addresses.length > 0) return;
  throw new UsageError(`${flags.join(" and ")} would do nothing: this command ${does} at no address that has TLS`);
}

async function readPair(written: Written<"cert" | "key">): Promise<{ cert: string; key: string } | undefined> {
  if (written.cert === undefined && written.key === undefined) return undefined;
  if (written.cert === undefined || written.key === undefined) {
    const missing = written.cert === undefined ? "--cert" : "--key";
    throw new UsageError(`--cert and --key belong together: ${missing} is missing`);
  }
  const [cert, key] = await Promise.all([readOptionFile("--cert", written.cert), readOptionFile("--key", written.key)]);
  const { createPrivateKey } = await import("node:crypto");
  const [certificate] = await parseCertificates("--cert", written.cert, cert);
  try {
    const privateKey = createPrivateKey(key);
    if (certificate?.checkPrivateKey(privateKey) === true) return { cert, key };
  } catch {
    if (/^(?:-----BEGIN |Proc-Type: 4,)ENCRYPTED/m.test(key)) {
      const command = `openssl pkey -in ${written.key}`;
      throw new UsageError(`--key ${written.key} is encrypted; \`${command}\` writes it without that`);
    }
    throw new UsageError(`--key ${written.key} has no private key in PEM`);
  }
  throw new UsageError(`--key ${written.key} is not the key of the certificate in --cert ${written.cert}`);
}

async function readAuthorities(flag: string, path: string): Promise<string> {
  const text = await readOptionFile(flag, path);
  await parseCertificates(flag, path, text);
  return text;
}

/** Node would pass over what is none. */
async function parseCertificates(
  flag: string,
  path: string,
  text: string,
): Promise<import("node:crypto").X509Certificate[]> {
  const { X509Certificate } = await import("node:crypto");
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  try {
    if (blocks.length > 0) return blocks.map((block) => new X509Certificate(block));
  } catch {
    throw new UsageError(`${flag} ${path} has a certificate that cannot be read`);
  }
  throw new UsageError(`${flag} ${path} has no certificate in PEM`);
}
