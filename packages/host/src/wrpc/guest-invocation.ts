import { type Invocation, type InvocationTransport, type OpenRequest, RpcError } from "@witwire/rpc";
import type { ByteStreams } from "../types/byte-streams.ts";

/** A call that a guest asks for, its parameters encoded. */
export interface GuestCall {
  readonly instance: string;
  readonly name: string;
  readonly params: Uint8Array;
  readonly asyncPaths: OpenRequest["asyncPaths"];
  readonly signal: AbortSignal | undefined;
  /** Milliseconds until the end of its last stream. */
  readonly timeout: number;
}

/**
 * A call that a guest makes by itself. Whoever uses one of its halves holds it: when nobody sends any more the half is
 * closed, and when nobody receives any more either the call is over.
 */
export class GuestInvocation {
  readonly invocation: Invocation;
  readonly streams: ByteStreams;
  /** Settles when the parameters are on their way. */
  readonly sent: Promise<void>;
  readonly #holders = { outgoing: 0, incoming: 0 };
  readonly #release: () => void;
  #failure: RpcError | undefined;
  #over = false;

  /** @throws RpcError where the transport was closed */
  constructor(transport: InvocationTransport, streams: ByteStreams, call: GuestCall) {
    const { instance, name, asyncPaths, params, signal, timeout } = call;
    const request = { instance, name, asyncPaths, metadata: {}, timeout };
    this.streams = streams;
    this.invocation = transport.open(signal === undefined ? request : { ...request, signal });
    this.invocation.onFailure = (error) => this.abort(error);
    const timer = this.invocation.timers.start(timeout, () =>
      this.abort(new RpcError("deadline-exceeded", `${instance}.${name} took longer than ${Math.round(timeout)} ms`)),
    );
    const onAbort = (): void => this.abort(new RpcError("cancelled", "the call was cancelled by its caller"));
    signal?.addEventListener("abort", onAbort, { once: true });
    this.#release = () => {
      timer.stop();
      signal?.removeEventListener("abort", onAbort);
    };
    this.invocation.write([], params);
    this.sent = this.invocation.drained([]).then(() => {
      if (this.#failure !== undefined) throw this.#failure;
    });
    this.sent.catch(() => {});
  }

  /** Uses one of the halves. @returns lets go of it */
  hold(half: "outgoing" | "incoming"): () => void {
    this.#holders[half]++;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#holders[half]--;
      this.#settle();
    };
  }

  abort(error: RpcError): void {
    if (this.#over) return;
    this.#over = true;
    this.#failure = error;
    this.#release();
    this.invocation.abort(error);
  }

  #settle(): void {
    if (this.#over || this.#holders.outgoing > 0) return;
    this.invocation.end();
    if (this.#holders.incoming > 0) return;
    this.#over = true;
    this.#release();
    this.invocation.close();
  }
}
