import { isPromiseLike, ValueError } from "@witwire/wit/values";
import type { Store } from "../calls/store.ts";
import type { Frame, RuntimeResource } from "./frame.ts";

/** A resource type that the host implements. A resource is any object; its rep is its place in a list. */
export class HostResource implements RuntimeResource {
  readonly name: string;
  readonly definer = undefined;
  readonly mayAwait = false;
  readonly #store: Store;
  /** Place 0 stays empty, so that no rep is 0. */
  readonly #objects: (object | undefined)[] = [undefined];
  readonly #free: number[] = [];

  constructor(name: string, store: Store) {
    this.name = name;
    this.#store = store;
    store.onDispose(() => this.#releaseAll());
  }

  liftOwn(rep: number): object {
    const object = this.#object(rep);
    this.#remove(rep);
    return object;
  }

  liftBorrow(rep: number): { readonly value: object } {
    return { value: this.#object(rep) };
  }

  lowerOwn(value: unknown): number {
    return this.#add(value);
  }

  restore(rep: number): void {
    this.#remove(rep);
  }

  lowerBorrow(value: unknown): { readonly rep: number; release(): void } {
    const rep = this.#add(value);
    return { rep, release: () => this.#remove(rep) };
  }

  destroy(rep: number, _caller: Frame | undefined): void {
    this.#store.callHost(release, this.liftOwn(rep));
  }

  #object(rep: number): object {
    const object = this.#objects[rep];
    if (object === undefined) throw new RangeError(`no ${this.name} has the number ${rep}`);
    return object;
  }

  #add(value: unknown): number {
    if ((typeof value !== "object" && typeof value !== "function") || value === null) {
      throw new ValueError(`expected a ${this.name}, an object, got ${value === null ? "null" : typeof value}`);
    }
    this.#store.importedResources++;
    const rep = this.#free.pop() ?? this.#objects.length;
    this.#objects[rep] = value;
    return rep;
  }

  #remove(rep: number): void {
    if (this.#objects[rep] === undefined) return;
    this.#objects[rep] = undefined;
    this.#free.push(rep);
    this.#store.importedResources--;
  }

  /** The instance is gone, and with it everything that it still owned. */
  #releaseAll(): void {
    for (const [rep, object] of this.#objects.entries()) {
      if (object === undefined) continue;
      this.#remove(rep);
      release(object);
    }
  }
}

/** Tells an object that its owner dropped it. What it makes of that is its own affair: the guest cannot be told. */
function release(object: object): void {
  const { [Symbol.dispose]: dispose } = object as Partial<Disposable>;
  if (dispose === undefined) return;
  const outcome: unknown = dispose.call(object);
  if (isPromiseLike(outcome)) outcome.then(undefined, () => {});
}
