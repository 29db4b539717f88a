import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { type Waitable, Waiters } from "../io/waitable.ts";
import { type ErrorCode, errorCodeOf, socketError } from "./error-code.ts";
import type { IpAddressFamily } from "./ip-address.ts";
import { hostOf, type IpSocketAddress, isSameAddress, socketAddress } from "./socket-address.ts";

/** `wasi:sockets/udp` `incoming-datagram`. */
export interface IncomingDatagram {
  readonly data: Uint8Array;
  readonly remoteAddress: IpSocketAddress;
}

/** What a UDP socket is told before it is bound. */
export interface UdpSettings {
  readonly hopLimit: number;
  /** Bytes; the system's own where nothing is said. */
  readonly receiveBuffer: number | undefined;
  readonly sendBuffer: number | undefined;
}

/** Bytes and number of datagrams that wait for the guest. As in the system's own buffers, what comes then is lost. */
const mostWaitingBytes = 256 * 1024;
const mostWaiting = 1_024;
/** Linux doubles the size of a buffer for its own accounting, and tells the doubled one. */
const accounting = process.platform === "linux" ? 2 : 1;
/** Datagrams that may be on their way out. */
const mostSending = 16;

/** A bound UDP socket: what arrives waits here until somebody receives it. */
export class UdpChannel {
  readonly #family: IpAddressFamily;
  readonly #accepts: (remote: IpSocketAddress) => boolean;
  readonly #arrived: IncomingDatagram[] = [];
  readonly #waiters = new Waiters();
  #arrivedBytes = 0;
  #sending = 0;
  #hopLimit: number;
  #socket: Socket;
  /** Where it was bound, with the port that the system chose. */
  #bound: IpSocketAddress;
  #peer: IpSocketAddress | undefined;
  #failure: ErrorCode | undefined;

  /**
   * @param accepts from whom datagrams are taken while there is no peer
   * @throws WitError an `error-code`
   */
  constructor(
    family: IpAddressFamily,
    local: IpSocketAddress,
    settings: UdpSettings,
    accepts: (remote: IpSocketAddress) => boolean,
  ) {
    this.#family = family;
    this.#accepts = accepts;
    this.#bound = local;
    this.#hopLimit = settings.hopLimit;
    this.#socket = this.#open(settings);
    this.#bound = this.local ?? local;
  }

  get local(): IpSocketAddress | undefined {
    const { address, port } = this.#socket.address();
    return socketAddress(address, port);
  }

  get peer(): IpSocketAddress | undefined {
    return this.#peer;
  }

  /** Exchanges datagrams with one peer, or with anybody. What has arrived from others is forgotten. */
  associate(peer: IpSocketAddress | undefined): void {
    if (this.#peer !== undefined) this.#disconnect();
    this.#failure = undefined;
    if (peer !== undefined) this.#connect(peer);
    const kept = this.#arrived.splice(0).filter(({ remoteAddress }) => this.#takesFrom(remoteAddress));
    this.#arrived.push(...kept);
    this.#arrivedBytes = kept.reduce((sum, { data }) => sum + data.length, 0);
    this.#waiters.wake();
  }

  /** @throws WitError why an earlier datagram did not get through, once */
  receive(most: number): IncomingDatagram[] {
    if (most > 0 && this.#arrived.length === 0) this.#throwFailure();
    const datagrams = this.#arrived.splice(0, most);
    for (const { data } of datagrams) this.#arrivedBytes -= data.length;
    return datagrams;
  }

  /**
   * Datagrams that may be sent now.
   *
   * @throws WitError why an earlier datagram did not get through, once
   */
  get room(): number {
    this.#throwFailure();
    return mostSending - this.#sending;
  }

  /** @param remote left out where there is a peer */
  send(data: Uint8Array, remote: IpSocketAddress | undefined): void {
    const sent = (error: Error | null): void => {
      this.#sending--;
      if (error !== null) this.#fail(error);
      this.#waiters.wake();
    };
    if (this.#peer !== undefined || remote === undefined) this.#socket.send(data, sent);
    else this.#socket.send(data, remote.val.port, hostOf(remote), sent);
    this.#sending++;
  }

  /** Ready when something has arrived, or failed. */
  readonly incoming: Waitable = {
    isReady: () => this.#arrived.length > 0 || this.#failure !== undefined,
    onWake: (wake) => this.#waiters.add(wake),
  };

  /** Ready when something may be sent, or has failed. */
  readonly outgoing: Waitable = {
    isReady: () => this.#sending < mostSending || this.#failure !== undefined,
    onWake: (wake) => this.#waiters.add(wake),
  };

  set hopLimit(value: number) {
    this.#hopLimit = value;
    this.#socket.setTTL(value);
  }

  get receiveBuffer(): number {
    return this.#socket.getRecvBufferSize() / accounting;
  }

  set receiveBuffer(bytes: number) {
    this.#socket.setRecvBufferSize(bytes);
  }

  get sendBuffer(): number {
    return this.#socket.getSendBufferSize() / accounting;
  }

  set sendBuffer(bytes: number) {
    this.#socket.setSendBufferSize(bytes);
  }

  close(): void {
    this.#arrived.length = 0;
    this.#socket.close();
  }

  #open({ hopLimit, receiveBuffer, sendBuffer }: UdpSettings): Socket {
    // Addresses only, and with this "lookup" of an address everything happens at once.
    const options = { ipv6Only: this.#family === "ipv6", lookup };
    const socket = createSocket({ ...options, type: this.#family === "ipv4" ? "udp4" : "udp6" });
    let isBound = false;
    socket.once("listening", () => {
      isBound = true;
    });
    socket.on("error", (error) => this.#fail(error));
    socket.on("message", (data, from) => this.#receive(data, from));
    socket.bind({ address: hostOf(this.#bound), port: this.#bound.val.port, exclusive: true });
    if (!isBound) {
      const code = this.#failure ?? "unknown";
      socket.close();
      throw socketError(code);
    }
    socket.setTTL(hopLimit);
    if (receiveBuffer !== undefined) socket.setRecvBufferSize(receiveBuffer);
    if (sendBuffer !== undefined) socket.setSendBufferSize(sendBuffer);
    return socket;
  }

  /** Linux takes back a port that it chose when a socket disconnects, so the socket is bound to it again. */
  #disconnect(): void {
    this.#peer = undefined;
    this.#socket.disconnect();
    if (this.#socket.address().port === this.#bound.val.port) return;
    const settings = { hopLimit: this.#hopLimit, receiveBuffer: this.receiveBuffer, sendBuffer: this.sendBuffer };
    this.#socket.close();
    this.#socket = this.#open(settings);
  }

  #connect(peer: IpSocketAddress): void {
    this.#socket.connect(peer.val.port, hostOf(peer));
    try {
      this.#socket.remoteAddress();
    } catch {
      // The socket says later, by an event, why.
      throw socketError("remote-unreachable");
    }
    this.#peer = peer;
  }

  #takesFrom(remote: IpSocketAddress): boolean {
    return this.#peer === undefined ? this.#accepts(remote) : isSameAddress(this.#peer, remote);
  }

  #receive(data: Buffer, { address, port }: RemoteInfo): void {
    const remoteAddress = socketAddress(address, port);
    if (remoteAddress === undefined || !this.#takesFrom(remoteAddress)) return;
    if (this.#arrived.length >= mostWaiting || this.#arrivedBytes + data.length > mostWaitingBytes) return;
    this.#arrived.push({ data, remoteAddress });
    this.#arrivedBytes += data.length;
    this.#waiters.wake();
  }

  #fail(error: unknown): void {
    this.#failure = errorCodeOf(error, { EAFNOSUPPORT: "invalid-argument", ECONNRESET: "remote-unreachable" });
    this.#waiters.wake();
  }

  #throwFailure(): void {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw socketError(failure);
  }
}

function lookup(
  host: string,
  _options: unknown,
  callback: (error: NodeJS.ErrnoException | null, address: string, family: number) => void,
): void {
  callback(null, host, host.includes(":") ? 6 : 4);
}
