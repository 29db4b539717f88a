import type { CallHost } from "../server/call-host.ts";
import type { CallSource } from "../server/call-source.ts";
import type { Server } from "../server/create-server.ts";

/** A server that answers what comes back on connections which this side has opened, until either of both closes. */
export class AttachedServer implements CallSource {
  readonly #server: Server;
  readonly host: CallHost;

  constructor(server: Server) {
    this.#server = server;
    this.host = server.attach(this);
  }

  serve(): void {}

  /** Calls that run go on, and end with the server's other calls. */
  drop(): void {
    this.#server.detach(this);
  }

  breakOff(): void {
    this.#server.detach(this);
  }
}
