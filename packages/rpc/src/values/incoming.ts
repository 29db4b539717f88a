import type { ValueCodec } from "@witwire/codec";
import type { Resolve } from "@witwire/wit/model";
import type { RpcError } from "../errors.ts";
import type { Limits } from "../limits.ts";
import type { Invocation, Path } from "../transport/invocation.ts";
import type { HandleLifting } from "./handles.ts";
import type { IncomingScope, IncomingValue } from "./incoming-value.ts";
import { PathReader } from "./path-reader.ts";
import { PendingLifting } from "./pending-lifting.ts";
import { RootDecoder } from "./root-decoder.ts";

/**
 * What one side of an invocation receives: the root value, then the streams and futures inside it, each on its path.
 * Counts what is still to come, which is how the end of a call is known without waiting for the peer's FIN.
 */
export class IncomingValues implements IncomingScope {
  readonly invocation: Invocation;
  readonly limits: Limits;
  readonly resolve: Resolve | undefined;
  readonly #handles: HandleLifting;
  readonly #onDone: () => void;
  readonly #onFailure: (error: RpcError) => void;
  /** Readers and values are absent in the many calls that have neither streams nor futures. */
  #readers: Map<string, PathReader> | undefined;
  #values: Set<IncomingValue> | undefined;
  #rootDone = false;
  #over = false;
  #cancelled = false;

  /**
   * @param resolve of the function's contract, where it is known
   * @param onDone called when the root value and everything inside it has arrived, or is wanted no more
   * @param onFailure called when bytes of a stream or future were wrong, which ends the call
   */
  constructor(
    invocation: Invocation,
    limits: Limits,
    handles: HandleLifting,
    resolve: Resolve | undefined,
    onDone: () => void,
    onFailure: (error: RpcError) => void,
  ) {
    this.invocation = invocation;
    this.limits = limits;
    this.#handles = handles;
    this.resolve = resolve;
    this.#onDone = onDone;
    this.#onFailure = onFailure;
  }

  /** Whether a consumer left before its stream had ended, so that the peer may still be sending. */
  get cancelled(): boolean {
    return this.#cancelled;
  }

  /**
   * Receives the root value.
   *
   * @param onValue called once with it; in the same tick when its bytes are there
   * @param onFailure called instead when the bytes are wrong or end too early
   */
  receiveRoot(codec: ValueCodec, onValue: (value: unknown) => void, onFailure: (error: RpcError) => void): void {
    const decoder = new RootDecoder(this, codec);
    decoder.receive((value) => {
      this.#rootDone = true;
      onValue(value);
      this.#finishWhenIdle();
    }, onFailure);
  }

  /** There is no root value, or it is not wanted. */
  skipRoot(): void {
    this.#rootDone = true;
    this.#finishWhenIdle();
  }

  lifting(base: Path): PendingLifting {
    return new PendingLifting(this, base, this.#handles);
  }

  reader(path: Path): PathReader {
    const key = path.join();
    this.#readers ??= new Map();
    let reader = this.#readers.get(key);
    if (reader === undefined) {
      reader = new PathReader(this.invocation.incoming(path), path, this.limits);
      this.#readers.set(key, reader);
    }
    return reader;
  }

  begin(value: IncomingValue): void {
    this.#values ??= new Set();
    this.#values.add(value);
  }

  cancel(value: IncomingValue, reader: PathReader): void {
    this.#cancelled = true;
    this.finish(value, reader, true);
  }

  finish(value: IncomingValue, reader: PathReader, pathFinished: boolean): void {
    if (this.#values?.delete(value) !== true) return;
    if (pathFinished) {
      this.#readers?.delete(reader.path.join());
      reader.discard();
    }
    this.#finishWhenIdle();
  }

  /** Whether everything that was to come has come, or is wanted no more. */
  get done(): boolean {
    return this.#over;
  }

  /** Gives up what no consumer has begun to read. */
  cancelUnread(): void {
    for (const value of [...(this.#values ?? [])]) if (!value.wanted) value.cancel();
  }

  malformed(error: RpcError): void {
    this.#onFailure(error);
  }

  /** Ends everything that is still to come. */
  fail(error: RpcError): void {
    this.#over = true;
    const [values, readers] = [this.#values, this.#readers];
    this.#values = undefined;
    this.#readers = undefined;
    for (const value of values ?? []) value.fail(error);
    for (const reader of readers?.values() ?? []) reader.discard();
  }

  #finishWhenIdle(): void {
    if (this.#over || !this.#rootDone || (this.#values?.size ?? 0) > 0) return;
    this.#over = true;
    this.#onDone();
  }
}
