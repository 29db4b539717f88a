import { type ResumableDecoder, underflow, type ValueCodec } from "@witwire/codec";
import type { RpcError } from "../errors.ts";
import type { Path } from "../transport/invocation.ts";
import type { IncomingScope, ValueLifting } from "./incoming-value.ts";
import { PathReader } from "./path-reader.ts";

/** Codecs of parameters and results know that parameter `i` sits at `[i]`, and the result at `[0]`. */
const ROOT: Path = [];

/** What the decoding of a root value needs of the invocation that it belongs to. */
export type RootScope = Pick<IncomingScope, "invocation" | "limits" | "lifting">;

/**
 * Decodes a value whose length nobody announced: at once when the first bytes hold all of it, as they nearly always do,
 * and byte by byte as they come otherwise.
 */
export class RootDecoder {
  readonly #values: RootScope;
  readonly #codec: ValueCodec;
  readonly #source: PathReader;
  #lifting: ValueLifting;
  #resumable: ResumableDecoder | undefined;
  #value: unknown;

  constructor(values: RootScope, codec: ValueCodec) {
    this.#values = values;
    this.#codec = codec;
    this.#source = new PathReader(values.invocation.incoming(ROOT), ROOT, values.limits);
    this.#lifting = values.lifting(ROOT);
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

  /** Values without a single byte are complete before anything arrived; others are not even tried. */
  #decodeNow(): boolean {
    return this.#codec.minBytes === 0 && this.#resumable === undefined && this.#decodeMore();
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
      if (this.#codec.hasEffects) this.#lifting = this.#values.lifting(ROOT);
      this.#resumable = this.#codec.decoder(this.#lifting);
    }
    if (!this.#resumable.step(reader)) return false;
    this.#value = this.#resumable.value;
    return true;
  }
}
