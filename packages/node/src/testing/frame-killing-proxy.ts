import { createServer, type Socket } from "node:net";
import { resetSocket } from "../reset-socket.ts";
import type { Direction } from "./killing-proxy.ts";
import { dialRaw, listenRaw } from "./socket-harness.ts";

/** A proxy that is told how many frames it may forward. */
export interface FrameKillingProxy extends AsyncDisposable {
  readonly address: string;
  /** Whether a connection was cut since the proxy began. */
  readonly killed: boolean;
}

/**
 * Forwards sessions to a server, frame by frame, and cuts a connection on both sides once so many frames have passed in
 * one direction; the preface counts as one.
 */
export async function frameKillingProxy(
  target: string,
  direction: Direction,
  frames: number,
): Promise<FrameKillingProxy> {
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
    forward(client, server, direction === "requests" ? frames : Number.POSITIVE_INFINITY, kill);
    forward(server, client, direction === "responses" ? frames : Number.POSITIVE_INFINITY, kill);
  });
  const address = await listenRaw(sockets, "tcp://[::1]:0");
  return {
    address,
    get killed() {
      return killed;
    },
    [Symbol.asyncDispose]: async () => void sockets.close(),
  };
}

const PREFACE_BYTES = 8;

function forward(from: Socket, to: Socket, most: number, kill: () => void): void {
  let rest: Uint8Array = new Uint8Array(0);
  let passed = 0;
  from.on("data", (bytes: Uint8Array) => {
    rest = Buffer.concat([rest, bytes]);
    for (let end = frameEnd(rest, passed === 0); end > 0; end = frameEnd(rest, passed === 0)) {
      if (passed++ >= most) return;
      to.write(rest.subarray(0, end), passed === most ? kill : undefined);
      rest = rest.subarray(end);
    }
  });
  from.on("end", () => to.end());
  from.on("error", () => to.destroy());
  if (most === 0) kill();
}

/** Where the first frame ends; 0 while it is not all there. */
function frameEnd(bytes: Uint8Array, isPreface: boolean): number {
  if (isPreface) return bytes.length >= PREFACE_BYTES ? PREFACE_BYTES : 0;
  let length = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    length += (byte & 0x7f) * 128 ** at;
    if (byte < 0x80) return at + 1 + length <= bytes.length ? at + 1 + length : 0;
  }
  return 0;
}
