import { connect, foreignTransportOf } from "@witwire/node";
import { type InvocationTransport, isRpcError } from "@witwire/rpc";
import { UsageError } from "../usage-error.ts";
import { rejectOwnStreams } from "./addresses.ts";
import type { ClientOptions } from "./client-options.ts";
import { takeCompat } from "./compat.ts";
import { natsOptionsOf } from "./nats-login.ts";
import { optionalPackage } from "./optional-package.ts";

/**
 * A transport to an address that somebody wrote. Nothing is connected before the first call.
 *
 * @throws UsageError for one that is none, and where its package is not installed
 */
export async function openTransport(address: string, options: ClientOptions = {}): Promise<InvocationTransport> {
  rejectOwnStreams(address);
  try {
    return await connectAny(address, options);
  } catch (error) {
    if (error instanceof UsageError || isRpcError(error)) throw error;
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/**
 * Closes a transport with which nothing more is to be done, at once. Only a program that was started for it may end by itself,
 * unless somebody is in a hurry.
 */
export function closeTransport(
  transport: InvocationTransport,
  address: string,
  { aborted }: AbortSignal,
): Promise<void> {
  return transport.close({ force: aborted || !address.startsWith("exec:") });
}

async function connectAny(written: string, { tls, nats: login, http2 }: ClientOptions): Promise<InvocationTransport> {
  const { address, compat } = takeCompat(written);
  const care = compat === undefined ? {} : { compat };
  const options = { ...care, ...(tls === undefined ? {} : { tls }) };
  switch (foreignTransportOf(address)?.package) {
    case "@witwire/websocket": {
      const { connectWebSocket } = await optionalPackage(
        "@witwire/websocket",
        address,
        () => import("@witwire/websocket"),
      );
      return connectWebSocket(address, options);
    }
    case "@witwire/quic": {
      const quic = await optionalPackage("@witwire/quic", address, () => import("@witwire/quic"));
      return quic.connectQuic(address, options);
    }
    case "@witwire/nats": {
      const nats = await optionalPackage("@witwire/nats", address, () => import("@witwire/nats"));
      return nats.connect(address, {
        ...care,
        nats: { ...(tls === undefined ? {} : { tls }), ...(login === undefined ? {} : natsOptionsOf(login, nats)) },
      });
    }
    default:
      // A program that has ended is started again by the next call, as a server that is back is connected to.
      return connect(address, {
        ...options,
        ...(http2 === true ? { http: { version: "2" } as const } : {}),
        process: { restart: true },
      });
  }
}
