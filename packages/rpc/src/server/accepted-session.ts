import type { PathPattern } from "@witwire/codec";
import type { RpcError } from "../errors.ts";
import type { Header } from "../framing/header.ts";
import type { Limits } from "../limits.ts";
import { type SessionResources, sessionResources } from "../resources/connection-resources.ts";
import { type CallAnswerer, PeerCalls } from "../session/peer-calls.ts";
import { type OpenedCall, SessionConnection, type SessionOwner } from "../session/session-connection.ts";
import type { Timers } from "../timers.ts";
import type { AcceptedProtocol, AcceptedStream } from "./accepted-stream.ts";
import type { CallHost } from "./call-host.ts";
import { SessionCalls } from "./session-calls.ts";

/** The server's side of a session. */
export class AcceptedSession implements AcceptedProtocol, SessionOwner, CallAnswerer {
  readonly makeResources: SessionResources = sessionResources;
  readonly makePeerCalls = (connection: SessionConnection): PeerCalls => new PeerCalls(connection, this);
  readonly #stream: AcceptedStream;
  readonly #host: CallHost;
  readonly #connection: SessionConnection;
  readonly #calls: SessionCalls;

  constructor(stream: AcceptedStream, host: CallHost) {
    this.#stream = stream;
    this.#host = host;
    this.#connection = new SessionConnection(stream.duplex, "server", this);
    this.#calls = new SessionCalls(host, this.#connection);
  }

  get limits(): Limits {
    return this.#host.limits;
  }

  get timers(): Timers {
    return this.#host.timers;
  }

  get handles(): number {
    return this.#connection.resources?.size ?? 0;
  }

  freeHandle(resource: object): boolean {
    return this.#connection.resources?.exports.free(resource) ?? false;
  }

  start(): void {
    this.#connection.start();
  }

  drop(error: RpcError): void {
    this.#connection.drain(error);
  }

  breakOff(error: RpcError): void {
    this.#connection.abort(error);
  }

  data(bytes: Uint8Array): void {
    this.#connection.data(bytes);
  }

  end(): void {
    this.#connection.end();
  }

  flushed(): void {
    this.#connection.flushed();
  }

  error(error: Error): void {
    this.#connection.error(error);
  }

  declaredPaths(target: Header): readonly PathPattern[] | RpcError {
    return this.#stream.duplex.refusal ?? this.#calls.admit(target);
  }

  opened(call: OpenedCall): void {
    this.#calls.run(call);
  }

  refused(error: RpcError, target?: Header): void {
    this.#host.refused(error, this.#stream.duplex.peer, target);
  }

  ready(): void {}

  draining(): void {}

  released(): void {
    this.#stream.release();
  }
}
