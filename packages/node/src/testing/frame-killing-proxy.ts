import type { Socket } from "node:net";
import { type Direction, type KillingProxy, startProxy } from "./killing-proxy.ts";

/**
 * Forwards sessions to a server, frame by frame, and cuts a connection on both sides once so many frames have passed in
 * one direction; the preface counts as one.
 */
export function frameKillingProxy(target: string, direction: Direction, frames: number): Promise<KillingProxy> {
  return startProxy("tcp://[::1]:0", target, direction, frames, forward);
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
