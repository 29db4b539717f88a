/**
 * Memory that is given back as soon as it is needed no more. V8 finds that out by itself, but late and dearly: it sees the
 * small objects in front of large buffers, and once the buffers have become too many it looks through the whole heap.
 *
 * Whoever has a piece of memory to itself says so with {@link trackMemory}. Everyone who has read a part of it, and kept no
 * view of that part, says so with {@link releaseMemory}; it is freed when nothing is left. So those who know nothing of
 * this, and those who keep what they were given, lose nothing: such memory waits for V8. So does all of it in browsers that
 * cannot free memory, older than 2024.
 */

/** Smaller pieces of memory are not worth the trouble. */
const TRACKED_BYTES = 16 * 1024;

const key: unique symbol = Symbol.for("witwire.memory") as never;

/** A buffer, and what keeps count of it where it is tracked. */
type MaybeTracked = ArrayBufferLike & { [key]?: MemoryCount | undefined };

interface MemoryCount {
  readonly state: "tracked" | "given" | "kept";
  release(bytes: number): void;
}

/** Of memory that is not freed any more, whoever has it next. */
const keptForGood: MemoryCount = { state: "kept", release() {} };

class TrackedMemory implements MemoryCount {
  readonly state: "tracked" | "given";
  readonly #buffer: MaybeTracked;
  #unreleased: number;

  constructor(buffer: MaybeTracked, bytes: number, state: "tracked" | "given") {
    this.state = state;
    this.#buffer = buffer;
    this.#unreleased = bytes;
  }

  release(bytes: number): void {
    this.#unreleased -= bytes;
    if (this.#unreleased > 0) return;
    this.#buffer[key] = undefined;
    free(this.#buffer);
  }
}

function free(buffer: ArrayBufferLike): void {
  try {
    if ("transfer" in buffer) buffer.transfer(0);
  } catch {
    // It is the memory of a WebAssembly instance, or marked as not transferable, and stays.
  }
}

/** Says that a view is the only one of its memory. */
export function trackMemory(view: ArrayBufferView): void {
  track(view, "tracked");
}

/**
 * Says that a view is given away, and its memory where it shows all of it. Parts may be of memory that is others' too, and
 * are not freed.
 *
 * @throws TypeError for memory that was given away before
 */
export function giveMemory(view: ArrayBufferView): void {
  const { buffer } = view;
  const isGiven = isWhole(view) && (buffer as MaybeTracked)[key]?.state === "given";
  if (isGiven || (buffer as { readonly detached?: boolean }).detached === true) {
    throw new TypeError("a chunk was given to a stream with its memory, which was given away before");
  }
  if (isWhole(view)) track(view, "given");
  else keepMemory(buffer);
}

function track({ buffer, byteLength }: ArrayBufferView, state: "tracked" | "given"): void {
  if (byteLength < TRACKED_BYTES || (buffer as MaybeTracked)[key]?.state === "kept") return;
  // Frozen buffers stay as they are.
  Reflect.set(buffer, key, new TrackedMemory(buffer, byteLength, state));
}

/**
 * Says that some bytes are needed no more, each of them once: of tracked memory that was the last of them, it is freed, and
 * views of it become empty. Does nothing for other memory.
 */
export function releaseMemory(buffer: ArrayBufferLike, bytes: number): void {
  (buffer as MaybeTracked)[key]?.release(bytes);
}

/** {@link releaseMemory} for all that a chunk shows; lists that are no typed arrays have no memory of their own. */
export function releaseShown(chunk: unknown): void {
  if (ArrayBuffer.isView(chunk)) releaseMemory(chunk.buffer, chunk.byteLength);
}

/** What keeps count of some memory: another one once it was given away, or is kept. */
export function memoryCount(buffer: ArrayBufferLike): unknown {
  return (buffer as MaybeTracked)[key];
}

/** Bytes that nobody needs any more once they were sent, and parts of them. */
class FleetingBytes extends Uint8Array {
  release(): void {
    releaseMemory(this.buffer, this.byteLength);
  }
}

/** Whether a view shows all of its memory. */
export function isWhole({ buffer, byteLength }: ArrayBufferView): boolean {
  return byteLength === buffer.byteLength;
}

/** The same bytes, to be released when they were sent; as they are where that would be of no use. */
export function fleetingBytes(bytes: Uint8Array): Uint8Array {
  const { buffer, byteOffset, byteLength } = bytes;
  return ((buffer as MaybeTracked)[key]?.state ?? "kept") === "kept"
    ? bytes
    : new FleetingBytes(buffer as ArrayBuffer, byteOffset, byteLength);
}

/** Says that somebody may go on looking at some memory, whoever else has it from now on: it waits for V8. */
export function keepMemory(buffer: ArrayBufferLike): void {
  if (buffer.byteLength >= TRACKED_BYTES) Reflect.set(buffer, key, keptForGood);
}

/** Says that bytes were handed to the system, or copied. */
export function bytesSent(bytes: Uint8Array): void {
  (bytes as Partial<FleetingBytes>).release?.();
}

/**
 * What a Node stream is to call once it has written bytes; `undefined` where nobody waits for that. Those that it could not
 * write may still be looked at.
 */
export function whenSent(bytes: Uint8Array): ((error?: Error | null) => void) | undefined {
  if (!("release" in bytes)) return undefined;
  return (error) => {
    if (!error) bytesSent(bytes);
  };
}
