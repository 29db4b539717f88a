import { type Lowering, type ResourceRef, type StreamCodec, type ValueCodec, Writer } from "@witwire/codec";
import type { Resolve } from "@witwire/wit/model";
import type { Chunk, ChunkSource } from "@witwire/wit/values";
import { bytesSent, fleetingBytes, isPromiseLike, keepMemory, trackMemory } from "@witwire/wit/values";
import { borrowWriter, returnWriter } from "../framing/message-writer.ts";
import type { Invocation, Path } from "../transport/invocation.ts";
import { toChunkSource } from "./chunk-source.ts";
import type { HandleLowering, HandleScope, OwnedHandle } from "./handles.ts";
import { writePlainValue } from "./plain-values.ts";

/**
 * What one side of an invocation sends: its root value, then the streams and futures inside it at the same time, each on
 * the path where it sits.
 */
export class OutgoingValues {
  readonly #invocation: Invocation;
  readonly #handles: HandleLowering;
  readonly #resolve: Resolve | undefined;
  readonly #onDone: () => void;
  readonly #onFailure: (error: unknown) => void;
  /** Streams and futures under way, by their paths. */
  #sendings: Map<string, Sending> | undefined;
  #over = false;
  /** Whether the peer keeps up, as the last write said. */
  #ready = true;

  /**
   * @param resolve of the function's contract, where it is known
   * @param onDone called when the root value and everything inside it has been written
   * @param onFailure called once when a producer failed, or a value did not fit its type
   */
  constructor(
    invocation: Invocation,
    handles: HandleLowering,
    resolve: Resolve | undefined,
    onDone: () => void,
    onFailure: (error: unknown) => void,
  ) {
    this.#invocation = invocation;
    this.#handles = handles;
    this.#resolve = resolve;
    this.#onDone = onDone;
    this.#onFailure = onFailure;
  }

  /**
   * Encodes and writes the root value.
   *
   * @throws ValueError, or what the transport throws of it, before anything is written
   */
  sendRoot(codec: ValueCodec, value: unknown): void {
    const writer = borrowWriter();
    const deferred = this.#send(codec, writer, ROOT, value);
    returnWriter(writer);
    this.#invocation.endPath(ROOT);
    this.#start(deferred);
    this.#finishWhenIdle();
  }

  /** Nothing more is sent; producers are told to stop. */
  stop(reason?: unknown): void {
    if (this.#over) return;
    this.#over = true;
    const sendings = this.#sendings;
    this.#sendings = undefined;
    for (const sending of sendings?.values() ?? []) cancelSending(sending, reason);
  }

  /** The peer wants no more of a path, or of all where that is the root: what is sent there counts as sent. */
  stopPath(path: Path): void {
    if (this.#over) return;
    const stopped = path.length === 0 ? [...(this.#sendings?.values() ?? [])] : [this.#sendings?.get(path.join())];
    for (const sending of stopped) {
      if (sending === undefined) continue;
      cancelSending(sending);
      this.#sent(sending);
    }
  }

  /** Encodes and writes a value. What it gives away is settled by how both went, since transports may refuse bytes. */
  #send(codec: ValueCodec, writer: Writer, path: Path, value: unknown): Deferred[] {
    if (!codec.hasEffects) {
      this.#ready = writePlainValue(this.#invocation, path, writer, codec, value);
      return none;
    }
    const lowering = this.#lowering(path);
    lowering.collect(() => {
      codec.encode(writer, value, lowering);
      this.#write(path, writer, codec);
    });
    return lowering.deferred;
  }

  #lowering(path: Path): CollectingLowering {
    return new CollectingLowering(path, this.#handles, this.#invocation, this.#resolve);
  }

  /** A value that its producer has made and that nobody wants any more: the resources in it go with it. */
  discard(codec: ValueCodec, value: unknown): void {
    if (codec.hasEffects) this.#discard(ROOT, (lowering) => codec.encode(new Writer(), value, lowering));
  }

  #discard(path: Path, encode: (lowering: CollectingLowering) => void): void {
    // Plain wRPC would give them numbers, and keep them until these expire.
    if (this.#invocation.handles === undefined) return;
    const lowering = this.#lowering(path);
    try {
      lowering.collect(() => encode(lowering));
    } catch {
      // A value that does not fit its type is nobody's business any more.
    }
    abandon(lowering.deferred);
  }

  /** Writes what there is; the root is written even when it is empty. */
  #write(path: Path, writer: Writer, codec: ValueCodec | StreamCodec): void {
    const nothing = writer.position === 0 && path.length > 0;
    this.#ready = nothing || this.#invocation.write(path, writer.take(), codec);
  }

  #start(deferred: readonly Deferred[]): void {
    if (this.#over) {
      abandon(deferred);
      return;
    }
    for (const value of deferred) {
      const sending: Sending = { ...value, key: value.path.join(), stopped: false };
      this.#sendings ??= new Map();
      this.#sendings.set(sending.key, sending);
      const done = sending.tag === "stream" ? this.#sendStream(sending) : this.#sendFuture(sending);
      done.then(
        () => this.#sent(sending),
        (error: unknown) => this.#failed(sending, error),
      );
    }
  }

  #sent(sending: Sending): void {
    // A future's path goes on with the stream that its value is.
    if (this.#sendings?.get(sending.key) === sending) this.#sendings.delete(sending.key);
    this.#finishWhenIdle();
  }

  #finishWhenIdle(): void {
    if ((this.#sendings?.size ?? 0) > 0 || this.#over) return;
    this.#over = true;
    this.#onDone();
  }

  #failed(sending: Sending, error: unknown): void {
    if (this.#over || sending.stopped) return;
    this.stop(error);
    this.#onFailure(error);
  }

  async #sendStream(sending: Sending & DeferredStream): Promise<void> {
    const { path, source, element } = sending;
    let index = 0;
    for (;;) {
      const next = source.next();
      const chunk = isPromiseLike(next) ? await next : next;
      if (this.#over || sending.stopped) {
        const unwanted = chunk instanceof Uint8Array ? undefined : chunk;
        if (unwanted !== undefined)
          this.#discard(path, (lowering) => element.encode(new Writer(), unwanted, 0, lowering));
        return;
      }
      if (chunk === undefined) break;
      if (chunk instanceof Uint8Array && element.head && this.#invocation.joinsWrites) this.#sendBytes(sending, chunk);
      else index += this.#sendChunk(sending, chunk, index);
      if (!this.#ready) await this.#invocation.drained(path);
      if (this.#over || sending.stopped) return;
    }
    sending.stopped = true;
    this.#invocation.write(path, new Uint8Array(1));
    this.#invocation.endPath(path);
  }

  /** Sends bytes from where they are, unless they are few, and with them what else has arrived. */
  #sendBytes({ element, path, source }: DeferredStream, chunk: Uint8Array): void {
    const gathered = gather(chunk, source);
    const pieces = source.release === undefined ? gathered.map(keptBytes) : gathered.map(fleetingBytes);
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
    if (length === 0) return;
    const head = new Writer(8);
    element.head?.(head, length);
    if (length < UNCOPIED_BYTES) {
      for (const piece of pieces) {
        head.bytes(piece);
        bytesSent(piece);
      }
      this.#ready = this.#invocation.write(path, head.take(), element);
      return;
    }
    this.#invocation.write(path, head.take(), element);
    for (const piece of pieces) this.#ready = this.#invocation.write(path, piece, element);
  }

  /** @returns the number of elements */
  #sendChunk({ element, path, source }: DeferredStream, chunk: Chunk, index: number): number {
    const lowering = this.#lowering(path);
    const writer = new Writer(ArrayBuffer.isView(chunk) ? Math.ceil(GROWTH * chunk.byteLength) + 5 : 256);
    const count = lowering.collect(() => {
      const encoded = element.encode(writer, chunk, index, lowering);
      if (encoded > 0) this.#ready = this.#invocation.write(path, soleBytes(writer.take()), element);
      return encoded;
    });
    const ready = this.#ready;
    this.#start(lowering.deferred);
    this.#ready = ready;
    source.release?.(chunk);
    return count;
  }

  async #sendFuture(sending: Sending & DeferredFuture): Promise<void> {
    const { payload, path } = sending;
    const resolved = await sending.value;
    if (this.#over || sending.stopped) {
      if (payload?.hasEffects === true) {
        this.#discard(path, (lowering) => payload.encode(new Writer(), resolved, lowering));
      }
      return;
    }
    if (payload === undefined) return this.#invocation.endPath(path);
    const deferred = this.#send(payload, new Writer(), path, resolved);
    const ready = this.#ready;
    if (deferred.length === 0) this.#invocation.endPath(path);
    this.#start(deferred);
    if (!ready) await this.#invocation.drained(path);
  }
}

/** Chunks of bytes from this size on are sent from where they are. */
const UNCOPIED_BYTES = 4096;

/** How much longer numbers may become by being encoded; those of 16 bits even a little more. */
const GROWTH = 1.25;

/** Bytes from which on a chunk is sent without those that have arrived behind it. */
const GATHERED_BYTES = 64 * 1024;

/**
 * A chunk, and those that are there behind it. What comes from elsewhere comes in pieces, whose borders are an accident of the
 * way: sent as they are they would be more with every hop.
 */
function gather(first: Uint8Array, source: ChunkSource<Chunk>): readonly Uint8Array[] {
  const pieces = [first];
  for (let length = first.length; length < GATHERED_BYTES; ) {
    const piece = source.ready?.();
    if (!(piece instanceof Uint8Array)) break;
    pieces.push(piece);
    length += piece.length;
  }
  return pieces;
}

/** Bytes that their producer may go on looking at. */
function keptBytes(bytes: Uint8Array): Uint8Array {
  keepMemory(bytes.buffer);
  return bytes;
}

/** Bytes that nobody else has, nor any others of their memory. */
function soleBytes(bytes: Uint8Array): Uint8Array {
  trackMemory(bytes);
  return fleetingBytes(bytes);
}

/** A stream or future under way. */
type Sending = Deferred & {
  readonly key: string;
  /** Its producer has ended, or was told to. */
  stopped: boolean;
};

interface DeferredStream {
  readonly tag: "stream";
  readonly path: Path;
  readonly element: StreamCodec;
  readonly source: ChunkSource<Chunk>;
}

interface DeferredFuture {
  readonly tag: "future";
  readonly path: Path;
  readonly payload: ValueCodec | undefined;
  readonly value: unknown;
}

type Deferred = DeferredStream | DeferredFuture;

const none: Deferred[] = [];

/** Where parameters and results are sent. Their codecs know that parameter `i` sits at `[i]`, and the result at `[0]`. */
const ROOT: Path = [];

/** Collects the streams and futures of a value while it is encoded; they start when its bytes are on their way. */
class CollectingLowering implements Lowering, HandleScope {
  readonly path: number[];
  readonly base: Path;
  readonly invocation: Invocation;
  readonly resolve: Resolve | undefined;
  readonly #handles: HandleLowering;
  readonly #owned: OwnedHandle[] = [];
  /** What is owned, once it is too much to look through. */
  #values: Set<unknown> | undefined;
  deferred: Deferred[] = none;

  constructor(base: Path, handles: HandleLowering, invocation: Invocation, resolve: Resolve | undefined) {
    this.path = [...base];
    this.base = base;
    this.invocation = invocation;
    this.resolve = resolve;
    this.#handles = handles;
  }

  /** Runs an encoder; what it gave away is settled according to how that went. */
  collect<R>(encode: () => R): R {
    let moved = false;
    try {
      const result = encode();
      moved = true;
      return result;
    } finally {
      if (this.#owned.length > 0) this.#handles.settle(this.#owned, moved, this);
      if (!moved) abandon(this.deferred);
    }
  }

  own(resource: ResourceRef, value: unknown): Uint8Array {
    if (this.#isOwned(value)) {
      throw new TypeError(`the same ${resource.name} cannot be given away twice in one call`);
    }
    const handle = this.#handles.own(resource, value, this);
    this.#owned.push({ value, handle });
    this.#values?.add(value);
    return handle;
  }

  borrow(resource: ResourceRef, value: unknown): Uint8Array {
    return this.#handles.borrow(resource, value, this);
  }

  stream(element: StreamCodec, value: unknown): void {
    this.#defer({ tag: "stream", path: [...this.path], element, source: toChunkSource(value, element.bytes) });
  }

  future(payload: ValueCodec | undefined, value: unknown): void {
    this.#defer({ tag: "future", path: [...this.path], payload, value });
  }

  #isOwned(value: unknown): boolean {
    if (this.#owned.length < 16) return this.#owned.some((owned) => owned.value === value);
    this.#values ??= new Set(this.#owned.map((owned) => owned.value));
    return this.#values.has(value);
  }

  #defer(value: Deferred): void {
    if (this.deferred === none) this.deferred = [];
    this.deferred.push(value);
  }
}

/** Streams and futures that will not be sent: producers are told, and a rejection is nobody's business any more. */
function abandon(deferred: readonly Deferred[]): void {
  for (const value of deferred) {
    if (value.tag === "stream") cancelSource(value.source);
    else Promise.resolve(value.value).catch(() => {});
  }
}

function cancelSending(sending: Sending, reason?: unknown): void {
  if (sending.stopped) return;
  sending.stopped = true;
  if (sending.tag === "stream") cancelSource(sending.source, reason);
}

/** A producer that fails while it is told to stop cannot change that it has to. */
function cancelSource(source: ChunkSource<Chunk>, reason?: unknown): void {
  try {
    source.cancel(reason);
  } catch {
    // There is no one left to tell.
  }
}
