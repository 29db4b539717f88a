import type { Duplex, Server } from "@witwire/rpc";
import { WebSocketPeer } from "../../web-socket-peer.ts";

/**
 * Milliseconds after which one side is cut off whose other side has not come. Longer than any test takes: Chromium holds
 * new WebSockets back for up to five seconds each while many others are being made or have just failed.
 */
const LONELY_TIMEOUT = 60_000;

/** Takes WebSockets in pairs that have the same query, and passes on what comes from one to the other. */
export class Relay implements Pick<Server, "accept"> {
  readonly #waiting = new Map<string, Half>();

  accept(duplex: Duplex): void {
    if (!(duplex.peer instanceof WebSocketPeer)) throw new TypeError("relays are for WebSockets");
    const { url } = duplex.peer;
    const half = new Half(duplex);
    const other = this.#waiting.get(url);
    if (other === undefined) {
      this.#waiting.set(url, half);
      // The other side of the page may have given up before it was connected.
      setTimeout(() => {
        if (this.#waiting.delete(url)) duplex.abort();
      }, LONELY_TIMEOUT).unref();
    } else {
      this.#waiting.delete(url);
      half.join(other);
      other.join(half);
    }
  }
}

/** One side of a relay. What comes before there is another side is kept. */
class Half {
  readonly #duplex: Duplex;
  #other: Half | undefined;
  readonly #early: ((other: Half) => void)[] = [];

  constructor(duplex: Duplex) {
    this.#duplex = duplex;
    duplex.onDrain = () => this.#tell((other) => other.#duplex.resume());
    duplex.start({
      data: (bytes) => this.#tell((other) => other.#write(bytes)),
      end: () => this.#tell((other) => other.#duplex.end()),
      flushed: () => {},
      error: () => this.#tell((other) => other.#duplex.abort()),
    });
  }

  join(other: Half): void {
    this.#other = other;
    for (const told of this.#early.splice(0)) told(other);
  }

  #tell(told: (other: Half) => void): void {
    if (this.#other === undefined) this.#early.push(told);
    else told(this.#other);
  }

  #write(bytes: Uint8Array): void {
    if (!this.#duplex.write([bytes])) this.#tell((other) => other.#duplex.pause());
  }
}
