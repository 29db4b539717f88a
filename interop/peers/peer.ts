import type { Compat } from "@witwire/rpc";
import type { Defect } from "../defects/defect.ts";

/**
 * Another implementation. Its program is called as
 *
 * - `<program> serve <address>`: prints `listening on <address>` with the real port, and serves until stdin closes;
 * - `<program> call <address> <rows.json>`: prints `{"row":"…","ok":true}`, or `false` with an `error`, for every row.
 *
 * Addresses are `unix:///path`, `nats://host:port/prefix` and for every other {@link Transport} that it has `transport://host:port`,
 * and for `serve` `webtransport://host:port`; rows are those of `rows/row.ts`. Where TLS is in it, the folder in
 * `WITWIRE_INTEROP_TLS` has `authority.pem`, `server.pem` and `server.key`.
 */
export interface Peer {
  /** Short, for file names and options: `rust-leb128-0.1.7`. */
  readonly id: string;
  /** For people. */
  readonly title: string;
  /** What it can be reached over. */
  readonly transports: readonly Transport[];
  /** The instance that the root functions of its server's world belong to. */
  readonly rootInstance: string;
  /** What both of our sides have to do for it beyond the specification. */
  readonly compat?: Compat;
  /** What is known to be broken in it. */
  readonly defects: readonly Defect[];
  /**
   * Builds the program, or finds it built.
   *
   * @returns its path
   * @throws InteropError naming the tool that is missing
   */
  build(): Promise<string>;
}

/** Who calls: our client the peer's server, or the peer's client our server. */
export type Direction = "we-call" | "calls-us";

/** `http` is HTTP/1.1 and `h2c` HTTP/2 without TLS, `https` and `h2` are the same with it. */
export type Transport = "tcp" | "unix" | "nats" | "ws" | "wss" | "http" | "https" | "h2c" | "h2" | "quic";

/** {@link Peer.compat} as transports and servers take it. */
export function compatOf({ compat }: Peer): { readonly compat?: Compat } {
  return compat === undefined ? {} : { compat };
}
