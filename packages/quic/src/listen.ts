import { createSocket, type Socket } from "node:dgram";
import { lookup } from "node:dns/promises";
import type { Listener, TlsServerOptions } from "@witwire/node";
import type { Server } from "@witwire/rpc";
import { Acceptor } from "./acceptor.ts";
import { formatQuicAddress, parseQuicAddress, type QuicAddress } from "./address.ts";
import { loadQuiche } from "./quiche.ts";
import { serverConfig } from "./tls-config.ts";
import { enlargeBuffer } from "./udp.ts";

export interface QuicListenOptions {
  /** Certificate and key, and what is demanded of clients. One certificate: `hosts` is refused. */
  readonly tls: TlsServerOptions;
  /** Told of clients that did not get through the handshake. Default: nothing, since anybody can bring that about. */
  readonly onHandshakeFailure?: (error: Error) => void;
  /** Told when the system fails the socket. Default: `console.error`. */
  readonly onError?: (error: Error) => void;
}

/**
 * What takes calls for a server over QUIC. Once it is closed it takes no more connections; calls that came go on, further ones on
 * the same connections are refused as `unavailable`, and the port is free when the last is over.
 */
export type QuicListener = Listener;

/**
 * Listens on `quic://host:port` (port 0 picks a free one), and hands every stream to a server. Sessions and plain wRPC are
 * answered alike; with `wrpc+` in front of it the address is given as clients of plain wRPC write it.
 *
 * @throws RangeError for an address that is none; RpcError `unavailable` where `@matrixai/quic` is not installed; the system's
 * error, explained, when it cannot be listened on
 */
export async function listenQuic(server: Server, address: string, options: QuicListenOptions): Promise<QuicListener> {
  const target = parseQuicAddress(address);
  if (options?.tls === undefined) {
    throw new RangeError(
      `${address} needs a certificate and its key: listenQuic(server, address, { tls: { cert, key } })`,
    );
  }
  const quiche = await loadQuiche();
  const config = serverConfig(quiche, options.tls, server.limits);
  const socket = await bind(target);
  enlargeBuffer(socket);
  socket.on("error", options.onError ?? ((error) => console.error(`the socket of ${address} failed:`, error)));
  const failed = (error: Error): void => options.onHandshakeFailure?.(error);
  const acceptor = new Acceptor(socket, { quiche, config, tls: options.tls, server, failed });
  const close = async (): Promise<void> => acceptor.close();
  return {
    address: formatQuicAddress({ ...target, port: socket.address().port }),
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function bind(target: QuicAddress): Promise<Socket> {
  const failure = (cause: NodeJS.ErrnoException): Error => {
    const hint = cause.code === "EADDRINUSE" ? "another server listens there already" : cause.message;
    return new Error(`cannot listen on ${formatQuicAddress(target)}: ${hint}`, { cause });
  };
  const { address, family } = await lookup(target.host).catch((cause) => {
    throw failure(cause);
  });
  const socket = createSocket(family === 6 ? "udp6" : "udp4");
  return new Promise((resolve, reject) => {
    const refused = (cause: NodeJS.ErrnoException): void => {
      socket.close();
      reject(failure(cause));
    };
    socket.once("error", refused);
    socket.bind({ address, port: target.port }, () => {
      socket.off("error", refused);
      resolve(socket);
    });
  });
}
