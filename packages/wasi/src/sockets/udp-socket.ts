import { sync } from "@witwire/wit/values";
import { Pollable } from "../io/pollable.ts";
import type { Held, Scope } from "../scope.ts";
import { IncomingDatagramStream, OutgoingDatagramStream } from "./datagram-streams.ts";
import { socketError } from "./error-code.ts";
import type { IpAddressFamily } from "./ip-address.ts";
import type { Network } from "./network.ts";
import type { NetworkAccess } from "./network-access.ts";
import { assertLocal, assertRemote, type IpSocketAddress } from "./socket-address.ts";
import { UdpChannel } from "./udp-channel.ts";

/** What a socket says before it is bound; afterwards the system is asked. */
const defaultBuffer = 106_496;
const largestBuffer = 16n * 1024n * 1024n;

/** `unbound` -> `bind-in-progress` -> `bound`. A bind that fails leaves it `unbound`. */
type State =
  | { readonly tag: "unbound" | "closed" }
  | { readonly tag: "bind-in-progress" | "bound"; readonly channel: UdpChannel };

/** `wasi:sockets/udp` `udp-socket`. Every method that fails throws a `WitError` with an `error-code`. */
export class UdpSocket implements Held {
  readonly #scope: Scope;
  readonly #access: NetworkAccess;
  readonly #family: IpAddressFamily;
  #state: State = { tag: "unbound" };
  #hopLimit = 64;
  #receiveBuffer: number | undefined;
  #sendBuffer: number | undefined;
  /** Those of an earlier `stream` are out of use. */
  #streams: readonly [IncomingDatagramStream, OutgoingDatagramStream] | undefined;

  /** @throws WasiLimitError where the guest has too many sockets */
  constructor(scope: Scope, access: NetworkAccess, family: IpAddressFamily) {
    this.#scope = scope;
    this.#access = access;
    this.#family = family;
    scope.add("sockets", this);
  }

  startBind(_network: Network, local: IpSocketAddress): void {
    if (this.#state.tag === "bind-in-progress") throw socketError("concurrency-conflict");
    if (this.#state.tag !== "unbound") throw socketError("invalid-state");
    assertLocal(local, this.#family);
    const mayListen = this.#access.mayListen(local, "udp");
    if (!mayListen && !this.#access.mayBindToConnect(local)) throw socketError("access-denied");
    const accepts = (remote: IpSocketAddress): boolean => mayListen || this.#access.mayConnect(remote, "udp");
    const settings = { hopLimit: this.#hopLimit, receiveBuffer: this.#receiveBuffer, sendBuffer: this.#sendBuffer };
    this.#state = { tag: "bind-in-progress", channel: new UdpChannel(this.#family, local, settings, accepts) };
  }

  finishBind(): void {
    if (this.#state.tag !== "bind-in-progress") throw socketError("not-in-progress");
    this.#state = { tag: "bound", channel: this.#state.channel };
  }

  stream(remote: IpSocketAddress | undefined): [IncomingDatagramStream, OutgoingDatagramStream] {
    const channel = this.#bound();
    if (remote !== undefined) {
      assertRemote(remote, this.#family);
      if (!this.#access.mayConnect(remote, "udp")) throw socketError("access-denied");
    }
    for (const stream of this.#streams ?? []) stream.detach();
    this.#streams = undefined;
    channel.associate(remote);
    const streams: [IncomingDatagramStream, OutgoingDatagramStream] = [
      new IncomingDatagramStream(this.#scope, channel),
      new OutgoingDatagramStream(this.#scope, channel, this.#access, this.#family),
    ];
    this.#streams = streams;
    return streams;
  }

  localAddress(): IpSocketAddress {
    const { local } = this.#bound();
    if (local === undefined) throw socketError("invalid-state");
    return local;
  }

  remoteAddress(): IpSocketAddress {
    const { peer } = this.#bound();
    if (peer === undefined) throw socketError("invalid-state");
    return peer;
  }

  addressFamily(): IpAddressFamily {
    return this.#family;
  }

  unicastHopLimit(): number {
    return this.#hopLimit;
  }

  setUnicastHopLimit(value: number): void {
    if (value === 0) throw socketError("invalid-argument");
    this.#hopLimit = value;
    if (this.#channel !== undefined) this.#channel.hopLimit = value;
  }

  receiveBufferSize(): bigint {
    return BigInt(this.#channel?.receiveBuffer ?? this.#receiveBuffer ?? defaultBuffer);
  }

  setReceiveBufferSize(value: bigint): void {
    this.#receiveBuffer = bufferSize(value);
    if (this.#channel !== undefined) this.#channel.receiveBuffer = this.#receiveBuffer;
  }

  sendBufferSize(): bigint {
    return BigInt(this.#channel?.sendBuffer ?? this.#sendBuffer ?? defaultBuffer);
  }

  setSendBufferSize(value: bigint): void {
    this.#sendBuffer = bufferSize(value);
    if (this.#channel !== undefined) this.#channel.sendBuffer = this.#sendBuffer;
  }

  /** Always ready: nothing that a UDP socket starts has to be waited for. */
  subscribe(): Pollable {
    return new Pollable(this.#scope, { isReady: () => true, onWake: () => () => {} });
  }

  [Symbol.dispose](): void {
    if (this.#state.tag === "closed") return;
    for (const stream of this.#streams ?? []) stream.detach();
    this.#channel?.close();
    this.#state = { tag: "closed" };
    this.#scope.delete("sockets", this);
  }

  get #channel(): UdpChannel | undefined {
    return "channel" in this.#state ? this.#state.channel : undefined;
  }

  /** @throws WitError `invalid-state` where it is not bound */
  #bound(): UdpChannel {
    if (this.#state.tag !== "bound") throw socketError("invalid-state");
    return this.#state.channel;
  }

  static {
    for (const name of Object.getOwnPropertyNames(UdpSocket.prototype)) {
      const method: unknown = UdpSocket.prototype[name as keyof UdpSocket];
      if (name !== "constructor" && typeof method === "function") sync(method as () => unknown);
    }
  }
}

/** @throws WitError `invalid-argument` for 0 */
function bufferSize(value: bigint): number {
  if (value === 0n) throw socketError("invalid-argument");
  return Number(value > largestBuffer ? largestBuffer : value);
}
