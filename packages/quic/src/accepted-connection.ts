import type { Limits, RpcError, Server } from "@witwire/rpc";
import { formatHostPort } from "./address.ts";
import { type CloseCause, type CloseReason, type ConnectionOwner, QuicConnection } from "./connection.ts";
import { explainFailure } from "./connection-failure.ts";
import { QuicPeer } from "./peer.ts";
import type { HostPort, QuicheConnection } from "./quiche.ts";
import type { QuicStream } from "./stream.ts";

export interface AcceptedConnectionOwner {
  readonly server: Server;
  /** Whether clients that show a certificate get through the handshake with a good one only. */
  readonly verifiesClients: boolean;
  send(datagram: Uint8Array, to: HostPort): void;
  /** A handshake is over. */
  established(): void;
  closed(connection: AcceptedConnection, error: RpcError): void;
}

/** A connection of a client's. Each of its streams goes to the server. */
export class AcceptedConnection implements ConnectionOwner {
  /** Where its datagrams are addressed to. */
  readonly ids: readonly string[];
  readonly #owner: AcceptedConnectionOwner;
  readonly #peer: QuicPeer;
  readonly #connection: QuicConnection;
  #refusal: CloseReason | undefined;
  #wasEstablished = false;

  constructor(
    native: QuicheConnection,
    local: HostPort,
    from: HostPort,
    ids: readonly string[],
    owner: AcceptedConnectionOwner,
  ) {
    this.ids = ids;
    this.#owner = owner;
    this.#peer = new QuicPeer(formatHostPort(from));
    this.#connection = new QuicConnection(false, this.#peer, this);
    this.#connection.begin(native, local);
  }

  get limits(): Limits {
    return this.#owner.server.limits;
  }

  get wasEstablished(): boolean {
    return this.#wasEstablished;
  }

  receive(datagram: Uint8Array, from: HostPort): void {
    this.#connection.receive(datagram, from);
  }

  /** Ends it with its last stream. */
  drain(): void {
    this.#connection.drain();
  }

  /** Has the connection closed as soon as the handshake is over: a client could not read a word of it before. */
  refuse(code: number): void {
    this.#refusal = { isApp: false, code };
  }

  send(datagram: Uint8Array, to: HostPort): void {
    this.#owner.send(datagram, to);
  }

  established(native: QuicheConnection): CloseReason | undefined {
    this.#wasEstablished = true;
    if (this.#owner.verifiesClients) this.#peer.verified(native);
    this.#owner.established();
    return this.#refusal;
  }

  opened(stream: QuicStream): void {
    this.#owner.server.accept(stream);
  }

  busy(): void {}

  explain({ established, native }: QuicConnection, cause: CloseCause): RpcError {
    return explainFailure({
      cause,
      where: this.#peer.address,
      name: undefined,
      established,
      showedCertificate: true,
      native,
      limits: this.limits,
    });
  }

  closed(_connection: QuicConnection, error: RpcError): void {
    this.#owner.closed(this, error);
  }
}
