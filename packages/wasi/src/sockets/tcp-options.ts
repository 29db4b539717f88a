import type { Socket } from "node:net";
import { socketError } from "./error-code.ts";

const second = 1_000_000_000n;
/** What the system takes: 15 bits of seconds, 7 bits of probes. */
const mostSeconds = 32_767n;
const mostProbes = 127;
const smallestBuffer = 1_024n;
const largestBuffer = 16n * 1024n * 1024n;
const mostPending = 128n;

/**
 * What can be set on a TCP socket. Node has no means to change the hop limit and the buffers of a TCP socket, so these
 * are kept and handed on to accepted sockets, and the system's own stay in effect.
 */
export class TcpOptions {
  keepAlive = false;
  hopLimit = 64;
  /** Connections that may wait for `accept`. */
  backlog: number = Number(mostPending);
  #idleSeconds = 7_200n;
  #intervalSeconds = 75n;
  #probes = 9;
  #receiveBuffer = 131_072n;
  #sendBuffer = 87_040n;

  /** A copy, for an accepted socket. */
  clone(): TcpOptions {
    const copy = new TcpOptions();
    copy.keepAlive = this.keepAlive;
    copy.hopLimit = this.hopLimit;
    copy.#idleSeconds = this.#idleSeconds;
    copy.#intervalSeconds = this.#intervalSeconds;
    copy.#probes = this.#probes;
    copy.#receiveBuffer = this.#receiveBuffer;
    copy.#sendBuffer = this.#sendBuffer;
    return copy;
  }

  applyTo(socket: Socket): void {
    const milliseconds = (seconds: bigint): number => Number(seconds) * 1000;
    const interval = milliseconds(this.#intervalSeconds);
    socket.setKeepAlive(this.keepAlive, milliseconds(this.#idleSeconds), interval, this.#probes);
  }

  setBacklog(value: bigint): void {
    this.backlog = Number(clamp(value, 1n, mostPending));
  }

  setHopLimit(value: number): void {
    if (value === 0) throw socketError("invalid-argument");
    this.hopLimit = value;
  }

  get idleTime(): bigint {
    return this.#idleSeconds * second;
  }

  setIdleTime(value: bigint): void {
    this.#idleSeconds = toSeconds(value);
  }

  get interval(): bigint {
    return this.#intervalSeconds * second;
  }

  setInterval(value: bigint): void {
    this.#intervalSeconds = toSeconds(value);
  }

  get probes(): number {
    return this.#probes;
  }

  setProbes(value: number): void {
    if (value === 0) throw socketError("invalid-argument");
    this.#probes = Math.min(value, mostProbes);
  }

  get receiveBuffer(): bigint {
    return this.#receiveBuffer;
  }

  setReceiveBuffer(value: bigint): void {
    this.#receiveBuffer = clamp(value, smallestBuffer, largestBuffer);
  }

  get sendBuffer(): bigint {
    return this.#sendBuffer;
  }

  setSendBuffer(value: bigint): void {
    this.#sendBuffer = clamp(value, smallestBuffer, largestBuffer);
  }
}

/** @throws WitError `invalid-argument` for 0 */
function clamp(value: bigint, least: bigint, most: bigint): bigint {
  if (value === 0n) throw socketError("invalid-argument");
  if (value < least) return least;
  return value > most ? most : value;
}

/** Whole seconds, rounded up: anything but 0 is allowed, and none of it means "never". */
function toSeconds(nanoseconds: bigint): bigint {
  return clamp((nanoseconds + second - 1n) / second, 1n, mostSeconds);
}
