import { foreignTransportOf, type Listener, listen } from "@witwire/node";
import { isRpcError, type Server } from "@witwire/rpc";
import { UsageError } from "../usage-error.ts";
import { isNats, mayHaveTls } from "./addresses.ts";
import { natsOptionsOf } from "./nats-login.ts";
import { optionalPackage } from "./optional-package.ts";
import type { ServeOptions } from "./serve-options.ts";

/**
 * Takes calls at an address that somebody wrote.
 *
 * @throws UsageError for one that is none, that cannot be listened on, or whose package is not installed; RpcError where NATS
 * cannot be reached
 */
export async function openListener(server: Server, address: string, how: ServeOptions): Promise<Listener> {
  try {
    return await listenAny(server, address, how);
  } catch (error) {
    if (error instanceof UsageError || isRpcError(error)) throw error;
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

async function listenAny(server: Server, address: string, how: ServeOptions): Promise<Listener> {
  const { tls, nats: login, http2, origins } = how;
  if (isNats(address)) {
    const nats = await optionalPackage("@witwire/nats", address, () => import("@witwire/nats"));
    const own = tls.towards(address);
    return nats.listen(server, address, {
      nats: { ...(own === undefined ? {} : { tls: own }), ...(login === undefined ? {} : natsOptionsOf(login, nats)) },
    });
  }
  const own = mayHaveTls(address) ? tls.listening : undefined;
  if (mayHaveTls(address) && own === undefined) {
    throw new UsageError(`${address} needs a certificate: give it with --cert, and its key with --key`);
  }
  const foreign = foreignTransportOf(address)?.package;
  if (foreign === "@witwire/quic" && own !== undefined) {
    const { listenQuic } = await optionalPackage("@witwire/quic", address, () => import("@witwire/quic"));
    return listenQuic(server, address, { tls: own });
  }
  if (foreign !== "@witwire/websocket") {
    const http = http2 && address.startsWith("http:") ? { http: { version: "2" } as const } : {};
    return listen(server, address, own === undefined ? http : { tls: own });
  }
  const { listenWebSocket } = await optionalPackage("@witwire/websocket", address, () => import("@witwire/websocket"));
  const pages = origins === undefined ? {} : { origins };
  if (own === undefined) return listenWebSocket(server, address, pages);
  const demanding = own.clientCertificates === "required";
  const { cert, key, ca } = own;
  return listenWebSocket(server, address, {
    ...pages,
    tls: { cert, key, ...(ca === undefined ? {} : { ca }), requestCert: demanding, rejectUnauthorized: demanding },
  });
}
