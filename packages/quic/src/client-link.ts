import { randomBytes } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { type LookupAddress, lookup } from "node:dns";
import type { TlsClientOptions } from "@witwire/node";
import type { Limits, RpcError } from "@witwire/rpc";
import { formatQuicAddress, type QuicAddress } from "./address.ts";
import { type CloseCause, type CloseReason, type ConnectionOwner, QuicConnection } from "./connection.ts";
import { Alert, CRYPTO_ERROR, checkName, explainFailure, peerCertificate } from "./connection-failure.ts";
import { QuicPeer } from "./peer.ts";
import { type HostPort, loadQuiche, type Quiche, type QuicheConfig, type QuicheConnection } from "./quiche.ts";
import type { QuicStream } from "./stream.ts";
import { clientConfig } from "./tls-config.ts";
import { DatagramSender, enlargeBuffer, hostPort } from "./udp.ts";

/** What all connections of a transport have in common. */
export class Dialer {
  readonly target: QuicAddress;
  readonly where: string;
  readonly tls: TlsClientOptions;
  readonly limits: Limits;
  #prepared: Promise<{ readonly quiche: Quiche; readonly config: QuicheConfig }> | undefined;

  constructor(target: QuicAddress, tls: TlsClientOptions, limits: Limits) {
    this.target = target;
    this.where = formatQuicAddress(target);
    this.tls = tls;
    this.limits = limits;
  }

  /** The name that the server's certificate has to be for. */
  get name(): string {
    return this.tls.servername ?? this.target.host;
  }

  /** The name that the server is told, which addresses of machines are not. */
  get serverName(): string | null {
    return /^[\d.]+$|:/.test(this.name) ? null : this.name;
  }

  /** Loads quiche, and reads the certificates; once. */
  prepare(): Promise<{ readonly quiche: Quiche; readonly config: QuicheConfig }> {
    this.#prepared ??= loadQuiche().then((quiche) => ({
      quiche,
      config: clientConfig(quiche, this.target.protocol, this.tls, this.limits),
    }));
    return this.#prepared;
  }
}

/** A socket that reaches one address of the server. */
interface Attempt {
  readonly socket: Socket;
  readonly sender: DatagramSender;
}

/**
 * A client's connection: a UDP socket of its own, connected, so that the system says when nobody listens there. Of the
 * addresses of a host the first is taken at which somebody does.
 *
 * The process is kept from ending while there are streams. A connection without any closes itself before the server would.
 */
export class ClientLink implements ConnectionOwner {
  readonly limits: Limits;
  readonly #dialer: Dialer;
  readonly #peer: QuicPeer;
  readonly #connection: QuicConnection;
  readonly #single: boolean;
  #addresses: LookupAddress[] = [];
  #attempt: Attempt | undefined;
  #busy = false;
  #idle: NodeJS.Timeout | undefined;

  /** @param single whether it ends with its first stream */
  constructor(dialer: Dialer, single: boolean) {
    this.#dialer = dialer;
    this.limits = dialer.limits;
    this.#single = single;
    this.#peer = new QuicPeer(dialer.where);
    this.#connection = new QuicConnection(true, this.#peer, this);
    this.#dial().catch((error: unknown) =>
      this.#connection.fail(error instanceof Error ? error : new Error(String(error))),
    );
  }

  /** Whether it takes no more streams. */
  get draining(): boolean {
    return this.#connection.draining;
  }

  open(): QuicStream {
    return this.#connection.open();
  }

  close(): void {
    this.#connection.close();
  }

  // What the connection calls

  send(datagram: Uint8Array): void {
    this.#attempt?.sender.send(datagram);
  }

  established(native: QuicheConnection): CloseReason | undefined {
    if (this.#dialer.tls.verify === false) return undefined;
    const certificate = peerCertificate(native);
    if (certificate === undefined || checkName(this.#dialer.name, certificate) !== undefined) {
      return { isApp: false, code: CRYPTO_ERROR + Alert.badCertificate };
    }
    this.#peer.verified(native);
    return undefined;
  }

  opened(): void {}

  busy(isBusy: boolean): void {
    this.#busy = isBusy;
    clearTimeout(this.#idle);
    if (isBusy) this.#attempt?.socket.ref();
    else if (this.#single) this.close();
    else {
      this.#attempt?.socket.unref();
      this.#idle = setTimeout(() => this.close(), this.limits.keepaliveInterval).unref();
    }
  }

  explain(connection: QuicConnection, cause: CloseCause): RpcError {
    const { where, name, tls, limits } = this.#dialer;
    const { established, native } = connection;
    return explainFailure({
      cause,
      where,
      name,
      established,
      showedCertificate: tls.cert !== undefined,
      native,
      limits,
    });
  }

  closed(): void {
    clearTimeout(this.#idle);
    this.#addresses = [];
    this.#dropAttempt();
  }

  async #dial(): Promise<void> {
    const { host } = this.#dialer.target;
    const { quiche, config } = await this.#dialer.prepare();
    this.#addresses = await new Promise((resolve, reject) => {
      lookup(host, { all: true }, (error, addresses) => (error === null ? resolve(addresses) : reject(error)));
    });
    this.#tryNext(quiche, config);
  }

  #tryNext(quiche: Quiche, config: QuicheConfig): void {
    const next = this.#addresses.shift();
    if (next === undefined || this.#connection.gone) return;
    this.#dropAttempt();
    const socket = createSocket(next.family === 6 ? "udp6" : "udp4");
    const failed = (error: NodeJS.ErrnoException): void => {
      if (this.#attempt?.socket !== socket) return;
      // Others, of full buffers or a network that is gone for a moment, are a datagram that was lost.
      if (this.#connection.established && error.code !== "ECONNREFUSED") return;
      if (!this.#connection.established && this.#addresses.length > 0) this.#tryNext(quiche, config);
      else this.#connection.fail(error);
    };
    this.#attempt = { socket, sender: new DatagramSender(socket, failed) };
    if (!this.#busy) socket.unref();
    const remote = hostPort(next.address, this.#dialer.target.port);
    socket.on("error", failed);
    socket.on("message", (datagram) => this.#connection.receive(datagram, remote));
    socket.connect(this.#dialer.target.port, next.address, () => {
      if (this.#attempt?.socket === socket) this.#begin(quiche, config, socket, remote);
    });
  }

  #begin(quiche: Quiche, config: QuicheConfig, socket: Socket, remote: HostPort): void {
    enlargeBuffer(socket);
    const { address, port } = socket.address();
    const local = hostPort(address, port);
    const id = randomBytes(quiche.MAX_CONN_ID_LEN);
    this.#connection.begin(quiche.Connection.connect(this.#dialer.serverName, id, local, remote, config), local);
  }

  #dropAttempt(): void {
    this.#attempt?.sender.close();
    this.#attempt = undefined;
  }
}
