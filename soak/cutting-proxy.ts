import { once } from "node:events";
import { type AddressInfo, createConnection, createServer, type Server, type Socket } from "node:net";
import { resetSocket } from "../packages/node/src/reset-socket.ts";

/** Forwards TCP connections to a port, and cuts all of them when told to. */
export class CuttingProxy implements AsyncDisposable {
  readonly #sockets = new Set<Socket>();
  readonly #probing = setInterval(() => this.#probe(), 100);
  readonly #server: Server;

  private constructor(target: number) {
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.#forward(client, target));
  }

  /** @param target a port of this machine */
  static async start(target: number): Promise<CuttingProxy> {
    const proxy = new CuttingProxy(target);
    proxy.#server.listen(0, "127.0.0.1");
    await once(proxy.#server, "listening");
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Breaks off every connection, on both sides. @returns how many there were */
  cut(): number {
    const cut = this.#sockets.size / 2;
    for (const socket of this.#sockets) reset(socket);
    this.#sockets.clear();
    return cut;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    clearInterval(this.#probing);
    this.#server.close();
  }

  /** A peer that has ended its half and is reset then is noticed by writing only. */
  #probe(): void {
    for (const socket of this.#sockets) if (socket.readableEnded && socket.writable) socket.write("");
  }

  #forward(client: Socket, target: number): void {
    const server = createConnection({ host: "127.0.0.1", port: target, allowHalfOpen: true, noDelay: true });
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(from);
      from.pipe(to);
      // The end of one side that is not in order has to be seen as such on the other: a plain close says nothing there.
      from.on("error", () => reset(to));
      from.on("close", () => {
        this.#sockets.delete(from);
        if (!from.readableEnded) reset(to);
      });
    }
  }
}

function reset(socket: Socket): void {
  if (socket.connecting || socket.destroyed) socket.destroy();
  else resetSocket(socket);
}
