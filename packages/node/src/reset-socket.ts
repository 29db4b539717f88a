import type { Socket } from "node:net";

/**
 * Destroys a connected TCP socket so that its peer sees a reset, and no orderly end. `resetAndDestroy()` would first wait until
 * the peer has read everything that was written, which may be never; and while the end is under way the system cannot
 * reset, and Node would lose the handle over trying.
 */
export function resetSocket(socket: Socket & { resetAndClosing?: boolean }): void {
  const ending = socket.writableEnded && !socket.writableFinished;
  if (!ending) socket.resetAndClosing = true;
  socket.destroy();
}
