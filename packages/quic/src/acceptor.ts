import { randomBytes } from "node:crypto";
import type { RemoteInfo, Socket } from "node:dgram";
import type { TlsServerOptions } from "@witwire/node";
import type { RpcError, Server } from "@witwire/rpc";
import { AcceptedConnection, type AcceptedConnectionOwner } from "./accepted-connection.ts";
import { CONNECTION_REFUSED } from "./connection-failure.ts";
import { destinationOf, ID_BYTES, idText, isLongHeader, MIN_INITIAL_BYTES } from "./datagram.ts";
import type { HostPort, Quiche, QuicheConfig } from "./quiche.ts";
import { ServerKeys } from "./server-keys.ts";
import { DatagramSender, hostPort } from "./udp.ts";

/** Handshakes under way from which on clients have to show first that they are where they say they are. */
const TRUSTED_HANDSHAKES = 64;

/**
 * Connections beyond `maxConnections`, which the server counts by their streams: a client that has none any more keeps its
 * connection for a while.
 */
const SPARE_CONNECTIONS = 64;

/** A reset has to be smaller than what it answers, or two servers could answer each other for ever. */
const RESET_BYTES = 42;
const MIN_RESET_BYTES = 22;

export interface AcceptorOptions {
  readonly quiche: Quiche;
  readonly config: QuicheConfig;
  readonly tls: TlsServerOptions;
  readonly server: Server;
  /** Told of clients that did not get through the handshake. */
  readonly failed: (error: RpcError) => void;
}

/** Takes the datagrams of a socket to the connections that they are for, and begins new ones. */
export class Acceptor implements AcceptedConnectionOwner {
  readonly server: Server;
  readonly verifiesClients: boolean;
  readonly #options: AcceptorOptions;
  readonly #keys: ServerKeys;
  readonly #local: HostPort;
  readonly #sender: DatagramSender;
  /** By the ids that this side chose, and by those with which clients began. */
  readonly #routes = new Map<string, AcceptedConnection>();
  readonly #connections = new Set<AcceptedConnection>();
  #handshaking = 0;
  #closing = false;

  constructor(socket: Socket, options: AcceptorOptions) {
    this.#options = options;
    this.server = options.server;
    this.verifiesClients = (options.tls.clientCertificates ?? "none") !== "none";
    this.#keys = new ServerKeys(options.tls.key);
    const { address, port } = socket.address();
    this.#local = hostPort(address, port);
    // What cannot be sent is a datagram that was lost.
    this.#sender = new DatagramSender(socket, () => {});
    socket.on("message", (datagram, from) => this.#route(datagram, from));
  }

  /** Takes no more connections, nor streams on those that are there; with the last of these the socket is closed. */
  close(): void {
    this.#closing = true;
    for (const connection of [...this.#connections]) connection.drain();
    this.#closeWhenUnused();
  }

  // What connections call

  send(datagram: Uint8Array, to: HostPort): void {
    this.#sender.send(datagram, to);
  }

  established(): void {
    this.#handshaking--;
  }

  closed(connection: AcceptedConnection, error: RpcError): void {
    this.#connections.delete(connection);
    for (const id of connection.ids) this.#routes.delete(id);
    if (!connection.wasEstablished) {
      this.#handshaking--;
      this.#options.failed(error);
    }
    this.#closeWhenUnused();
  }

  #route(datagram: Buffer, { address, port }: RemoteInfo): void {
    const destination = destinationOf(datagram);
    if (destination === undefined) return;
    const from = hostPort(address, port);
    const connection = this.#routes.get(destination);
    if (connection !== undefined) connection.receive(datagram, from);
    else if (!isLongHeader(datagram)) this.#reset(datagram, from);
    else if (datagram.length >= MIN_INITIAL_BYTES) this.#begin(datagram, from);
  }

  #begin(datagram: Buffer, from: HostPort): void {
    const { quiche } = this.#options;
    let header: ReturnType<Quiche["Header"]["fromSlice"]>;
    try {
      header = quiche.Header.fromSlice(datagram, ID_BYTES);
    } catch {
      return;
    }
    const { dcid, scid, token, version } = header;
    if (!quiche.versionIsSupported(version)) {
      this.#answer(from, (out) => quiche.negotiateVersion(scid, dcid, out));
      return;
    }
    if (header.ty !== quiche.Type.Initial) return;
    const isShown = token !== undefined && token.length > 0;
    if (!isShown && this.#handshaking >= TRUSTED_HANDSHAKES) {
      const id = randomBytes(ID_BYTES);
      const proof = this.#keys.retryToken(from, dcid, id);
      this.#answer(from, (out) => quiche.retry(scid, dcid, id, proof, version, out));
      return;
    }
    // A token of another kind, from a server that was here before, says nothing.
    const original = isShown ? this.#keys.originalId(token, from, dcid) : undefined;
    this.#accept(datagram, from, dcid, original);
  }

  #accept(datagram: Buffer, from: HostPort, first: Uint8Array, original: Uint8Array | undefined): void {
    const { quiche, config } = this.#options;
    const most = this.server.limits.maxConnections + SPARE_CONNECTIONS;
    const isFull = this.#closing || this.#connections.size >= most;
    // Those beyond it are told so, as far as that costs little.
    if (this.#connections.size >= most + SPARE_CONNECTIONS) return;
    const id = original === undefined ? randomBytes(ID_BYTES) : Uint8Array.from(first);
    config.setStatelessResetToken(BigInt(`0x${Buffer.from(this.#keys.resetToken(id)).toString("hex")}`));
    const native = quiche.Connection.accept(id, original ?? null, this.#local, from, config);
    const ids = [idText(id), idText(first)];
    const connection = new AcceptedConnection(native, this.#local, from, ids, this);
    this.#connections.add(connection);
    this.#handshaking++;
    for (const text of ids) this.#routes.set(text, connection);
    connection.receive(datagram, from);
    if (isFull) connection.refuse(CONNECTION_REFUSED);
  }

  /** Tells whoever believes in a connection that is gone. */
  #reset(datagram: Buffer, from: HostPort): void {
    const size = Math.min(RESET_BYTES, datagram.length - 1);
    if (size < MIN_RESET_BYTES) return;
    const answer = randomBytes(size);
    answer[0] = 0x40 | ((answer[0] ?? 0) & 0x3f);
    answer.set(this.#keys.resetToken(datagram.subarray(1, 1 + ID_BYTES)), size - 16);
    this.#sender.send(answer, from);
  }

  #answer(to: HostPort, write: (out: Uint8Array) => number): void {
    const out = Buffer.alloc(MIN_INITIAL_BYTES);
    try {
      this.#sender.send(out.subarray(0, write(out)), to);
    } catch {
      // A header that has no answer.
    }
  }

  #closeWhenUnused(): void {
    if (this.#closing && this.#connections.size === 0) this.#sender.close();
  }
}
