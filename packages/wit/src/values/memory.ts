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
type MaybeTracked = ArrayBufferLike & { [key]?: TrackedMemory | undefined };

class TrackedMemory {
  readonly #buffer: MaybeTracked;
  #unreleased: number;

  constructor(buffer: MaybeTracked, bytes: number) {
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
export function trackMemory({ buffer, byteLength }: ArrayBufferView): void {
  if (byteLength >= TRACKED_BYTES) (buffer as MaybeTracked)[key] = new TrackedMemory(buffer, byteLength);
}

/**
 * Says that some bytes are needed no more, each of them once: of tracked memory that was the last of them, it is freed, and
 * views of it become empty. Does nothing for other memory.
 */
export function releaseMemory(buffer: ArrayBufferLike, bytes: number): void {
  (buffer as MaybeTracked)[key]?.release(bytes);
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
  return (buffer as MaybeTracked)[key] === undefined
    ? bytes
    : new FleetingBytes(buffer as ArrayBuffer, byteOffset, byteLength);
}

/** Says that somebody may go on looking at some memory, although it was tracked: it waits for V8. */
export function keepMemory(buffer: ArrayBufferLike): void {
  if ((buffer as MaybeTracked)[key] !== undefined) (buffer as MaybeTracked)[key] = undefined;
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
