import type { CoreMemory } from "./web-assembly.ts";

/** A guest's memory, with views that are renewed when it has grown. */
export class LinearMemory {
  readonly #memory: CoreMemory;
  #bytes: Uint8Array;
  #view: DataView | undefined;

  constructor(memory: CoreMemory) {
    this.#memory = memory;
    this.#bytes = new Uint8Array(memory.buffer);
  }

  /** Growing detaches the old buffer, and a view of that is empty. */
  bytes(): Uint8Array {
    if (this.#bytes.length === 0) this.#renew();
    return this.#bytes;
  }

  view(): DataView {
    if (this.#bytes.length === 0) this.#renew();
    this.#view ??= new DataView(this.#bytes.buffer);
    return this.#view;
  }

  #renew(): void {
    this.#bytes = new Uint8Array(this.#memory.buffer);
    this.#view = undefined;
  }
}
