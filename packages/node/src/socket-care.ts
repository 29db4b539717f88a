import type { Socket } from "node:net";
import { type Active, ActiveSet } from "@witwire/rpc/internal";

/** Milliseconds between two looks at all sockets in care. */
const INTERVAL = 500;

/** Looks that a socket has to last for the system to watch it. */
const LOOKS_OF_NEWCOMERS = 2;

const nothing = new Uint8Array(0);
const inCare = new ActiveSet<SocketCare>();
let timer: NodeJS.Timeout | undefined;

/**
 * Notices when a socket's peer goes away without a word, or with none that would be heard.
 *
 * A peer that has ended its half may go away altogether. The system would tell a reader, but there is nothing left to read;
 * it tells a writer too, even one of no bytes, so that is what is tried now and then. The socket's `error` event follows.
 *
 * And a machine that has lost its power says nothing at all. The system asks whether it is there if told to, which takes
 * four system calls: too much for a call of plain wRPC, whose socket is gone in a millisecond, so newcomers have to wait.
 */
export class SocketCare implements Active {
  slot = -1;
  readonly #socket: Socket;
  readonly #keepalive: number | undefined;
  #looks = 0;
  #halfClosed = false;

  /** @param keepalive milliseconds of silence after which the system asks for the peer; `undefined` where it never shall */
  constructor(socket: Socket, keepalive?: number) {
    this.#socket = socket;
    this.#keepalive = keepalive;
  }

  begin(): void {
    inCare.add(this);
    timer ??= setInterval(lookAtAll, INTERVAL).unref();
  }

  /** The peer has ended its half, and this side has not. */
  peerEnded(): void {
    this.#halfClosed = true;
  }

  /** It will be written to the end anyway, and who writes learns of a peer that is gone. */
  ownEnd(): void {
    this.#halfClosed = false;
  }

  /** The socket is over. */
  end(): void {
    inCare.delete(this);
  }

  look(): void {
    // A write that is under way learns of the peer's end by itself.
    if (this.#halfClosed && this.#socket.writableLength === 0) this.#socket.write(nothing);
    if (this.#keepalive !== undefined && ++this.#looks === LOOKS_OF_NEWCOMERS) {
      this.#socket.setKeepAlive(true, this.#keepalive);
    }
  }
}

function lookAtAll(): void {
  if (inCare.size === 0) {
    clearInterval(timer);
    timer = undefined;
  }
  for (const care of inCare.snapshot()) care.look();
}
