import type { PathPattern } from "@witwire/codec";
import type { Metadata } from "@witwire/wit/values";
import type { RpcError } from "../errors.ts";
import type { Header } from "../framing/header.ts";
import type { OpenedCall, SessionConnection } from "../session/session-connection.ts";
import type { SessionInvocation } from "../session/session-invocation.ts";
import type { CallHost } from "./call-host.ts";
import { ReceivedCall } from "./received-call.ts";
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
  admit(target: Header): readonly PathPattern[] | RpcError {
    return this.#host.admit(target, this.#methods);
  }

  run({ target, metadata, deadline, invocation }: OpenedCall): void {
    invocation.occupied = true;
    const call = new SessionCall(this.#connection, target, invocation, metadata, deadline);
    call.more = this.#methods;
    this.#host.invoked(call);
  }
}

/** Occupies its invocation for as long as the implementation runs. */
class SessionCall extends ReceivedCall {
  declare readonly invocation: SessionInvocation;
  readonly #connection: SessionConnection;

  constructor(
    connection: SessionConnection,
    target: Header,
    invocation: SessionInvocation,
    metadata: Metadata,
    deadline: number,
  ) {
    super(target, invocation, metadata, deadline);
    this.#connection = connection;
  }

  override onIdle(): void {
    this.#connection.vacate(this.invocation);
  }
}
