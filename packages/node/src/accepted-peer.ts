import type { Socket } from "node:net";
import type { Peer } from "@witwire/wit/values";

/** The client of an accepted connection. Its address costs a system call, so it is looked up when somebody asks. */
export class AcceptedPeer implements Peer {
  readonly transport: "tcp" | "unix";
  readonly #socket: Socket;

  constructor(transport: "tcp" | "unix", socket: Socket) {
    this.transport = transport;
    this.#socket = socket;
  }

  /** `host:port`; `undefined` for Unix sockets, and once the connection is gone unless it was asked for before (Node keeps it then). */
  get address(): string | undefined {
    const { remoteAddress: host, remotePort: port } = this.#socket;
    if (host === undefined) return undefined;
    return `${host.includes(":") ? `[${host}]` : host}:${port}`;
  }
}
