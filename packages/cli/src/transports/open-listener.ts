import { foreignTransportOf, type Listener, listen } from "@witwire/node";
import { isRpcError, type Server } from "@witwire/rpc";
import { UsageError } from "../usage-error.ts";
import { isNats, mayHaveTls } from "./addresses.ts";
import { optionalPackage } from "./optional-package.ts";
import type { ServeTls } from "./tls-files.ts";

/**
 * Takes calls at an address that somebody wrote.
 *
 * @throws UsageError for one that is none, that cannot be listened on, or whose package is not installed; RpcError where NATS
 * cannot be reached
 */
export async function openListener(server: Server, address: string, tls: ServeTls): Promise<Listener> {
  try {
    return await listenAny(server, address, tls);
  } catch (error) {
    if (error instanceof UsageError || isRpcError(error)) throw error;
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

async function listenAny(server: Server, address: string, tls: ServeTls): Promise<Listener> {
  if (isNats(address)) {
    const nats = await optionalPackage("@witwire/nats", address, () => import("@witwire/nats"));
    const own = tls.towards(address);
    return nats.listen(server, address, own === undefined ? {} : { nats: { tls: own } });
  }
  const own = mayHaveTls(address) ? tls.listening : undefined;
  if (mayHaveTls(address) && own === undefined) {
    throw new UsageError(`${address} needs a certificate: give it with --cert, and its key with --key`);
  }
  const options = own === undefined ? {} : { tls: own };
  if (foreignTransportOf(address)?.package !== "@witwire/websocket") return listen(server, address, options);
  const { listenWebSocket } = await optionalPackage("@witwire/websocket", address, () => import("@witwire/websocket"));
  if (own === undefined) return listenWebSocket(server, address);
  const demanding = own.clientCertificates === "required";
  const { cert, key, ca } = own;
  return listenWebSocket(server, address, {
    tls: { cert, key, ...(ca === undefined ? {} : { ca }), requestCert: demanding, rejectUnauthorized: demanding },
  });
}
