import type { WebSocket } from "ws";

/**
 * Pings WebSockets in turn, and cuts off those from which nothing has come since the last time. Ones that are not read from,
 * because somebody is behind with their bytes, cannot be heard and are left alone, as are those with bytes to send: whoever
 * does not take these is dealt with by other limits.
 */
export class Heartbeat {
  readonly #interval: number;
  readonly #silent = new Map<WebSocket, boolean>();
  #timer: NodeJS.Timeout | undefined;

  /** @param interval in milliseconds */
  constructor(interval: number) {
    this.#interval = interval;
  }

  /** Looks after a socket until it is closed. */
  watch(socket: WebSocket): void {
    const heard = (): void => {
      if (this.#silent.has(socket)) this.#silent.set(socket, false);
    };
    this.#silent.set(socket, false);
    socket.on("message", heard);
    socket.on("ping", heard);
    socket.on("pong", heard);
    socket.once("close", () => this.#forget(socket));
    this.#timer ??= setInterval(() => this.#beat(), this.#interval).unref();
  }

  #beat(): void {
    for (const [socket, silent] of this.#silent) {
      if (socket.readyState !== socket.OPEN || socket.isPaused || socket.bufferedAmount > 0) {
        this.#silent.set(socket, false);
      } else if (silent) socket.terminate();
      else {
        this.#silent.set(socket, true);
        socket.ping();
      }
    }
  }

  #forget(socket: WebSocket): void {
    this.#silent.delete(socket);
    if (this.#silent.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
