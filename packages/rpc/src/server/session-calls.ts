import type { RpcError } from "../errors.ts";
import type { Header } from "../framing/header.ts";
import type { PathSet } from "../framing/path-set.ts";
import type { OpenedCall, SessionConnection } from "../session/session-connection.ts";
import type { CallHost } from "./call-host.ts";
import { ResourceMethods } from "./resource-methods.ts";

/** Answers the calls of a connection's peer: of what is served, and of the resources that the peer was given. */
export class SessionCalls {
  readonly #host: CallHost;
  readonly #connection: SessionConnection;
  readonly #methods: ResourceMethods;

  constructor(host: CallHost, connection: SessionConnection) {
    this.#host = host;
    this.#connection = connection;
    this.#methods = new ResourceMethods(connection.resources?.types ?? new Map());
  }

  /** The paths on which the function takes streams and futures, or why it cannot be called. */
  admit(target: Header): PathSet | RpcError {
    return this.#host.admit(target, this.#methods);
  }

  run({ target, metadata, deadline, invocation }: OpenedCall): void {
    invocation.occupied = true;
    this.#host.invoked({
      header: target,
      invocation,
      metadata,
      deadline,
      more: this.#methods,
      onIdle: () => this.#connection.vacate(invocation),
    });
  }
}
