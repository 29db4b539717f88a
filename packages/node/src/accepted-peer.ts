import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { Peer, PeerIdentity } from "@witwire/wit/values";
import { identityOf } from "./tls/peer-identity.ts";

/** The client of an accepted connection. Its address costs a system call, so it is looked up when somebody asks. */
export class AcceptedPeer implements Peer {
  readonly transport: "tcp" | "unix" | "tls" | "http" | "https";
  readonly #socket: Socket;
  #identity: PeerIdentity | undefined;

  constructor(transport: "tcp" | "unix" | "tls" | "http" | "https", socket: Socket) {
    this.transport = transport;
    this.#socket = socket;
  }

  /** `host:port`; `undefined` for Unix sockets, and once the connection is gone unless it was asked for before (Node keeps it then). */
  get address(): string | undefined {
    const { remoteAddress: host, remotePort: port } = this.#socket;
    if (host === undefined) return undefined;
    return `${host.includes(":") ? `[${host}]` : host}:${port}`;
  }

  /** `undefined` for a client that has shown no certificate, or none that was accepted. Asked for first while the connection stands. */
  get identity(): PeerIdentity | undefined {
    if ("encrypted" in this.#socket) this.#identity ??= identityOf(this.#socket as TLSSocket);
    return this.#identity;
  }
}
