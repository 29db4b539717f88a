import type { PathPattern } from "@witwire/codec";
import type { RpcError } from "../errors.ts";
import type { Header } from "../framing/header.ts";
import type { Limits } from "../limits.ts";
import type { CallHost } from "../server/call-host.ts";
import type { Server } from "../server/create-server.ts";
import { PassedResources } from "../server/passed-resources.ts";
import { SessionCalls } from "../server/session-calls.ts";
import { type CallAnswerer, PeerCalls } from "../session/peer-calls.ts";
import type { OpenedCall, SessionConnection } from "../session/session-connection.ts";
import type { Timers } from "../timers.ts";
import { AttachedServer } from "./attached-server.ts";

/** Answers what the peers of a transport call. */
export interface Answering {
  /** What takes the calls that come on a connection. */
  callsOn(connection: SessionConnection): PeerCalls;
  /** The transport was closed. Calls that run go on. */
  drop(): void;
}

/** Answers from a server, or for nothing but the resources that were passed. */
export class PeerAnswering implements Answering, CallAnswerer {
  readonly #limits: Limits;
  readonly #timers: Timers;
  readonly #server: Server | undefined;
  /** What answers the peer, of each connection; made when it calls. */
  readonly #calls = new WeakMap<SessionConnection, SessionCalls>();
  #passed: CallHost | undefined;
  #attached: AttachedServer | undefined;

  constructor(limits: Limits, timers: Timers, server: Server | undefined) {
    this.#limits = limits;
    this.#timers = timers;
    this.#server = server;
  }

  callsOn(connection: SessionConnection): PeerCalls {
    return new PeerCalls(connection, this);
  }

  declaredPaths(target: Header, connection: SessionConnection): readonly PathPattern[] | RpcError {
    return this.#of(connection).admit(target);
  }

  opened(call: OpenedCall, connection: SessionConnection): void {
    this.#of(connection).run(call);
  }

  drop(): void {
    this.#attached?.drop();
  }

  #of(connection: SessionConnection): SessionCalls {
    let calls = this.#calls.get(connection);
    if (calls === undefined) {
      calls = new SessionCalls(this.#host(), connection);
      this.#calls.set(connection, calls);
    }
    return calls;
  }

  #host(): CallHost {
    if (this.#server === undefined) {
      this.#passed ??= new PassedResources(this.#limits, this.#timers);
      return this.#passed;
    }
    this.#attached ??= new AttachedServer(this.#server);
    return this.#attached.host;
  }
}
