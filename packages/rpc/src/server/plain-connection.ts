import { RpcError } from "../errors.ts";
import { FramedInvocation } from "../framing/framed-invocation.ts";
import { type Header, HeaderParser } from "../framing/header.ts";
import type { PathSet } from "../framing/path-set.ts";
import type { Limits } from "../limits.ts";
import type { Duplex } from "../transport/duplex.ts";

/** What a byte stream of plain wRPC needs of its server. */
export interface PlainConnectionOwner {
  readonly limits: Limits;
  /** The paths on which the function takes streams and futures; `undefined` when it is not served. */
  declaredPaths(header: Header): PathSet | undefined;
  /** The header is complete and the function is there. */
  invoked(header: Header, invocation: FramedInvocation, connection: PlainConnection): void;
  /** The byte stream was no invocation that could be answered. */
  refused(error: RpcError, connection: PlainConnection, header?: Header): void;
  /** The byte stream and every timer are free. */
  released(connection: PlainConnection): void;
}

/**
 * The server's side of one byte stream in plain wRPC, which carries one invocation.
 *
 * States: header -> invocation -> released; or header -> refused -> released.
 */
export class PlainConnection {
  readonly #duplex: Duplex;
  readonly #owner: PlainConnectionOwner;
  readonly #parser: HeaderParser;
  #invocation: FramedInvocation | undefined;
  #state: "header" | "invocation" | "released" = "header";
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(duplex: Duplex, owner: PlainConnectionOwner) {
    this.#duplex = duplex;
    this.#owner = owner;
    this.#parser = new HeaderParser(owner.limits);
  }

  get peer(): Duplex["peer"] {
    return this.#duplex.peer;
  }

  /** Whether nothing was asked yet, so that closing the connection loses nothing. */
  get idle(): boolean {
    return this.#state === "header";
  }

  start(): void {
    this.#timer = setTimeout(() => this.#late(), this.#owner.limits.headerTimeout);
    this.#duplex.start({
      data: (bytes) => this.#data(bytes),
      end: () => this.#end(),
      error: (error) => this.#error(error),
    });
  }

  /** Breaks a connection off on which nothing was asked yet. */
  drop(error: RpcError): void {
    if (this.#state !== "header") return;
    this.#duplex.abort(error);
    this.#release();
  }

  #data(bytes: Uint8Array): void {
    if (this.#state === "invocation") this.#invocation?.receiveData(bytes);
    if (this.#state !== "header") return;
    try {
      const end = this.#parser.push(bytes);
      if (end >= 0) this.#begin(this.#parser.header, bytes.subarray(end));
    } catch (error) {
      this.#refuse(RpcError.from(error, "protocol"));
    }
  }

  #begin(header: Header, rest: Uint8Array): void {
    const declared = this.#owner.declaredPaths(header);
    if (declared === undefined) {
      this.#refuse(new RpcError("unimplemented", "the function is not served"), header);
      return;
    }
    clearTimeout(this.#timer);
    this.#state = "invocation";
    const invocation = new FramedInvocation(this.#duplex, {
      limits: this.#owner.limits,
      declared,
      onReleased: () => this.#release(),
    });
    this.#invocation = invocation;
    // Bytes first, so that parameters which came along with the header are there when the call starts.
    if (rest.length > 0) invocation.receiveData(rest);
    this.#owner.invoked(header, invocation, this);
  }

  #end(): void {
    if (this.#state === "invocation") this.#invocation?.receiveEnd();
    else if (this.#state === "header")
      this.#refuse(new RpcError("protocol", "the peer ended before its header was complete"));
  }

  #error(error: Error): void {
    if (this.#state === "invocation") this.#invocation?.receiveError(error);
    else if (this.#state === "header") this.#refuse(RpcError.from(error, "unavailable"));
  }

  #late(): void {
    const { headerTimeout } = this.#owner.limits;
    this.#refuse(new RpcError("deadline-exceeded", `no header within ${headerTimeout} ms (limit headerTimeout)`));
  }

  #refuse(error: RpcError, header?: Header): void {
    this.#duplex.abort(error);
    this.#owner.refused(error, this, header);
    this.#release();
  }

  #release(): void {
    if (this.#state === "released") return;
    this.#state = "released";
    clearTimeout(this.#timer);
    this.#owner.released(this);
  }
}
