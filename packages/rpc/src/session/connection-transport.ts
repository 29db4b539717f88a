import type { Invocation, InvocationTransport, OpenRequest, TransportStats } from "../transport/invocation.ts";

/** What a {@link ConnectionTransport} needs of its connection. */
export interface CallOpener {
  /** @throws RpcError `unavailable` when it takes no more calls */
  open(request: OpenRequest): Invocation;
  stats(): TransportStats;
}

/**
 * Calls on one connection, as long as it lasts: to the resources that live at its other side, and to whoever has called on
 * it. Its owner decides when the connection ends.
 */
export class ConnectionTransport implements InvocationTransport {
  readonly #connection: CallOpener;

  constructor(connection: CallOpener) {
    this.#connection = connection;
  }

  open(request: OpenRequest): Invocation {
    return this.#connection.open(request);
  }

  /** Nothing happens: the connection belongs to those who made it, or accepted it. */
  async close(): Promise<void> {}

  stats(): TransportStats {
    return this.#connection.stats();
  }
}
