import { describeCertificate } from "@witwire/node/internal";
import type { Peer, PeerIdentity } from "@witwire/wit/values";
import { peerCertificate } from "./connection-failure.ts";
import type { QuicheConnection } from "./quiche.ts";

/** The other end of a QUIC connection. */
export class QuicPeer implements Peer {
  readonly transport = "quic";
  readonly address: string;
  #native: QuicheConnection | undefined;
  #identity: PeerIdentity | undefined;

  constructor(address: string) {
    this.address = address;
  }

  /** `undefined` where it has shown no certificate, or where none was to be checked. */
  get identity(): PeerIdentity | undefined {
    const certificate = this.#identity === undefined ? peerCertificate(this.#native) : undefined;
    if (certificate !== undefined) this.#identity = describeCertificate(certificate);
    return this.#identity;
  }

  /** Its certificate was checked. */
  verified(native: QuicheConnection): void {
    this.#native = native;
  }
}
