import { UsageError } from "../usage-error.ts";
import { type NatsLogin, natsArgs, readNatsLogin, type WrittenNatsLogin } from "./nats-login.ts";
import { type ClientTls, clientTlsArgs, readClientTls } from "./tls-files.ts";

/** HTTP/2 where nothing says that the other side speaks it. */
export const http2Args = {
  http2: { type: "boolean", description: "Speak HTTP/2 on http:// (https:// does by itself); both sides have to" },
} as const;

/** Options of every command that calls. */
export const clientArgs: typeof clientTlsArgs & typeof http2Args & typeof natsArgs = {
  ...clientTlsArgs,
  ...http2Args,
  ...natsArgs,
};

/** How servers are reached, beside their addresses. */
export interface ClientOptions {
  readonly tls?: ClientTls | undefined;
  readonly nats?: NatsLogin | undefined;
  readonly http2?: boolean | undefined;
}

/** Options as they were written. */
export type WrittenClientOptions = Parameters<typeof readClientTls>[0] &
  WrittenNatsLogin & { readonly http2?: boolean | undefined };

/**
 * Reads what was said about how to call some addresses.
 *
 * @throws UsageError for what cannot be read, and for options that none of the addresses needs
 */
export async function readClientOptions(
  written: WrittenClientOptions,
  addresses: readonly string[],
): Promise<ClientOptions> {
  requireHttp(written.http2, addresses);
  return {
    tls: await readClientTls(written, addresses),
    nats: await readNatsLogin(written, addresses, process.env),
    http2: written.http2,
  };
}

/** @throws UsageError where HTTP/2 was asked for and no address is one of HTTP */
export function requireHttp(http2: boolean | undefined, addresses: readonly string[]): void {
  if (http2 !== true || addresses.some((address) => address.startsWith("http://"))) return;
  throw new UsageError("--http2 would do nothing: this command has no address that begins with http://");
}
