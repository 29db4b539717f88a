import type { Socket, Server as SocketServer } from "node:net";
import type { TLSSocket } from "node:tls";
import { type Duplex, RpcError } from "@witwire/rpc";
import { AcceptedPeer } from "../accepted-peer.ts";
import { builtIns } from "../built-ins.ts";
import { SocketDuplex } from "../socket-duplex.ts";
import { authoritiesOf, keyPairOf, TLS_PROTOCOLS, TLS_VERSION, type TlsServerOptions } from "./tls-options.ts";

/** What becomes of the connections that {@link SecureListener} takes. */
export interface SecureConnections {
  accept(duplex: Duplex): void;
  /** A client did not get through the handshake. */
  failed(error: Error): void;
}

/**
 * Takes connections that speak TLS. One that does not come through its handshake in time is dropped.
 *
 * Clients whose certificate is missing or not good are let in all the same, and refused there: they learn the reason in
 * what they speak, where TLS would say nothing, or an end that a call without a result would take for success.
 */
export class SecureListener {
  readonly #inner: SocketServer;
  readonly #required: boolean;
  readonly #connections: SecureConnections;
  /** Sockets whose handshake is under way, by the address of their client. */
  readonly #handshaking = new Map<string, Socket>();

  /**
   * @param handshakeTimeout milliseconds
   * @throws Error for certificates and keys that are none, or that do not belong together
   */
  constructor(options: TlsServerOptions, handshakeTimeout: number, connections: SecureConnections) {
    this.#connections = connections;
    this.#required = options.clientCertificates === "required";
    const secure = builtIns.tls.createServer(
      {
        ...keyPairOf(options),
        ...authoritiesOf(options.ca),
        minVersion: TLS_VERSION,
        ALPNProtocols: Object.values(TLS_PROTOCOLS),
        handshakeTimeout,
        allowHalfOpen: true,
        requestCert: (options.clientCertificates ?? "none") !== "none",
        rejectUnauthorized: false,
      },
      (socket) => this.#secured(socket),
    );
    for (const [host, pair] of Object.entries(options.hosts ?? {})) {
      secure.addContext(host, builtIns.tls.createSecureContext({ ...keyPairOf(pair), ...authoritiesOf(options.ca) }));
    }
    secure.on("tlsClientError", (error, socket) => {
      // After a handshake that took too long Node leaves that to others.
      socket.destroy();
      connections.failed(error);
    });
    this.#inner = secure;
  }

  /** Begins the handshake on a connection that was accepted. */
  take(socket: Socket): void {
    const key = clientOf(socket);
    this.#handshaking.set(key, socket);
    socket.once("close", () => this.#release(key, socket));
    // It comes to the TLS socket as well.
    socket.on("error", () => {});
    this.#inner.emit("connection", socket);
  }

  /** Drops the connections whose handshake is under way. */
  close(): void {
    for (const socket of this.#handshaking.values()) socket.destroy();
  }

  #secured(socket: TLSSocket): void {
    const key = clientOf(socket);
    const carrier = this.#handshaking.get(key);
    // The system forgets whose a connection was when it is reset, which Node may not have noticed, and might never notice.
    if (carrier === undefined) {
      socket.destroy();
      return;
    }
    this.#handshaking.delete(key);
    const duplex = new SocketDuplex(socket, new AcceptedPeer("tls", socket), true, {
      secure: { carrier, explain: () => undefined },
      refusal: this.#required && !socket.authorized ? refusalOf(socket) : undefined,
    });
    this.#connections.accept(duplex);
  }

  #release(key: string, socket: Socket): void {
    if (this.#handshaking.get(key) === socket) this.#handshaking.delete(key);
  }
}

function clientOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

function refusalOf(socket: TLSSocket): RpcError {
  const shown = socket.getPeerX509Certificate() !== undefined;
  const text = shown
    ? `the certificate of the client is not accepted (${String(socket.authorizationError)})`
    : "the client has shown no certificate, and has to: give it one with the options tls.cert and tls.key";
  return new RpcError("unauthenticated", text, { started: "no" });
}
