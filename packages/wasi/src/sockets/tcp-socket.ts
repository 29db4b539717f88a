import { BoundSocket } from "node:net";
import { sync, WitError } from "@witwire/wit/values";
import type { InputStream } from "../io/input-stream.ts";
import type { OutputStream } from "../io/output-stream.ts";
import { Pollable } from "../io/pollable.ts";
import { type Waitable, Waiters } from "../io/waitable.ts";
import type { Held, Scope } from "../scope.ts";
import { type ErrorCode, errorCodeOf, socketError } from "./error-code.ts";
import { type IpAddressFamily, isUnicast } from "./ip-address.ts";
import type { Network } from "./network.ts";
import type { NetworkAccess } from "./network-access.ts";
import { assertLocal, assertRemote, hostOf, type IpSocketAddress, ipOf, socketAddress } from "./socket-address.ts";
import { TcpConnect } from "./tcp-connect.ts";
import { TcpConnection } from "./tcp-connection.ts";
import { TcpListener } from "./tcp-listener.ts";
import { TcpOptions } from "./tcp-options.ts";

/**
 * `unbound` -> `bind-in-progress` -> `bound` -> `listen-in-progress` -> `listening`; `unbound` or `bound` ->
 * `connect-in-progress` -> `connected`. A bind that fails leads back to `unbound`, any other failure to `closed`.
 */
type State =
  | { readonly tag: "unbound" | "closed" }
  | { readonly tag: "bind-in-progress"; readonly outcome: BoundSocket | WitError<ErrorCode> }
  | { readonly tag: "bound"; readonly bound: BoundSocket }
  | { readonly tag: "connect-in-progress"; readonly attempt: TcpConnect; readonly remote: IpSocketAddress }
  | { readonly tag: "connected"; readonly connection: TcpConnection; readonly remote: IpSocketAddress | undefined }
  | { readonly tag: "listen-in-progress" | "listening"; readonly listener: TcpListener };

/** `wasi:sockets/tcp` `tcp-socket`. Every method that fails throws a `WitError` with an `error-code`. */
export class TcpSocket implements Held {
  readonly #scope: Scope;
  readonly #access: NetworkAccess;
  readonly #family: IpAddressFamily;
  readonly #options: TcpOptions;
  readonly #waiters = new Waiters();
  #state: State = { tag: "unbound" };
  #local: IpSocketAddress | undefined;
  /** What was connected, after the guest dropped it. */
  #closing: TcpConnection | undefined;
  /** Whether others may connect to where it is bound. */
  #mayListen = false;

  /** @throws WasiLimitError where the guest has too many sockets */
  constructor(scope: Scope, access: NetworkAccess, family: IpAddressFamily, options: TcpOptions = new TcpOptions()) {
    this.#scope = scope;
    this.#access = access;
    this.#family = family;
    this.#options = options;
    scope.add("sockets", this);
  }

  startBind(_network: Network, local: IpSocketAddress): void {
    this.#expect("unbound");
    assertLocal(local, this.#family);
    this.#mayListen = this.#access.mayListen(local, "tcp");
    if (!this.#mayListen && !this.#access.mayBindToConnect(local)) throw socketError("access-denied");
    this.#become({ tag: "bind-in-progress", outcome: bind(local) });
  }

  finishBind(): void {
    const state = this.#inProgress("bind-in-progress");
    if (state.outcome instanceof WitError) {
      this.#become({ tag: "unbound" });
      throw state.outcome;
    }
    const { address, port } = state.outcome.address() as { address: string; port: number };
    this.#local = socketAddress(address, port);
    this.#become({ tag: "bound", bound: state.outcome });
  }

  startConnect(_network: Network, remote: IpSocketAddress): void {
    const state = this.#expect("unbound", "bound");
    assertRemote(remote, this.#family);
    if (!isUnicast(ipOf(remote))) throw socketError("invalid-argument");
    if (!this.#access.mayConnect(remote, "tcp")) throw socketError("access-denied");
    const attempt = new TcpConnect(remote, state.tag === "bound" ? state.bound : undefined);
    attempt.onWake(() => this.#waiters.wake());
    this.#become({ tag: "connect-in-progress", attempt, remote });
  }

  finishConnect(): [InputStream, OutputStream] {
    const { attempt, remote } = this.#inProgress("connect-in-progress");
    this.#attempt(() => attempt.assertConnected());
    const { socket } = attempt;
    this.#local = socketAddress(socket.localAddress, socket.localPort) ?? this.#local;
    this.#options.applyTo(socket);
    const connection = new TcpConnection(this.#scope, socket);
    this.#become({ tag: "connected", connection, remote });
    return connection.streams();
  }

  startListen(): void {
    const { bound } = this.#expect("bound");
    if (!this.#mayListen) throw socketError("access-denied");
    const listener = new TcpListener(bound, this.#options.backlog);
    listener.onWake(() => this.#waiters.wake());
    this.#become({ tag: "listen-in-progress", listener });
  }

  finishListen(): void {
    const { listener } = this.#inProgress("listen-in-progress");
    this.#attempt(() => listener.assertListening());
    this.#become({ tag: "listening", listener });
  }

  accept(): [TcpSocket, InputStream, OutputStream] {
    const { listener } = this.#expect("listening");
    if (!listener.hasPending) throw socketError("would-block");
    if (this.#scope.isFull("sockets")) throw socketError("new-socket-limit");
    const pending = listener.accept();
    if (pending === undefined) throw socketError("would-block");
    const accepted = new TcpSocket(this.#scope, this.#access, this.#family, this.#options.clone());
    accepted.#local = pending.local ?? this.#local;
    accepted.#options.applyTo(pending.socket);
    const connection = new TcpConnection(this.#scope, pending.socket);
    accepted.#become({ tag: "connected", connection, remote: pending.remote });
    return [accepted, ...connection.streams()];
  }

  localAddress(): IpSocketAddress {
    if (this.#local === undefined) throw socketError("invalid-state");
    return this.#local;
  }

  remoteAddress(): IpSocketAddress {
    const { remote } = this.#expect("connected");
    if (remote === undefined) throw socketError("invalid-state");
    return remote;
  }

  isListening(): boolean {
    return this.#state.tag === "listening";
  }

  addressFamily(): IpAddressFamily {
    return this.#family;
  }

  /** Counts for the next `start-listen`. */
  setListenBacklogSize(value: bigint): void {
    if (this.#isAmong("connect-in-progress", "connected", "closed")) throw socketError("invalid-state");
    if (value !== 0n && this.#isAmong("listen-in-progress", "listening")) throw socketError("not-supported");
    this.#options.setBacklog(value);
  }

  keepAliveEnabled(): boolean {
    return this.#options.keepAlive;
  }

  setKeepAliveEnabled(value: boolean): void {
    this.#change(() => {
      this.#options.keepAlive = value;
    });
  }

  keepAliveIdleTime(): bigint {
    return this.#options.idleTime;
  }

  setKeepAliveIdleTime(value: bigint): void {
    this.#change(() => this.#options.setIdleTime(value));
  }

  keepAliveInterval(): bigint {
    return this.#options.interval;
  }

  setKeepAliveInterval(value: bigint): void {
    this.#change(() => this.#options.setInterval(value));
  }

  keepAliveCount(): number {
    return this.#options.probes;
  }

  setKeepAliveCount(value: number): void {
    this.#change(() => this.#options.setProbes(value));
  }

  hopLimit(): number {
    return this.#options.hopLimit;
  }

  setHopLimit(value: number): void {
    this.#options.setHopLimit(value);
  }

  receiveBufferSize(): bigint {
    return this.#options.receiveBuffer;
  }

  setReceiveBufferSize(value: bigint): void {
    this.#options.setReceiveBuffer(value);
  }

  sendBufferSize(): bigint {
    return this.#options.sendBuffer;
  }

  setSendBufferSize(value: bigint): void {
    this.#options.setSendBuffer(value);
  }

  /** Ready when what is in progress can be finished, and when a listening socket has a connection to accept. */
  subscribe(): Pollable {
    const waitable: Waitable = { isReady: () => this.#isReady(), onWake: (wake) => this.#waiters.add(wake) };
    return new Pollable(this.#scope, waitable);
  }

  shutdown(direction: "receive" | "send" | "both"): void {
    this.#expect("connected").connection.shutdown(direction);
  }

  /** Closes the socket. What was written still arrives. */
  [Symbol.dispose](): void {
    const state = this.#state;
    switch (state.tag) {
      case "bind-in-progress":
        if (!(state.outcome instanceof WitError)) state.outcome.close();
        break;
      case "bound":
        state.bound.close();
        break;
      case "connect-in-progress":
        state.attempt.socket.destroy();
        break;
      case "listen-in-progress":
      case "listening":
        state.listener.close();
        break;
      case "connected":
        this.#closing = state.connection;
        state.connection.close();
    }
    this.#become({ tag: "closed" });
    this.#scope.delete("sockets", this);
  }

  /** @internal */
  settled(): Promise<void> | undefined {
    return this.#closing?.settled();
  }

  #become(state: State): void {
    this.#state = state;
    this.#waiters.wake();
  }

  #isAmong(...tags: readonly State["tag"][]): boolean {
    return tags.includes(this.#state.tag);
  }

  #isReady(): boolean {
    const state = this.#state;
    switch (state.tag) {
      case "connect-in-progress":
        return state.attempt.isReady();
      case "listen-in-progress":
      case "listening":
        return state.listener.isReady();
      default:
        return true;
    }
  }

  /** @throws WitError `concurrency-conflict` while something else is going on, `invalid-state` in any other state */
  #expect<T extends State["tag"]>(...tags: readonly T[]): State & { readonly tag: T } {
    const state = this.#state;
    if ((tags as readonly State["tag"][]).includes(state.tag)) return state as State & { readonly tag: T };
    throw socketError(state.tag.endsWith("-in-progress") ? "concurrency-conflict" : "invalid-state");
  }

  /** @throws WitError `not-in-progress` in any other state */
  #inProgress<T extends State["tag"]>(tag: T): State & { readonly tag: T } {
    if (this.#state.tag !== tag) throw socketError("not-in-progress");
    return this.#state as State & { readonly tag: T };
  }

  /** A failure other than `would-block` is the end of the socket. */
  #attempt(action: () => void): void {
    try {
      action();
    } catch (error) {
      if (error instanceof WitError && error.payload !== "would-block") this.#close();
      throw error;
    }
  }

  #close(): void {
    const state = this.#state;
    if (state.tag === "connect-in-progress") state.attempt.socket.destroy();
    if (state.tag === "listen-in-progress") state.listener.close();
    this.#become({ tag: "closed" });
  }

  /** Changes options, which are in effect at once where there is a connection. */
  #change(action: () => void): void {
    action();
    if (this.#state.tag === "connected") this.#state.connection.configure(this.#options);
  }

  static {
    for (const name of Object.getOwnPropertyNames(TcpSocket.prototype)) {
      const method: unknown = TcpSocket.prototype[name as keyof TcpSocket];
      if (name !== "constructor" && typeof method === "function") sync(method as () => unknown);
    }
  }
}

function bind(local: IpSocketAddress): BoundSocket | WitError<ErrorCode> {
  try {
    return new BoundSocket({ host: hostOf(local), port: local.val.port, ipv6Only: local.tag === "ipv6" });
  } catch (error) {
    return socketError(errorCodeOf(error, { EAFNOSUPPORT: "invalid-argument", ENOBUFS: "address-in-use" }));
  }
}
