import type { Socket } from "node:net";

/**
 * Destroys a connected TCP socket so that its peer sees a reset, and no orderly end. `resetAndDestroy()` would first wait until
 * the peer has read everything that was written, which may be never; and while the end is under way the system cannot
 * reset, and Node would lose the handle over trying.
 *
 * @param carrier the TCP socket below a TLS socket
 */
export function resetSocket(socket: Socket, carrier: Socket & { resetAndClosing?: boolean } = socket): void {
  const ending = socket.writableEnded && !socket.writableFinished;
  if (!ending) carrier.resetAndClosing = true;
  socket.destroy();
}
