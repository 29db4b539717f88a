import { UsageError } from "../usage-error.ts";
import { type ClientOptions, http2Args, requireHttp } from "./client-options.ts";
import { type NatsLogin, natsArgs, readNatsLogin, type WrittenNatsLogin } from "./nats-login.ts";
import { readServeTls, type ServeTls, serverTlsArgs } from "./tls-files.ts";

const originArgs = {
  origin: {
    type: "string",
    valueHint: "https://host|any",
    description: "Whose pages may connect to ws:// and wss://; repeatable (default: pages of the host they connect to)",
  },
} as const;

/** Options of a command that listens, and calls too. */
export const serveTransportArgs: typeof serverTlsArgs & typeof originArgs & typeof http2Args & typeof natsArgs = {
  ...serverTlsArgs,
  ...originArgs,
  ...http2Args,
  ...natsArgs,
};

/** How this side listens and calls, beside the addresses. */
export interface ServeOptions {
  readonly tls: ServeTls;
  readonly nats: NatsLogin | undefined;
  readonly http2: boolean;
  /** Whose pages may open WebSockets; `undefined` for those of the same host. */
  readonly origins: readonly string[] | "any" | undefined;
  /** How servers are called. */
  towards(address: string): ClientOptions;
}

/** Options as they were written. */
type Written = Parameters<typeof readServeTls>[0] & WrittenNatsLogin & { readonly http2?: boolean | undefined };

/**
 * Reads what was said about how to listen on some addresses, and how to call others.
 *
 * @param origins all values of `--origin`
 * @throws UsageError for what cannot be read, and for options that none of the addresses needs
 */
export async function readServeOptions(
  written: Written,
  origins: readonly string[],
  listened: readonly string[],
  called: readonly string[],
): Promise<ServeOptions> {
  const { http2 = false } = written;
  const addresses = [...listened, ...called];
  requireHttp(http2, addresses);
  const allowed = readOrigins(origins, listened);
  const tls = await readServeTls(written, listened, called);
  const nats = await readNatsLogin(written, addresses, process.env);
  return {
    tls,
    nats,
    http2,
    origins: allowed,
    towards: (address) => ({ tls: tls.towards(address), nats, http2 }),
  };
}

function readOrigins(origins: readonly string[], listened: readonly string[]): ServeOptions["origins"] {
  if (origins.length === 0) return undefined;
  if (!listened.some((address) => /^(?:wrpc\+)?wss?:/.test(address))) {
    throw new UsageError(
      "--origin would do nothing: this command listens on no address that begins with ws:// or wss://",
    );
  }
  if (origins.includes("any")) {
    if (origins.length === 1) return "any";
    throw new UsageError("--origin any lets in all pages, so no other is to be named");
  }
  for (const origin of origins) {
    if (URL.canParse(origin) && new URL(origin).origin === origin) continue;
    throw new UsageError(`--origin ${origin} is no origin: it should look like https://app.example, without a path`);
  }
  return origins;
}
