import type { Duplex, DuplexEvents, RpcError } from "@witwire/rpc";
import type { Peer } from "@witwire/wit/values";

/** A byte stream that could not be opened. */
export class FailedDuplex implements Duplex {
  readonly peer: Peer;
  onDrain: (() => void) | undefined;
  readonly #error: RpcError;
  #over = false;

  constructor(peer: Peer, error: RpcError) {
    this.peer = peer;
    this.#error = error;
  }

  start(events: DuplexEvents): void {
    queueMicrotask(() => {
      if (!this.#over) events.error(this.#error);
      this.#over = true;
    });
  }

  abort(): void {
    this.#over = true;
  }

  write(): boolean {
    return true;
  }

  pause(): void {}
  resume(): void {}
  end(): void {}
}
