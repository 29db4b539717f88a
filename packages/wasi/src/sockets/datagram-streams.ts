import { sync } from "@witwire/wit/values";
import { Pollable } from "../io/pollable.ts";
import type { Scope } from "../scope.ts";
import { socketError } from "./error-code.ts";
import type { IpAddressFamily } from "./ip-address.ts";
import type { NetworkAccess } from "./network-access.ts";
import { assertRemote, type IpSocketAddress, isSameAddress } from "./socket-address.ts";
import type { IncomingDatagram, UdpChannel } from "./udp-channel.ts";

/** `wasi:sockets/udp` `outgoing-datagram`. */
export interface OutgoingDatagram {
  readonly data: Uint8Array;
  readonly remoteAddress?: IpSocketAddress | undefined;
}

/** Most bytes of a datagram: 65,535 less the headers. */
const largest: Readonly<Record<IpAddressFamily, number>> = { ipv4: 65_507, ipv6: 65_527 };
/** Most datagrams of one answer. */
const mostReceived = 256n;

/** A stream that another one of its socket has replaced, or whose socket is gone, receives and sends nothing. */
class DatagramStream implements Disposable {
  protected readonly scope: Scope;
  protected channel: UdpChannel | undefined;

  constructor(scope: Scope, channel: UdpChannel) {
    this.scope = scope;
    this.channel = channel;
    scope.add("streams", this);
  }

  /** @internal */
  detach(): void {
    this.channel = undefined;
  }

  [Symbol.dispose](): void {
    this.channel = undefined;
    this.scope.delete("streams", this);
  }
}

const always = { isReady: () => true, onWake: () => () => {} };

/** `wasi:sockets/udp` `incoming-datagram-stream`. */
export class IncomingDatagramStream extends DatagramStream {
  /** What has arrived; nothing where nothing has. */
  receive(maxResults: bigint): IncomingDatagram[] {
    return this.channel?.receive(Number(maxResults < mostReceived ? maxResults : mostReceived)) ?? [];
  }

  subscribe(): Pollable {
    return new Pollable(this.scope, this.channel?.incoming ?? always);
  }

  static {
    for (const method of [IncomingDatagramStream.prototype.receive, IncomingDatagramStream.prototype.subscribe])
      sync(method);
  }
}

/** `wasi:sockets/udp` `outgoing-datagram-stream`. */
export class OutgoingDatagramStream extends DatagramStream {
  readonly #access: NetworkAccess;
  readonly #family: IpAddressFamily;
  /** What is left of what `check-send` permitted; nothing where it was not asked. */
  #permit: bigint | undefined;

  constructor(scope: Scope, channel: UdpChannel, access: NetworkAccess, family: IpAddressFamily) {
    super(scope, channel);
    this.#access = access;
    this.#family = family;
  }

  checkSend(): bigint {
    if (this.channel === undefined) throw socketError("invalid-state");
    this.#permit = BigInt(this.channel.room);
    return this.#permit;
  }

  /** @throws RangeError for more than `check-send` has permitted, which is a trap */
  send(datagrams: readonly OutgoingDatagram[]): bigint {
    if (datagrams.length === 0) return 0n;
    if (this.#permit === undefined || datagrams.length > this.#permit) {
      throw new RangeError(`${datagrams.length} datagrams were sent where check-send permitted ${this.#permit ?? 0n}`);
    }
    const { channel } = this;
    if (channel === undefined) throw socketError("invalid-state");
    let sent = 0n;
    for (const datagram of datagrams) {
      try {
        this.#send(channel, datagram);
      } catch (error) {
        if (sent === 0n) throw error;
        break;
      }
      sent++;
      this.#permit--;
    }
    return sent;
  }

  subscribe(): Pollable {
    return new Pollable(this.scope, this.channel?.outgoing ?? always);
  }

  #send(channel: UdpChannel, { data, remoteAddress }: OutgoingDatagram): void {
    const { peer } = channel;
    if (remoteAddress === undefined) {
      if (peer === undefined) throw socketError("invalid-argument");
    } else {
      assertRemote(remoteAddress, this.#family);
      if (peer !== undefined && !isSameAddress(peer, remoteAddress)) throw socketError("invalid-argument");
      if (peer === undefined && !this.#access.mayConnect(remoteAddress, "udp")) throw socketError("access-denied");
    }
    if (data.length > largest[this.#family]) throw socketError("datagram-too-large");
    channel.send(data, remoteAddress);
  }

  static {
    for (const method of [
      OutgoingDatagramStream.prototype.checkSend,
      OutgoingDatagramStream.prototype.send,
      OutgoingDatagramStream.prototype.subscribe,
    ])
      sync(method);
  }
}
