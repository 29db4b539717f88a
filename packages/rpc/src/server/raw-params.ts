import { type Lifting, Reader, type ResumableDecoder, underflow, Writer } from "@witwire/codec";
import type { CallContext } from "@witwire/wit/values";
import { RpcError } from "../errors.ts";
import type { Limits } from "../limits.ts";
import type { IncomingPath, Invocation } from "../transport/invocation.ts";
import type { RawFunction } from "./server-function.ts";

/** What a raw call tells its server call. */
export interface RawEvents {
  /** The parameters were complete and the implementation runs. */
  started(): void;
  /** The implementation is done and wrote these bytes. */
  answered(bytes: Uint8Array): void;
  /** The parameters were bad, or (`began`) the implementation failed. */
  failed(error: unknown, began: boolean): void;
}

/**
 * Runs a raw function as soon as its parameters are there: at once when the first bytes hold them all. Otherwise a decoder
 * of the parameters looks for their end as they come, so that the function is tried twice and no more.
 */
export class RawParams {
  readonly #invocation: Invocation;
  readonly #limits: Limits;
  readonly #fn: RawFunction;
  readonly #context: CallContext;
  readonly #events: RawEvents;
  readonly #pieces: Uint8Array[] = [];
  #search: { readonly reader: Reader; readonly decoder: ResumableDecoder } | undefined;

  constructor(invocation: Invocation, limits: Limits, fn: RawFunction, context: CallContext, events: RawEvents) {
    this.#invocation = invocation;
    this.#limits = limits;
    this.#fn = fn;
    this.#context = context;
    this.#events = events;
  }

  receive(): void {
    const root = this.#invocation.incoming([]);
    try {
      if (this.#takeAll(root)) {
        root.discard();
        return;
      }
    } catch (error) {
      this.#events.failed(error, false);
      return;
    }
    if (root.error !== undefined) this.#events.failed(root.error, false);
    else if (!root.ended) root.whenReadable(() => this.receive(), true);
    else this.#events.failed(new RpcError("unknown", "the caller ended before its parameters were complete"), false);
  }

  /** Whether the function was run with what has arrived. */
  #takeAll(root: IncomingPath): boolean {
    for (let piece = root.read(); piece !== undefined; piece = root.read()) {
      if (this.#take(piece)) return true;
    }
    // Parameters without a single byte are complete before anything arrives.
    if (this.#pieces.length > 0 || root.error !== undefined) return false;
    return this.#fn.params.decoder(noLifting).step(new Reader()) && this.#run(new Uint8Array(0));
  }

  #take(piece: Uint8Array): boolean {
    this.#pieces.push(piece);
    if (this.#search === undefined) {
      if (this.#run(piece)) return true;
      this.#search = { reader: new Reader(undefined, this.#limits), decoder: this.#fn.params.decoder(noLifting) };
    }
    const { reader, decoder } = this.#search;
    reader.feed(piece);
    return decoder.step(reader) && this.#run(join(this.#pieces));
  }

  /** `false` when bytes are missing. */
  #run(params: Uint8Array): boolean {
    const writer = new Writer();
    let outcome: void | Promise<void>;
    try {
      outcome = this.#fn.callRaw(new Reader(params, this.#limits), writer, this.#context);
    } catch (error) {
      if (error === underflow) return false;
      this.#events.failed(error, true);
      return true;
    }
    this.#events.started();
    if (outcome === undefined) this.#events.answered(writer.take());
    else {
      outcome.then(
        () => this.#events.answered(writer.take()),
        (error: unknown) => this.#events.failed(error, true),
      );
    }
    return true;
  }
}

function refuse(): never {
  throw new RpcError("internal", "a raw function cannot take handles, streams or futures");
}

const noLifting: Lifting = { path: [], own: refuse, borrow: refuse, stream: refuse, future: refuse };

function join(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let offset = 0;
  for (const piece of pieces) {
    bytes.set(piece, offset);
    offset += piece.length;
  }
  return bytes;
}
