import type { Active } from "../active-set.ts";
import { RpcError } from "../errors.ts";
import type { Compat } from "../framing/compat.ts";
import { FramedInvocation } from "../framing/framed-invocation.ts";
import { type Header, HeaderParser } from "../framing/header.ts";
import type { PathSet } from "../framing/path-set.ts";
import type { Limits } from "../limits.ts";
import type { RunningTimer, Timers } from "../timers.ts";
import type { Duplex } from "../transport/duplex.ts";

/** What a byte stream of plain wRPC needs of its server. */
export interface PlainConnectionOwner {
  readonly limits: Limits;
  readonly timers: Timers;
  readonly compat: Compat | undefined;
  /** The paths on which the function takes streams and futures; `undefined` when it is not served. */
  declaredPaths(header: Header): PathSet | undefined;
  /** The header is complete and the function is there. */
  invoked(header: Header, invocation: FramedInvocation, connection: PlainConnection): void;
  /** The byte stream was no invocation that could be answered. */
  refused(error: RpcError, connection: PlainConnection, header?: Header): void;
  /** The byte stream is free. */
  released(connection: PlainConnection): void;
}

/**
 * The server's side of one byte stream in plain wRPC, which carries one invocation.
 *
 * States: header -> invocation -> released; or header -> refused -> released.
 */
export class PlainConnection implements Active {
  slot = -1;
  readonly #duplex: Duplex;
  readonly #owner: PlainConnectionOwner;
  readonly #parser: HeaderParser;
  #invocation: FramedInvocation | undefined;
  #state: "header" | "invocation" | "released" = "header";
  #silent = true;
  #timer: RunningTimer | undefined;

  constructor(duplex: Duplex, owner: PlainConnectionOwner) {
    this.#duplex = duplex;
    this.#owner = owner;
    this.#parser = new HeaderParser(owner.limits);
  }

  get peer(): Duplex["peer"] {
    return this.#duplex.peer;
  }

  start(): void {
    this.#timer = this.#owner.timers.guard(this.#owner.limits.headerTimeout, () => this.#late());
    this.#duplex.start({
      data: (bytes) => this.#data(bytes),
      end: () => this.#end(),
      flushed: () => this.#invocation?.receiveFlushed(),
      error: (error) => this.#error(error),
    });
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

  #data(bytes: Uint8Array): void {
    this.#silent = false;
    if (this.#state === "invocation") this.#invocation?.receiveData(bytes);
    else if (this.#state === "header") this.#parse(bytes);
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
    const declared = this.#owner.declaredPaths(header);
    if (declared === undefined) {
      this.#refuse(new RpcError("unimplemented", "the function is not served", { started: "no" }), header);
      return;
    }
    this.#state = "invocation";
    const invocation = new FramedInvocation(this.#duplex, {
      limits: this.#owner.limits,
      timers: this.#owner.timers,
      declared,
      compat: this.#owner.compat,
      onReleased: () => this.#release(),
    });
    this.#invocation = invocation;
    invocation.onFailure = (error) => this.#owner.refused(error, this, header);
    // Bytes first, so that parameters which came along with the header are there when the call starts.
    if (rest.length > 0) invocation.receiveData(rest);
    if (!invocation.broken) this.#owner.invoked(header, invocation, this);
  }

  #end(): void {
    if (this.#state === "invocation") this.#invocation?.receiveEnd();
    else if (this.#state !== "header") return;
    else if (this.#silent) this.#endSilently();
    else this.#refuse(new RpcError("protocol", "the peer ended before its header was complete"));
  }

  /** A peer that only wanted to see whether somebody listens has done nothing wrong. */
  #endSilently(): void {
    this.#duplex.end();
    this.#release();
  }

  #error(error: Error): void {
    if (this.#state === "invocation") this.#invocation?.receiveError(error);
    else if (this.#state !== "header") return;
    else if (this.#silent) this.#release();
    else this.#refuse(RpcError.from(error, "unavailable"));
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
    this.#timer?.stop();
    this.#owner.released(this);
  }
}
