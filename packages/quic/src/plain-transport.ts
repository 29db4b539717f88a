import {
  createPlainTransport,
  type Duplex,
  type Invocation,
  type InvocationTransport,
  type OpenRequest,
  type PlainTransportOptions,
  type TransportStats,
} from "@witwire/rpc";
import { ClientLink, type Dialer } from "./client-link.ts";

/** Plain wRPC with a stream for each call, all on one connection, which is made again when it is lost. */
export class QuicPlainTransport implements InvocationTransport {
  readonly #dialer: Dialer;
  readonly #calls: InvocationTransport;
  #link: ClientLink | undefined;

  constructor(dialer: Dialer, options: PlainTransportOptions) {
    this.#dialer = dialer;
    this.#calls = createPlainTransport(() => this.#open(), options);
  }

  get codec(): InvocationTransport["codec"] {
    return this.#calls.codec;
  }

  open(request: OpenRequest): Invocation {
    return this.#calls.open(request);
  }

  async close(options?: { readonly force?: boolean }): Promise<void> {
    await this.#calls.close(options);
    this.#link?.close();
  }

  stats(): TransportStats {
    return this.#calls.stats();
  }

  #open(): Duplex {
    if (this.#link === undefined || this.#link.draining) this.#link = new ClientLink(this.#dialer, false);
    return this.#link.open();
  }
}
