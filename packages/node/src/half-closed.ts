import type { Socket } from "node:net";

/** Milliseconds between two looks at the sockets whose peers have ended their halves. */
const INTERVAL = 500;

const nothing = new Uint8Array(0);
const watched = new Set<Socket>();
let timer: NodeJS.Timeout | undefined;

/**
 * Notices when a peer that has ended its half goes away altogether. The system would tell a reader, but there is nothing
 * left to read; it tells a writer too, even one of no bytes, so that is what is tried now and then. The socket's `error`
 * event follows.
 */
export function watchHalfClosed(socket: Socket): void {
  watched.add(socket);
  timer ??= setInterval(probe, INTERVAL).unref();
}

/** The socket is over, or will be written to the end anyway. */
export function unwatchHalfClosed(socket: Socket): void {
  if (!watched.delete(socket) || watched.size > 0) return;
  clearInterval(timer);
  timer = undefined;
}

function probe(): void {
  // A write that is under way learns of the peer's end by itself.
  for (const socket of watched) if (socket.writableLength === 0) socket.write(nothing);
}
