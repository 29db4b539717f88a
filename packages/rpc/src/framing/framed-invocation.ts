import type { StreamCodec, ValueCodec } from "@witwire/codec";
import type { Peer } from "@witwire/wit/values";
import type { Active } from "../active-set.ts";
import { RpcError } from "../errors.ts";
import type { RunningTimer, Timers } from "../timers.ts";
import type { Duplex } from "../transport/duplex.ts";
import type { IncomingPath, Invocation, Path } from "../transport/invocation.ts";
import type { AsyncPaths, Flow, FlowOptions } from "./flow.ts";
import { encodeFrames } from "./frame-encoder.ts";
import { FrameParser } from "./frame-parser.ts";
import type { PeerCare } from "./peer-care.ts";
import { RootFlow } from "./root-flow.ts";

export interface FramedInvocationOptions extends FlowOptions {
  /** What streams and futures need; absent where there are to be none in either direction. */
  readonly asyncPaths: AsyncPaths | undefined;
  /** Sent in front of the first frame, in the same write: version and header on the client's side. */
  readonly preface?: Uint8Array;
  /** What is done for a peer that needs it. */
  readonly care: PeerCare | undefined;
  /** Called once, when the duplex is free. */
  readonly onReleased: () => void;
}

/**
 * One invocation over a byte stream of its own, framed as plain wRPC has it.
 *
 * States of the whole: open -> closing (all that was wanted has arrived; the rest is read and dropped until the peer has
 * taken what was sent and has ended, or the time for that is up) -> released; or open/closing -> broken -> released.
 */
export class FramedInvocation implements Invocation, Active {
  slot = -1;
  onFailure: ((error: RpcError) => void) | undefined;
  /** Never called: plain framing has no message for it. */
  onStop: ((path: Path) => void) | undefined;
  /** The header leaves with the first bytes, which leave at once. */
  readonly begun = true;
  readonly stopsPaths = false;
  /** A frame for each write, which is what peers of plain wRPC are used to. */
  readonly joinsWrites = false;
  readonly #duplex: Duplex;
  readonly #options: FramedInvocationOptions;
  readonly #parser: FrameParser;
  readonly #flow: Flow;
  #preface: Uint8Array | undefined;
  #state: "open" | "closing" | "broken" | "released" = "open";
  #sending = true;
  #flushed = false;
  #receiving = true;
  #broken = false;
  #linger: RunningTimer | undefined;

  /** The caller starts the duplex and passes its events on, since the first bytes may not be frames yet. */
  constructor(duplex: Duplex, options: FramedInvocationOptions) {
    this.#duplex = duplex;
    this.#options = options;
    this.#preface = options.preface;
    this.#parser = new FrameParser((path, bytes) => this.#receive(path, bytes), options.limits);
    this.#flow = options.asyncPaths?.(duplex, options, (error) => this.#break(error)) ?? new RootFlow();
  }

  /** Plain wRPC cannot carry resources of the client's. */
  get handles(): undefined {
    return undefined;
  }

  get peerTransport(): undefined {
    return undefined;
  }

  get peer(): Peer {
    return this.#duplex.peer;
  }

  /** Whether it was aborted, by either side. */
  get broken(): boolean {
    return this.#broken;
  }

  get timers(): Timers {
    return this.#options.timers;
  }

  write(path: Path, bytes: Uint8Array, codec?: ValueCodec | StreamCodec): boolean {
    if (!this.#sending) return true;
    const { care } = this.#options;
    const ready =
      care === undefined
        ? this.#duplex.write(encodeFrames(path, bytes, this.#preface))
        : this.#duplex.write(care.frames(path, bytes, codec, this.#preface), true);
    this.#preface = undefined;
    if (!ready) this.#flow.fallBehind();
    return ready;
  }

  drained(): Promise<void> {
    return this.#flow.drained();
  }

  /** Plain framing has no end of a path other than the value's own terminator. */
  endPath(): void {}

  end(): void {
    if (!this.#sending) return;
    this.#sending = false;
    this.#duplex.end();
  }

  incoming(path: Path): IncomingPath {
    return this.#flow.incoming(path);
  }

  close(): void {
    if (this.#state !== "open") return;
    this.#state = "closing";
    this.end();
    this.#flow.discard();
    this.#releaseWhenDone();
  }

  abort(error: RpcError): void {
    if (this.#state === "broken" || this.#state === "released") return;
    this.onFailure = undefined;
    this.#break(error);
  }

  /** Takes bytes behind the header. */
  receiveData(bytes: Uint8Array): void {
    if (this.#state !== "open") return;
    try {
      this.#parser.push(bytes);
    } catch (error) {
      this.#break(RpcError.from(error, "protocol"));
      return;
    }
    this.#flow.settle();
  }

  /** The peer has ended its half. */
  receiveEnd(): void {
    this.#receiving = false;
    if (this.#state === "open" && this.#parser.insideFrame) {
      this.#break(new RpcError("unknown", "the peer ended in the middle of a frame: it has failed, or was lost"));
      return;
    }
    this.#flow.end();
    this.#releaseWhenDone();
  }

  /** Everything that was sent has left, the end included. */
  receiveFlushed(): void {
    this.#flushed = true;
    this.#releaseWhenDone();
  }

  /** The duplex broke; both its halves are gone. */
  receiveError(error: Error): void {
    this.#sending = false;
    this.#receiving = false;
    if (this.#state === "open") this.#break(RpcError.from(error, "unknown"));
    else this.#release();
  }

  #receive(path: Path, bytes: Uint8Array): void {
    if (this.#state === "open") this.#flow.receive(path, bytes);
  }

  /** The invocation cannot go on, for the reason given. */
  #break(error: RpcError): void {
    if (this.#state === "broken" || this.#state === "released") return;
    this.#state = "broken";
    this.#broken = true;
    this.#sending = false;
    this.#receiving = false;
    this.#duplex.abort(error);
    this.#flow.fail(error);
    this.onFailure?.(error);
    this.#release();
  }

  /** Frees what is left of an invocation that has done its work. */
  #stop(): void {
    this.#duplex.abort();
    this.#release();
  }

  /** Waits for the peer, first to take what was sent and then to end its own half; for neither longer than allowed. */
  #releaseWhenDone(): void {
    if (this.#state !== "closing") return;
    if (this.#flushed && !this.#receiving) {
      this.#release();
      return;
    }
    const { stallTimeout, lingerTimeout } = this.#options.limits;
    this.#linger?.stop();
    this.#linger = this.timers.guard(this.#flushed ? lingerTimeout : stallTimeout, () => this.#stop());
  }

  #release(): void {
    if (this.#state === "released") return;
    this.#state = "released";
    this.#linger?.stop();
    this.#flow.close();
    this.#options.onReleased();
  }
}
