import { createServer, type Socket } from "node:net";
import { resetSocket } from "../reset-socket.ts";
import { dialRaw, listenRaw } from "./socket-harness.ts";

/** Which bytes a proxy counts. */
export type Direction = "requests" | "responses";

export interface KillingProxy extends AsyncDisposable {
  readonly address: string;
  /** Whether a connection was cut since the proxy began. */
  readonly killed: boolean;
}

/** Forwards to a server and cuts a connection on both sides once so many bytes have passed in one direction. */
export async function killingProxy(target: string, direction: Direction, bytes: number): Promise<KillingProxy> {
  let killed = false;
  const sockets = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const server = dialRaw(target);
    const kill = (): void => {
      killed = true;
      for (const socket of [client, server]) {
        if (socket.remoteFamily === undefined) socket.destroy();
        else resetSocket(socket);
      }
    };
    forward(client, server, direction === "requests" ? bytes : undefined, kill);
    forward(server, client, direction === "responses" ? bytes : undefined, kill);
  });
  const address = await listenRaw(sockets, "wrpc+tcp://[::1]:0");
  return {
    address,
    get killed() {
      return killed;
    },
    [Symbol.asyncDispose]: async () => void sockets.close(),
  };
}

function forward(from: Socket, to: Socket, most: number | undefined, kill: () => void): void {
  let rest = most;
  from.on("data", (bytes: Uint8Array) => {
    if (rest === undefined || bytes.length < rest) {
      if (rest !== undefined) rest -= bytes.length;
      to.write(bytes);
    } else to.write(bytes.subarray(0, rest), kill);
  });
  from.on("end", () => to.end());
  from.on("error", () => to.destroy());
  if (most === 0) kill();
}
