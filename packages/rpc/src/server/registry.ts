import type { ContractRef } from "@witwire/wit/model";
import type { Catalogue, ServedInstance } from "../reflection/catalogue.ts";
import type { ServerFunction } from "./server-function.ts";

interface Entry {
  readonly fn: ServerFunction;
  readonly contract: ContractRef | undefined;
}

/** The functions of a server by instance and name. Names are matched exactly. */
export class Registry implements Catalogue {
  readonly #instances = new Map<string, Map<string, Entry>>();
  readonly #onChange: () => void;
  #revision = 0;

  /** @param onChange called when functions were added or removed */
  constructor(onChange: () => void = () => {}) {
    this.#onChange = onChange;
  }

  get revision(): number {
    return this.#revision;
  }

  find(instance: string, name: string): ServerFunction | undefined {
    return this.#instances.get(instance)?.get(name)?.fn;
  }

  has(instance: string): boolean {
    return this.#instances.has(instance);
  }

  instances(): ServedInstance[] {
    return [...this.#instances].map(([name, entries]) => ({
      name,
      functions: new Map([...entries].map(([fn, { contract }]) => [fn, contract])),
    }));
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
   * @param contract what says which types they have, for those who ask
   * @returns a function that removes them
   * @throws RangeError when one is there already
   */
  add(instance: string, functions: ReadonlyMap<string, ServerFunction>, contract?: ContractRef): () => void {
    const existing = this.#instances.get(instance) ?? new Map<string, Entry>();
    for (const name of functions.keys()) {
      if (existing.has(name))
        throw new RangeError(`${instance === "" ? name : `${instance}.${name}`} is served already`);
    }
    for (const [name, fn] of functions) existing.set(name, { fn, contract });
    if (functions.size > 0) this.#instances.set(instance, existing);
    this.#changed();
    return () => {
      for (const [name, fn] of functions) if (existing.get(name)?.fn === fn) existing.delete(name);
      if (existing.size === 0 && this.#instances.get(instance) === existing) this.#instances.delete(instance);
      this.#changed();
    };
  }

  #changed(): void {
    this.#revision++;
    this.#onChange();
  }
}
