import { createConnection } from "node:net";
import type { ConnectionOptions, TLSSocket } from "node:tls";
import { type Duplex, type Limits, RpcError } from "@witwire/rpc";
import type { Peer, PeerIdentity } from "@witwire/wit/values";
import { formatAddress, type SocketAddress } from "../address.ts";
import { builtIns } from "../built-ins.ts";
import { keptAlive } from "../kept-alive.ts";
import { SocketDuplex } from "../socket-duplex.ts";
import { identityOf } from "./peer-identity.ts";
import { explainTlsFailure } from "./tls-failure.ts";
import { authoritiesOf, keyPairOf, TLS_PROTOCOLS, TLS_VERSION, type TlsClientOptions } from "./tls-options.ts";

/** Where a TLS server is. */
export type TlsAddress = SocketAddress & { readonly transport: "tls" };

/**
 * Opens byte streams over TLS.
 *
 * @param limits `headerTimeout` until the connection has to stand, and `keepaliveInterval`
 * @returns opens one, without waiting for it
 */
export function tlsDialer(target: TlsAddress, options: TlsClientOptions, limits: Limits): () => Duplex {
  const where = formatAddress(target);
  const name = options.servername ?? target.host;
  const secureOptions = clientOptions(target, options);
  return () => {
    const { host, port } = target;
    const keepAlive = keptAlive(limits.keepaliveInterval);
    const raw = createConnection({ host, port, allowHalfOpen: true, noDelay: true, ...keepAlive });
    const socket = builtIns.tls.connect({ ...secureOptions, socket: raw });
    // It comes to the TLS socket as well.
    raw.on("error", () => {});
    // Until it is connected it does not end with the TLS socket.
    socket.once("close", () => raw.destroy());
    limitHandshake(socket, where, limits.headerTimeout);
    return new SocketDuplex(socket, new DialledPeer(where, socket), false, {
      secure: {
        carrier: raw,
        explain: (error, connected) =>
          explainTlsFailure({ error, where, name, connected, showedCertificate: options.cert !== undefined }),
      },
    });
  };
}

function clientOptions(target: TlsAddress, options: TlsClientOptions): ConnectionOptions {
  const { servername = hostName(target.host), verify = true } = options;
  return {
    ...keyPairOf(options),
    ...authoritiesOf(options.ca),
    host: target.host,
    ...(servername === undefined ? {} : { servername }),
    minVersion: TLS_VERSION,
    ALPNProtocols: [TLS_PROTOCOLS[target.protocol]],
    rejectUnauthorized: verify,
  };
}

/** Addresses of machines are no names to ask for; certificates may be for them all the same, which Node checks. */
function hostName(host: string): string | undefined {
  return /^[\d.]+$|:/.test(host) ? undefined : host;
}

function limitHandshake(socket: TLSSocket, where: string, timeout: number): void {
  const timer = setTimeout(() => {
    const text = `no TLS connection to ${where} within ${timeout} ms (limit headerTimeout); perhaps it does not speak TLS`;
    socket.destroy(new RpcError("unavailable", text, { started: "no" }));
  }, timeout);
  const stop = (): void => clearTimeout(timer);
  socket.once("secureConnect", stop).once("close", stop);
}

/** The server that was dialled. */
class DialledPeer implements Peer {
  readonly transport = "tls";
  readonly address: string;
  readonly #socket: TLSSocket;
  #identity: PeerIdentity | undefined;

  constructor(address: string, socket: TLSSocket) {
    this.address = address;
    this.#socket = socket;
  }

  get identity(): PeerIdentity | undefined {
    this.#identity ??= identityOf(this.#socket);
    return this.#identity;
  }
}
