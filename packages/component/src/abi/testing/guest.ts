import type { CanonicalContext } from "../canonical.ts";
import { Trap } from "../canonical.ts";

interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

const { Memory: WebAssemblyMemory } = (
  globalThis as unknown as {
    WebAssembly: { Memory: new (limits: { initial: number; maximum: number }) => Memory };
  }
).WebAssembly;

/** One call of a guest's `realloc`: pointer, old size, alignment, size. */
export type ReallocCall = readonly [number, number, number, number];

/** A guest without code: a memory with a bump allocator, and a table of handles. */
export class TestGuest implements CanonicalContext {
  readonly stringEncoding: CanonicalContext["stringEncoding"];
  betweenComponents = false;
  readonly memory: Memory;
  readonly calls: ReallocCall[] = [];
  charged = 0;
  readonly #maxCharge: number;
  readonly #handles: unknown[] = [];
  #next = 16;

  constructor(stringEncoding: CanonicalContext["stringEncoding"] = "utf8", maxCharge: number = 2 ** 24, pages = 1) {
    this.stringEncoding = stringEncoding;
    this.memory = new WebAssemblyMemory({ initial: pages, maximum: 1000 });
    this.#maxCharge = maxCharge;
  }

  bytes(): Uint8Array {
    return new Uint8Array(this.memory.buffer);
  }

  view(): DataView {
    return new DataView(this.memory.buffer);
  }

  allocate(alignment: number, size: number): number {
    return this.reallocate(0, 0, alignment, size);
  }

  /** Where the next allocation begins at the earliest. */
  get end(): number {
    return this.#next;
  }

  /** Always moves and clears what was there, so that nothing passes a test by luck. Grows the memory when it has to. */
  reallocate(pointer: number, oldSize: number, alignment: number, size: number): number {
    this.calls.push([pointer, oldSize, alignment, size]);
    const start = Math.ceil(this.#next / alignment) * alignment;
    this.#next = start + size;
    const missing = this.#next - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / 65536));
    const bytes = this.bytes();
    bytes.copyWithin(start, pointer, pointer + Math.min(oldSize, size));
    bytes.fill(0, pointer, pointer + oldSize);
    return start;
  }

  charge(size: number): void {
    this.charged += size;
    if (this.charged > this.#maxCharge) throw new Trap(`more than the limit of ${this.#maxCharge} bytes`);
  }

  liftOwn(_resource: number, handle: number): unknown {
    if (!(handle in this.#handles)) throw new Trap(`unknown handle ${handle}`);
    return this.#handles[handle];
  }

  liftBorrow(resource: number, handle: number): unknown {
    return this.liftOwn(resource, handle);
  }

  lowerOwn(_resource: number, value: unknown): number {
    return this.#handles.push(value) - 1;
  }

  lowerBorrow(resource: number, value: unknown): number {
    return this.lowerOwn(resource, value);
  }
}
