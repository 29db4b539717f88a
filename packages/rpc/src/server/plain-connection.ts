import { isRpcError, RpcError } from "../errors.ts";
import { FramedInvocation } from "../framing/framed-invocation.ts";
import { type Header, HeaderParser } from "../framing/header.ts";
import { asyncPaths } from "../framing/path-flow.ts";
import type { RunningTimer } from "../timers.ts";
import type { Accompaniment, Duplex } from "../transport/duplex.ts";
import type { AcceptedProtocol } from "./accepted-stream.ts";
import type { CallHost } from "./call-host.ts";
import { ReceivedCall } from "./received-call.ts";

/** Plain wRPC itself carries neither. */
const nothingElse: Accompaniment = Object.freeze({ metadata: Object.freeze({}), timeout: Number.POSITIVE_INFINITY });

/**
 * The server's side of one byte stream in plain wRPC, which carries one invocation.
 *
 * States: header -> invocation -> released; or header -> refused -> released.
 */
export class PlainConnection implements AcceptedProtocol {
  readonly #duplex: Duplex;
  readonly #host: CallHost;
  readonly #onReleased: () => void;
  readonly #parser: HeaderParser;
  /** When the first bytes came, on the clock of `performance.now()`. */
  readonly #begun: number = performance.now();
  #invocation: FramedInvocation | undefined;
  #state: "header" | "invocation" | "released" = "header";
  #timer: RunningTimer | undefined;

  /** @param onReleased called once, when the byte stream is free */
  constructor(duplex: Duplex, host: CallHost, onReleased: () => void) {
    this.#duplex = duplex;
    this.#host = host;
    this.#onReleased = onReleased;
    this.#parser = new HeaderParser(host.limits);
  }

  /** They outlive connections here, and are the server's. */
  readonly handles = 0;

  freeHandle(): boolean {
    return false;
  }

  start(): void {
    this.#timer = this.#host.timers.guard(this.#host.limits.headerTimeout, () => this.#late());
  }

  /** Breaks the connection off if nothing was asked on it yet, so that nothing is lost. */
  drop(error: RpcError): void {
    if (this.#state !== "header") return;
    this.#duplex.abort(error);
    this.#release();
  }

  /** Breaks the connection off, whatever happens on it. */
  breakOff(error: RpcError): void {
    this.drop(error);
    this.#invocation?.abort(error);
  }

  data(bytes: Uint8Array): void {
    if (this.#state === "invocation") this.#invocation?.receiveData(bytes);
    else if (this.#state === "header") this.#parse(bytes);
  }

  end(): void {
    if (this.#state === "invocation") this.#invocation?.receiveEnd();
    else if (this.#state === "header") {
      this.#refuse(new RpcError("protocol", "the peer ended before its header was complete"));
    }
  }

  flushed(): void {
    this.#invocation?.receiveFlushed();
  }

  error(error: Error): void {
    if (this.#state === "invocation") this.#invocation?.receiveError(error);
    else if (this.#state === "header") this.#refuse(RpcError.from(error, "unavailable"));
  }

  #parse(bytes: Uint8Array): void {
    let end: number;
    try {
      end = this.#parser.push(bytes);
    } catch (error) {
      this.#refuse(RpcError.from(error, "protocol"));
      return;
    }
    if (end >= 0) this.#begin(this.#parser.header, bytes.subarray(end));
  }

  #begin(header: Header, rest: Uint8Array): void {
    this.#timer?.stop();
    const declared = this.#duplex.refusal ?? this.#host.admit(header);
    if (isRpcError(declared)) {
      this.#refuse(declared, header);
      return;
    }
    this.#state = "invocation";
    const invocation = new FramedInvocation(this.#duplex, {
      limits: this.#host.limits,
      timers: this.#host.timers,
      declared,
      asyncPaths,
      care: this.#host.care,
      onReleased: () => this.#release(),
    });
    this.#invocation = invocation;
    invocation.onFailure = (error) => this.#host.refused(error, this.#duplex.peer, header);
    // Bytes first, so that parameters which came along with the header are there when the call starts.
    if (rest.length > 0) invocation.receiveData(rest);
    if (invocation.broken) return;
    const { metadata, timeout } = this.#duplex.accompaniment ?? nothingElse;
    this.#host.invoked(new ReceivedCall(header, invocation, metadata, this.#begun + timeout));
  }

  #late(): void {
    const { headerTimeout } = this.#host.limits;
    this.#refuse(new RpcError("deadline-exceeded", `no header within ${headerTimeout} ms (limit headerTimeout)`));
  }

  #refuse(error: RpcError, header?: Header): void {
    this.#duplex.abort(error);
    this.#host.refused(error, this.#duplex.peer, header);
    this.#release();
  }

  #release(): void {
    if (this.#state === "released") return;
    this.#state = "released";
    this.#timer?.stop();
    this.#onReleased();
  }
}
