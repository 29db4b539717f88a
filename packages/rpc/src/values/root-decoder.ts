import { type ResumableDecoder, underflow, type ValueCodec } from "@witwire/codec";
import type { RpcError } from "../errors.ts";
import type { Path } from "../transport/invocation.ts";
import type { IncomingValues, PendingLifting } from "./incoming.ts";
import { PathReader } from "./path-reader.ts";

/**
 * Decodes a value whose length nobody announced: at once when the first bytes hold all of it, as they nearly always do,
 * and byte by byte as they come otherwise.
 */
export class RootDecoder {
  readonly #values: IncomingValues;
  readonly #codec: ValueCodec;
  readonly #base: Path;
  readonly #source: PathReader;
  #lifting: PendingLifting;
  #resumable: ResumableDecoder | undefined;
  #value: unknown;

  constructor(values: IncomingValues, codec: ValueCodec, base: Path) {
    this.#values = values;
    this.#codec = codec;
    this.#base = base;
    this.#source = new PathReader(values.invocation.incoming([]), [], values.limits);
    this.#lifting = values.lifting(base);
  }

  receive(onValue: (value: unknown) => void, onFailure: (error: RpcError) => void): void {
    let complete = false;
    let failure: RpcError | undefined;
    try {
      complete = this.#decodeNow();
      while (!complete && this.#source.fill()) complete = this.#decodeMore();
    } catch (error) {
      failure = this.#source.malformed(error);
    }
    failure ??= complete ? undefined : this.#source.cutOff("value");
    if (failure !== undefined) onFailure(failure);
    else if (complete) {
      this.#source.discard();
      this.#lifting.commit();
      onValue(this.#value);
    } else this.#source.incoming.whenReadable(() => this.receive(onValue, onFailure), true);
  }

  /** Values without a single byte are complete before anything arrived. */
  #decodeNow(): boolean {
    if (this.#resumable !== undefined) return false;
    return this.#decodeMore();
  }

  #decodeMore(): boolean {
    const { reader } = this.#source;
    if (this.#resumable === undefined) {
      try {
        this.#value = this.#codec.decode(reader, this.#lifting);
        return true;
      } catch (error) {
        if (error !== underflow) throw error;
      }
      if (reader.remaining === 0) return false;
      if (this.#codec.hasEffects) this.#lifting = this.#values.lifting(this.#base);
      this.#resumable = this.#codec.decoder(this.#lifting);
    }
    if (!this.#resumable.step(reader)) return false;
    this.#value = this.#resumable.value;
    return true;
  }
}
