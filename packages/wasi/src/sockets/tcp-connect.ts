import { type BoundSocket, Socket } from "node:net";
import type { WitError } from "@witwire/wit/values";
import { type Waitable, Waiters } from "../io/waitable.ts";
import { type ErrorCode, errorCodeOf, socketError } from "./error-code.ts";
import { hostOf, type IpSocketAddress } from "./socket-address.ts";

/** An attempt to connect: ready once it is known how it ended. */
export class TcpConnect implements Waitable {
  readonly socket: Socket;
  readonly #waiters = new Waiters();
  #outcome: "connected" | WitError<ErrorCode> | undefined;

  /** @param bound where the socket was bound, which it takes over */
  constructor(remote: IpSocketAddress, bound: BoundSocket | undefined) {
    this.socket = new Socket({ allowHalfOpen: true, ...(bound === undefined ? {} : { handle: bound }) });
    // An implicit bind that finds no free port is told as an address that is not there.
    const special: Record<string, ErrorCode> = bound === undefined ? { EADDRNOTAVAIL: "address-in-use" } : {};
    // Stays for good: later errors reach whoever reads or writes.
    this.socket.on("error", (error) => this.#settle(socketError(errorCodeOf(error, special))));
    this.socket.once("connect", () => this.#settle("connected"));
    this.socket.once("close", () => this.#settle(socketError("connection-aborted")));
    this.socket.connect({ host: hostOf(remote), port: remote.val.port });
  }

  /** @throws WitError `would-block` while it is going on, or why it failed */
  assertConnected(): void {
    if (this.#outcome === undefined) throw socketError("would-block");
    if (this.#outcome !== "connected") throw this.#outcome;
  }

  isReady(): boolean {
    return this.#outcome !== undefined;
  }

  onWake(wake: () => void): () => void {
    return this.#waiters.add(wake);
  }

  #settle(outcome: "connected" | WitError<ErrorCode>): void {
    this.#outcome ??= outcome;
    this.#waiters.wake();
  }
}
