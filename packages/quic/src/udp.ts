import type { Socket } from "node:dgram";
import type { HostPort } from "./quiche.ts";

/** What the system is asked to keep for a socket, in bytes; it may give less. */
const RECEIVE_BUFFER = 4 * 1024 * 1024;

/** Makes room for datagrams that come in bursts. */
export function enlargeBuffer(socket: Socket): void {
  try {
    socket.setRecvBufferSize(RECEIVE_BUFFER);
  } catch {
    // What is lost is sent again.
  }
}

/** Where a socket is, as quiche takes it, which knows no zones of IPv6. */
export function hostPort(address: string, port: number): HostPort {
  return { host: address.split("%", 1)[0] as string, port };
}

/** Sends datagrams, and closes the socket once they have left. */
export class DatagramSender {
  readonly #socket: Socket;
  readonly #failed: (error: NodeJS.ErrnoException) => void;
  #pending = 0;
  #state: "open" | "closing" | "closed" = "open";

  /** @param failed told of datagrams that could not be sent */
  constructor(socket: Socket, failed: (error: NodeJS.ErrnoException) => void) {
    this.#socket = socket;
    this.#failed = failed;
  }

  /** @param to left out for a socket that is connected */
  send(datagram: Uint8Array, to?: HostPort): void {
    if (this.#state !== "open") return;
    this.#pending++;
    const sent = (error: Error | null): void => {
      this.#pending--;
      if (error !== null) this.#failed(error);
      this.#closeIfIdle();
    };
    if (to === undefined) this.#socket.send(datagram, sent);
    else this.#socket.send(datagram, to.port, to.host, sent);
  }

  close(): void {
    if (this.#state !== "open") return;
    this.#state = "closing";
    this.#closeIfIdle();
  }

  #closeIfIdle(): void {
    if (this.#state !== "closing" || this.#pending > 0) return;
    this.#state = "closed";
    this.#socket.close();
  }
}
