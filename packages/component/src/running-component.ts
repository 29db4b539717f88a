import type { Store } from "./calls/store.ts";
import type { ComponentInstance, InstanceState, InstanceStats } from "./component.ts";

/** A running component in this engine. */
export class RunningComponent<E extends object> implements ComponentInstance<E> {
  readonly exports: E;
  readonly #store: Store;

  constructor(store: Store, exports: E) {
    this.#store = store;
    this.exports = exports;
  }

  get state(): InstanceState {
    return this.#store.state;
  }

  stats(): InstanceStats {
    return this.#store.stats();
  }

  [Symbol.dispose](): void {
    this.#store.dispose();
  }
}
