import { createConnection, type NetConnectOpts } from "node:net";
import {
  createPlainTransport,
  createSessionTransport,
  type Duplex,
  type InvocationTransport,
  type PlainTransportOptions,
  resolveLimits,
  type SessionTransport,
  type SessionTransportOptions,
} from "@witwire/rpc";
import { formatAddress, parseAddress, type SocketAddress } from "./address.ts";
import { connectHttp, type HttpOptions } from "./http/connect-http.ts";
import { parseHttpAddress } from "./http/http-address.ts";
import { parseCommand } from "./process/command-line.ts";
import { type ConnectProcessOptions, connectProcess } from "./process/connect-process.ts";
import { connectOwnStdio } from "./process/serve-parent.ts";
import { SocketDuplex } from "./socket-duplex.ts";
import { type TlsAddress, tlsDialer } from "./tls/dial-tls.ts";
import type { TlsClientOptions } from "./tls/tls-options.ts";

/** Options of transports to servers on sockets. */
export interface ConnectOptions extends PlainTransportOptions, SessionTransportOptions {
  /** For `tls://` and `wrpc+tls://`. Default: this side has no certificate, and Node's authorities vouch for the server's. */
  readonly tls?: TlsClientOptions;
  /** For `http://` and `https://`. */
  readonly http?: HttpOptions;
  /** For `exec:`, what `connectProcess` takes besides: environment, folder, grace, and whether it is started again. */
  readonly process?: Omit<ConnectProcessOptions, keyof SessionTransportOptions>;
}

/**
 * A transport to a server on a socket. Nothing is connected before the first call.
 *
 * `tcp://host:port`, `tls://host:port` and `unix:///path` are sessions: one connection carries all calls, is made again when it is lost, and
 * keeps the process from ending until the transport is closed. `wrpc+tcp://`, `wrpc+tls://` and `wrpc+unix://` speak plain wRPC with
 * a connection for each call, as peers in Rust and Go do.
 *
 * `http://host:port/path` and `https://…` are plain wRPC too, with a POST request for each call.
 *
 * `exec:command arguments` is a session with a process that is started for it, see {@link connectProcess}; `stdio:` one with
 * whoever has this process's standard input and output. Addresses of transports in other packages are refused, naming them.
 *
 * @throws RangeError for an address that is none
 */
export function connect(
  address: `tcp://${string}` | `tls://${string}` | `unix://${string}` | `exec:${string}` | "stdio:",
  options?: ConnectOptions,
): SessionTransport;
export function connect(address: string, options?: ConnectOptions): InvocationTransport;
export function connect(address: string, options: ConnectOptions = {}): InvocationTransport {
  if (address.startsWith("exec:")) {
    const [command, ...args] = parseCommand(address.slice("exec:".length));
    return connectProcess(command, args, { ...options, ...options.process });
  }
  if (address === "stdio:") return connectOwnStdio(options);
  const http = parseHttpAddress(address);
  if (http !== undefined) return connectHttp(http, options);
  const target = parseAddress(address);
  const dial = dialer(target, options);
  if (target.protocol === "plain") return createPlainTransport(dial, options);
  if (options.compat !== undefined) {
    throw new RangeError(`compat is for peers of plain wRPC, so the address should be wrpc+${address}`);
  }
  return createSessionTransport(dial, options);
}

function dialer(target: SocketAddress, options: ConnectOptions): () => Duplex {
  const limits = resolveLimits(options.limits);
  if (target.transport === "tls") return tlsDialer(target, options.tls ?? {}, limits);
  const peer = { transport: target.transport, address: formatAddress(target) };
  const socketOptions = connectOptions(target);
  const care = target.transport === "tcp" ? { keepalive: limits.keepaliveInterval } : {};
  return () => new SocketDuplex(createConnection(socketOptions), peer, false, care);
}

function connectOptions(target: Exclude<SocketAddress, TlsAddress>): NetConnectOpts {
  return target.transport === "unix"
    ? { path: target.path, allowHalfOpen: true }
    : { host: target.host, port: target.port, allowHalfOpen: true, noDelay: true };
}
