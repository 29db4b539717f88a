import type { ServerFunction } from "./server-function.ts";

/** The functions of a server by instance and name. Names are matched exactly. */
export class Registry {
  readonly #instances = new Map<string, Map<string, ServerFunction>>();

  find(instance: string, name: string): ServerFunction | undefined {
    return this.#instances.get(instance)?.get(name);
  }

  /** Why a function was not found, for the log. */
  explainMissing(instance: string, name: string): string {
    const functions = this.#instances.get(instance);
    if (functions !== undefined)
      return `${instance || "the root"} has no function "${name}"; it has ${[...functions.keys()].join(", ")}`;
    return `no instance "${instance}" is served; there is ${[...this.#instances.keys()].map((key) => `"${key}"`).join(", ") || "none"}`;
  }

  /**
   * Adds functions to an instance, all of them or none.
   *
   * @returns a function that removes them
   * @throws RangeError when one is there already
   */
  add(instance: string, functions: ReadonlyMap<string, ServerFunction>): () => void {
    const existing = this.#instances.get(instance) ?? new Map<string, ServerFunction>();
    for (const name of functions.keys()) {
      if (existing.has(name))
        throw new RangeError(`${instance === "" ? name : `${instance}.${name}`} is served already`);
    }
    for (const [name, fn] of functions) existing.set(name, fn);
    if (functions.size > 0) this.#instances.set(instance, existing);
    return () => {
      for (const [name, fn] of functions) if (existing.get(name) === fn) existing.delete(name);
      if (existing.size === 0 && this.#instances.get(instance) === existing) this.#instances.delete(instance);
    };
  }
}
