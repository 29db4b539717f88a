import { type BoundSocket, createServer, type Server, type Socket } from "node:net";
import type { WitError } from "@witwire/wit/values";
import { type Waitable, Waiters } from "../io/waitable.ts";
import { type ErrorCode, errorCodeOf, socketError } from "./error-code.ts";
import { type IpSocketAddress, socketAddress } from "./socket-address.ts";

/** A connection that waits for `accept`. Its addresses are taken down early: Node forgets them when the peer is gone. */
export interface PendingConnection {
  readonly socket: Socket;
  readonly local: IpSocketAddress | undefined;
  readonly remote: IpSocketAddress | undefined;
}

/** A listening socket. Before it listens it is ready once it is known whether it does; then, when somebody waits. */
export class TcpListener implements Waitable {
  readonly #server: Server;
  readonly #backlog: number;
  readonly #waiters = new Waiters();
  readonly #pending: PendingConnection[] = [];
  #outcome: "listening" | WitError<ErrorCode> | undefined;
  #started = false;

  /** @param bound where, which the listener takes over */
  constructor(bound: BoundSocket, backlog: number) {
    this.#backlog = backlog;
    this.#server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => this.#connected(socket));
    this.#server.on("error", (error) => this.#settle(socketError(errorCodeOf(error))));
    this.#server.once("listening", () => this.#settle("listening"));
    this.#server.listen(bound, backlog);
  }

  /** @throws WitError `would-block` while it is not known, or why it does not listen */
  assertListening(): void {
    if (this.#outcome === undefined) throw socketError("would-block");
    if (this.#outcome !== "listening") throw this.#outcome;
    this.#started = true;
  }

  get hasPending(): boolean {
    return this.#pending.length > 0;
  }

  accept(): PendingConnection | undefined {
    return this.#pending.shift();
  }

  isReady(): boolean {
    return this.#started ? this.hasPending : this.#outcome !== undefined;
  }

  onWake(wake: () => void): () => void {
    return this.#waiters.add(wake);
  }

  /** Nobody accepts any more; those who wait are turned away. */
  close(): void {
    this.#server.close();
    for (const { socket } of this.#pending.splice(0)) socket.resetAndDestroy();
  }

  #connected(socket: Socket): void {
    socket.on("error", () => {});
    if (this.#pending.length >= this.#backlog || !this.#server.listening) {
      socket.resetAndDestroy();
      return;
    }
    const local = socketAddress(socket.localAddress, socket.localPort);
    const remote = socketAddress(socket.remoteAddress, socket.remotePort);
    this.#pending.push({ socket, local, remote });
    this.#waiters.wake();
  }

  #settle(outcome: "listening" | WitError<ErrorCode>): void {
    this.#outcome ??= outcome;
    this.#waiters.wake();
  }
}
