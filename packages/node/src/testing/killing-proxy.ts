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

/** Passes on what comes from one socket to the other, and kills once so much of what it counts has passed. */
export type Forward = (from: Socket, to: Socket, most: number, kill: () => void) => void;

/** Forwards to a server and cuts a connection on both sides once so many bytes have passed in one direction. */
export function killingProxy(target: string, direction: Direction, bytes: number): Promise<KillingProxy> {
  return startProxy("wrpc+tcp://[::1]:0", target, direction, bytes, forward);
}

/** A proxy at an address of its own that cuts connections once so much of what `pass` counts has passed in one direction. */
export async function startProxy(
  listenAt: string,
  target: string,
  direction: Direction,
  most: number,
  pass: Forward,
): Promise<KillingProxy> {
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
    pass(client, server, direction === "requests" ? most : Number.POSITIVE_INFINITY, kill);
    pass(server, client, direction === "responses" ? most : Number.POSITIVE_INFINITY, kill);
  });
  const address = await listenRaw(sockets, listenAt);
  return {
    address,
    get killed() {
      return killed;
    },
    [Symbol.asyncDispose]: async () => void sockets.close(),
  };
}

function forward(from: Socket, to: Socket, most: number, kill: () => void): void {
  let rest = most;
  from.on("data", (bytes: Uint8Array) => {
    if (bytes.length < rest) {
      rest -= bytes.length;
      to.write(bytes);
    } else to.write(bytes.subarray(0, rest), kill);
  });
  from.on("end", () => to.end());
  from.on("error", () => to.destroy());
  if (most === 0) kill();
}
